package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tocsin/db"
	"tocsin/fixtures"
)

// A watched crawl is the program as a child, on sites that tell when they are asked.
type watched struct {
	t       *testing.T
	sources string
	server  *fixtures.Server
	asked   atomic.Int64
	at      atomic.Int64 // call do at this request; 0 never
	do      atomic.Pointer[func()]
}

// killSites are sites of three languages that ask for no pause between requests.
func killSites() []string { return []string{"en-wire", "fr-courrier", "zh-yunbao", "en-status"} }

func watch(t *testing.T) *watched {
	w := &watched{t: t, sources: filepath.Join(t.TempDir(), "sources.txt")}
	server, err := fixtures.Start(fixtures.Options{
		Only:  killSites(),
		Delay: 5 * time.Millisecond, // so that pages are read and stored while others come
		Log: func(fixtures.Request) {
			if n := w.asked.Add(1); n == w.at.Load() {
				(*w.do.Load())()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	w.server = server
	if err := os.WriteFile(w.sources, []byte(server.Sources()), 0o644); err != nil {
		t.Fatal(err)
	}
	return w
}

// crawl runs the program on a database. If at is not 0, its at-th request is answered by
// sig. It returns what it wrote to standard error and its exit code, -1 if it was killed.
func (w *watched) crawl(file string, at int64, sig os.Signal) (string, int) {
	w.t.Helper()
	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	var stderr bytes.Buffer
	c := exec.Command(self, "crawl", "--db", file, "--sources", w.sources, "--allow-private", "--delay", "0")
	c.Args[0] = "tocsin" // as which TestMain runs it
	c.Stderr = &stderr
	started := make(chan *os.Process, 1)
	do := func() { (<-started).Signal(sig) }
	w.do.Store(&do)
	w.asked.Store(0)
	w.at.Store(at)
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	started <- c.Process
	err = c.Wait()
	w.at.Store(0)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return stderr.String(), c.ProcessState.ExitCode()
}

// canonical returns all tables of a database in the form that can be compared.
func canonical(t *testing.T, file string) map[string]string {
	t.Helper()
	store, err := db.Open(t.Context(), file, db.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tables := map[string]string{}
	for _, table := range db.Exports() {
		var b bytes.Buffer
		if err := store.Export(t.Context(), &b, table, db.JSONL, db.ExportOptions{Canonical: true}); err != nil {
			t.Fatal(err)
		}
		tables[table] = b.String()
	}
	return tables
}

// difference returns the first lines that only one of two tables has.
func difference(got, want string) string {
	x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
	only := func(a, b []string) string {
		for _, line := range a {
			if !slices.Contains(b, line) {
				return line
			}
		}
		return "nothing"
	}
	return fmt.Sprintf(" %d lines, want %d\nonly got: %s\nonly wanted: %s", len(x), len(y), only(x, y), only(y, x))
}

// A crawl that is killed anywhere, and then given again, ends with what an undisturbed one
// ends with.
func TestKilledCrawlEndsAsAnUndisturbedOne(t *testing.T) {
	t.Parallel()
	w := watch(t)
	whole := filepath.Join(t.TempDir(), "whole.db")
	if stderr, code := w.crawl(whole, 0, nil); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	requests := w.asked.Load()
	want := canonical(t, whole)
	for _, table := range []string{"incidents", "records", "claims", "pages"} {
		if strings.Count(want[table], "\n") < 5 {
			t.Errorf("only %d %s: too few to show anything", strings.Count(want[table], "\n"), table)
		}
	}
	for _, at := range []int64{1, requests / 3, requests * 2 / 3, requests - 1} {
		file := filepath.Join(t.TempDir(), "killed.db")
		if stderr, code := w.crawl(file, at, syscall.SIGKILL); code != -1 {
			t.Fatalf("at request %d of %d: exit code %d, want killed\n%s", at, requests, code, stderr)
		}
		if stderr, code := w.crawl(file, 0, nil); code != exitDone {
			t.Fatalf("killed at request %d, then exit code %d\n%s", at, code, stderr)
		}
		got := canonical(t, file)
		for _, table := range db.Exports() {
			if got[table] != want[table] {
				t.Errorf("killed at request %d of %d: %s differ:%s", at, requests, table, difference(got[table], want[table]))
			}
		}
	}
}

// An interrupted crawl says how to go on, and goes on.
func TestInterruptedCrawl(t *testing.T) {
	t.Parallel()
	w := watch(t)
	whole, file := filepath.Join(t.TempDir(), "whole.db"), filepath.Join(t.TempDir(), "interrupted.db")
	if stderr, code := w.crawl(whole, 0, nil); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	stderr, code := w.crawl(file, 12, os.Interrupt)
	if code != exitInterrupted || !strings.Contains(stderr, "tocsin: error: interrupted\n") || !strings.Contains(stderr, "tocsin: hint: what came is kept; the same command goes on\n") {
		t.Fatalf("exit code %d, want %d\n%s", code, exitInterrupted, stderr)
	}
	if stderr, code := w.crawl(file, 0, nil); code != exitDone {
		t.Fatalf("then exit code %d\n%s", code, stderr)
	}
	got, want := canonical(t, file), canonical(t, whole)
	// A page that was on its way is given back to the end of the queue, so another source
	// of the same site may be the first to name a page: coverage tells by which it came.
	delete(got, "coverage")
	delete(want, "coverage")
	for _, table := range db.Exports() {
		if got[table] != want[table] {
			t.Errorf("%s differ:%s", table, difference(got[table], want[table]))
		}
	}
}
