package db

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/crawler"
	"tocsin/crawler/frontiertest"
)

// open returns a new database in a folder of the test, checked and closed at its end.
func open(t *testing.T) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "t.db"))
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Now: func() time.Time { return time.Unix(1_700_000_000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestFrontier(t *testing.T) {
	for _, delay := range []time.Duration{0, 2 * time.Second} {
		t.Run(delay.String(), func(t *testing.T) {
			frontiertest.Test(t, func(t *testing.T, perHost int) crawler.Frontier {
				return open(t).Frontier(FrontierOptions{PerHost: perHost, Delay: delay})
			})
		})
	}
}

// urls takes all tasks there are and ends each with a page.
func urls(t *testing.T, f *Frontier, now time.Time) []string {
	t.Helper()
	var list []string
	for {
		l, wait, err := f.Next(t.Context(), now)
		if errors.Is(err, crawler.ErrDone) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		if l.ID == 0 {
			now = now.Add(wait)
			continue
		}
		list = append(list, l.URL)
		if err := f.Finish(t.Context(), now, answer(l, now)); err != nil {
			t.Fatal(err)
		}
	}
}

func answer(l crawler.Lease, now time.Time) crawler.Result {
	return crawler.Result{Lease: l, Page: &crawler.Page{URL: l.URL, Source: l.Source, Status: 200, Fetched: now, Body: []byte(l.URL)}}
}

func queue(t *testing.T, f *Frontier, want int, tasks ...crawler.Task) {
	t.Helper()
	if n, err := f.Add(t.Context(), tasks...); err != nil || n != want {
		t.Fatalf("Add: %d, %v, want %d", n, err, want)
	}
}

func lend(t *testing.T, f *Frontier, now time.Time) crawler.Lease {
	t.Helper()
	l, wait, err := f.Next(t.Context(), now)
	if err != nil || l.ID == 0 {
		t.Fatalf("Next: wait %v, error %v, want a lease", wait, err)
	}
	return l
}

// A run that is killed closes nothing: another one opens the file as it stands.
func TestKilledRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	now := time.Unix(1_700_000_000, 0).UTC()
	opt := FrontierOptions{Delay: 10 * time.Second}
	killed := openAt(t, path).Frontier(opt)
	queue(t, killed, 3, crawler.Task{URL: "http://a.example/1"}, crawler.Task{URL: "http://a.example/2"}, crawler.Task{URL: "http://b.example/1"})
	l := lend(t, killed, now)
	asked := answer(l, now)
	asked.Delay = time.Hour
	if err := killed.Finish(t.Context(), now, asked); err != nil {
		t.Fatal(err)
	}
	lost := lend(t, killed, now)
	if lost.URL != "http://b.example/1" {
		t.Fatalf("lent %s, want the other host", lost.URL)
	}

	f := openAt(t, path).Frontier(opt)
	if n, err := f.Reclaim(t.Context()); err != nil || n != 1 {
		t.Fatalf("Reclaim: %d, %v, want 1", n, err)
	}
	now = now.Add(opt.Delay) // the host of the lost lease was asked, and rests
	again := lend(t, f, now)
	if again.URL != lost.URL || again.Attempt != 2 {
		t.Errorf("lent %s, attempt %d, want %s again", again.URL, again.Attempt, lost.URL)
	}
	if err := f.Finish(t.Context(), now, answer(lost, now)); !errors.Is(err, crawler.ErrExpired) {
		t.Errorf("the lost lease ended with %v, want ErrExpired", err)
	}
	// What the host asked for outlives the run.
	if _, wait, err := f.Next(t.Context(), now.Add(time.Minute)); err != nil || wait <= 0 {
		t.Errorf("host asked for an hour: wait %v, %v", wait, err)
	}
	if err := f.Finish(t.Context(), now, answer(again, now)); err != nil {
		t.Fatal(err)
	}
	if got := urls(t, f, now.Add(time.Hour)); len(got) != 1 || got[0] != "http://a.example/2" {
		t.Errorf("then lent %v, want the page that was waiting", got)
	}
	if tally, err := f.Tally(t.Context()); err != nil || tally != (Tally{Done: 3}) {
		t.Errorf("%+v, %v, want three done", tally, err)
	}
	reasons, err := f.store.Query(t.Context(), "SELECT reason FROM attempt WHERE reason <> ''", nil, QueryOptions{})
	if err != nil || len(reasons.Rows) != 1 || reasons.Rows[0][0] != "run was killed" {
		t.Errorf("reasons %v, %v", reasons, err)
	}
}

// A page that ends every run that fetches it is given up.
func TestGivesUp(t *testing.T) {
	f := open(t).Frontier(FrontierOptions{})
	queue(t, f, 1, crawler.Task{URL: "http://a.example/1"})
	now := time.Unix(1_700_000_000, 0)
	n := 0
	for ; n < 100; n++ {
		l, _, err := f.Next(t.Context(), now)
		if errors.Is(err, crawler.ErrDone) {
			break
		}
		if err != nil || l.ID == 0 {
			t.Fatalf("%v, %v", l, err)
		}
		if now = l.Expires; n%2 == 1 {
			if _, err := f.Reclaim(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if tally, err := f.Tally(t.Context()); err != nil || tally.Failed != 1 || n != maxExpired {
		t.Errorf("%d attempts, %+v, %v, want %d and one failed", n, tally, err, maxExpired)
	}
	// Asked for afresh, it has as many attempts again.
	if n, err := f.Requeue(t.Context(), crawler.Task{URL: "http://a.example/1"}); err != nil || n != 1 {
		t.Fatalf("Requeue: %d, %v", n, err)
	}
	lend(t, f, now)
	if _, err := f.Reclaim(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := lend(t, f, now); l.Attempt != 2 {
		t.Errorf("attempt %d, want 2", l.Attempt)
	}
}

func TestPageLimit(t *testing.T) {
	s := open(t)
	source := crawler.Source{Name: "a", URL: "http://a.example/", Reader: "feed", MaxPages: 3}
	save := func() {
		t.Helper()
		if err := s.SaveSources(t.Context(), source); err != nil {
			t.Fatal(err)
		}
	}
	save()
	f := s.Frontier(FrontierOptions{})
	now := time.Unix(1_700_000_000, 0)
	var tasks []crawler.Task
	for i := range 10 {
		tasks = append(tasks, crawler.Task{URL: fmt.Sprintf("http://a.example/%d", i), Source: "a", Depth: 5})
	}
	queue(t, f, 10, tasks...)
	queue(t, f, 1, crawler.Task{URL: "http://b.example/", Source: "b"})

	// A further attempt and a redirect cost nothing.
	l := lend(t, f, now)
	if err := f.Finish(t.Context(), now, crawler.Result{Lease: l, Reason: "status 503", Retry: time.Second}); err != nil {
		t.Fatal(err)
	}
	for {
		l = lend(t, f, now)
		if l.Source == "a" {
			break
		}
		if err := f.Finish(t.Context(), now, answer(l, now)); err != nil {
			t.Fatal(err)
		}
	}
	moved := answer(l, now)
	moved.Reason = "redirect"
	moved.Tasks = []crawler.Task{{URL: "http://c.example/moved", Source: "a"}}
	if err := f.Finish(t.Context(), now, moved); err != nil {
		t.Fatal(err)
	}
	save() // a run that goes on has what is left
	got := urls(t, f, now)
	if len(got) != 3 {
		t.Errorf("lent %v, want the first one again and two more", got)
	}
	if tally, err := f.Tally(t.Context()); err != nil || tally.Queued != 0 || tally.Skipped != 7 {
		t.Errorf("%+v, %v, want seven skipped", tally, err)
	}
	queue(t, f, 1, crawler.Task{URL: "http://a.example/late", Source: "a"})
	if got := urls(t, f, now); len(got) != 0 {
		t.Errorf("lent %v after the limit", got)
	}
	save() // a new run has as many again
	if got := urls(t, f, now); len(got) != 3 {
		t.Errorf("the next run lent %v, want three", got)
	}
}

func TestDepthLimit(t *testing.T) {
	s := open(t)
	site := crawler.Source{Name: "a", URL: "http://a.example/", Reader: "article", Depth: 1}
	if err := s.SaveSources(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	f := s.Frontier(FrontierOptions{})
	now := time.Unix(1_700_000_000, 0)
	deep := crawler.Task{URL: "http://a.example/2", Source: "a", Depth: 2}
	queue(t, f, 2, deep, crawler.Task{URL: "http://a.example/deeper", Source: "a", Depth: 3})
	if got := urls(t, f, now); len(got) != 0 {
		t.Errorf("lent %v below the limit", got)
	}
	deep.Depth = 1 // a shorter way
	queue(t, f, 0, deep)
	if got := urls(t, f, now); len(got) != 1 || got[0] != deep.URL {
		t.Errorf("lent %v, want the page by its shorter way", got)
	}
	site.Depth = 3
	if err := s.SaveSources(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	if got := urls(t, f, now); len(got) != 1 || got[0] != "http://a.example/deeper" {
		t.Errorf("lent %v with a wider limit", got)
	}
}

func TestRequeue(t *testing.T) {
	f := open(t).Frontier(FrontierOptions{})
	now := time.Unix(1_700_000_000, 0)
	feed := crawler.Task{URL: "http://a.example/feed", Reader: "feed"}
	queue(t, f, 1, feed)
	urls(t, f, now)
	if n, err := f.Requeue(t.Context(), feed, crawler.Task{URL: "http://a.example/new"}); err != nil || n != 2 {
		t.Errorf("Requeue: %d, %v, want 2", n, err)
	}
	if n, err := f.Requeue(t.Context(), feed); err != nil || n != 0 {
		t.Errorf("Requeue of what is queued: %d, %v, want 0", n, err)
	}
	if got := urls(t, f, now); len(got) != 2 {
		t.Errorf("lent %v, want both", got)
	}
}

func TestSourceDelay(t *testing.T) {
	s := open(t)
	if err := s.SaveSources(t.Context(), crawler.Source{Name: "a", URL: "http://a.example/", Reader: "feed", Delay: 61 * time.Second}); err != nil {
		t.Fatal(err)
	}
	f := s.Frontier(FrontierOptions{Delay: time.Second})
	now := time.Unix(1_700_000_000, 0)
	queue(t, f, 2, crawler.Task{URL: "http://a.example/1"}, crawler.Task{URL: "http://a.example/2"})
	l := lend(t, f, now)
	if l.Delay != 61*time.Second {
		t.Errorf("pause %v, want that of the source", l.Delay)
	}
	if err := f.Finish(t.Context(), now, answer(l, now)); err != nil {
		t.Fatal(err)
	}
	if _, wait, err := f.Next(t.Context(), now); err != nil || wait != 61*time.Second {
		t.Errorf("wait %v, %v, want 61s", wait, err)
	}
}

// The choice of host and task may not walk through the queue.
func TestNextUsesIndexes(t *testing.T) {
	s := open(t)
	for q, args := range map[string][]any{nextHost: {1}, nextTask: {"h", 2, 3}, nextExpiry: nil, expired: {1}} {
		rows, err := s.Query(t.Context(), "EXPLAIN QUERY PLAN "+q, args, QueryOptions{})
		if err != nil {
			t.Fatal(err)
		}
		plan := fmt.Sprint(rows.Rows)
		if !strings.Contains(plan, "INDEX") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\nruns as %s", q, plan)
		}
	}
}

func TestTogether(t *testing.T) {
	s := open(t)
	f := s.Frontier(FrontierOptions{PerHost: 4})
	now := time.Unix(1_700_000_000, 0)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 25 {
				url := fmt.Sprintf("http://h%d.example/%d", i%5, i*4+w)
				if _, err := f.Add(t.Context(), crawler.Task{URL: url}); err != nil {
					t.Error(err)
				}
				l, _, err := f.Next(t.Context(), now)
				if err != nil && !errors.Is(err, crawler.ErrDone) {
					t.Error(err)
				}
				if l.ID == 0 {
					continue
				}
				if err := f.Finish(t.Context(), now, answer(l, now)); err != nil {
					t.Error(err)
				}
				if _, err := s.Stale(t.Context(), "v1", 0, 10); err != nil {
					t.Error(err)
				}
				if _, err := s.Query(t.Context(), "SELECT count(*) FROM coverage", nil, QueryOptions{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	urls(t, f, now)
	if tally, err := f.Tally(t.Context()); err != nil || tally != (Tally{Done: 100}) {
		t.Errorf("%+v, %v, want 100 done", tally, err)
	}
	for query, want := range map[string]any{
		"PRAGMA integrity_check":                                     "ok",
		"SELECT count(*) FROM host WHERE queued <> 0 OR leased <> 0": int64(0),
		"SELECT count(*) FROM attempt WHERE page IS NULL":            int64(0),
		"SELECT count(*) FROM pragma_foreign_key_check":              int64(0),
	} {
		var got any
		if err := s.read.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", query, got, err, want)
		}
	}
}
