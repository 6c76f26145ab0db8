package extract

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"tocsin/extract/lang"
	"tocsin/extract/phrase"
)

// valueRules loads the value files of a language by themselves.
func valueRules(t testing.TB, tag string) *phrase.Rules {
	t.Helper()
	languages, err := NewLanguages(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	l, _ := languages.Lookup(tag)
	g := phrase.Grammar{Dims: append(valueWords(), valueDims()...), Slots: valueSlots(), Shapes: shapes(localeOf(l))}
	r, err := phrase.Load(g, lang.FS(), phrase.Options{Abbreviations: l.Abbreviations}, "und", tag)
	if err != nil {
		t.Fatalf("%s:\n%v", tag, err)
	}
	return r
}

// TestValues runs the examples of the value files.
func TestValues(t *testing.T) {
	for _, tag := range []string{"en", "fr", "zh"} {
		for _, e := range valueRules(t, tag).Check() {
			t.Errorf("%s: %v", tag, e)
		}
	}
}

var suites = flag.String("suites", "", "write the predictions for the suites to this folder")

// TestSuites scores the third-party suites, where they are at hand. It fails where nothing
// is found in one; the figures are printed with -v.
func TestSuites(t *testing.T) {
	root := "../../shared/suites"
	files, _ := filepath.Glob(root + "/*/*/*.jsonl")
	if len(files) == 0 {
		t.Skip("the suites are not at hand")
	}
	dir := *suites
	if dir == "" {
		dir = t.TempDir()
	}
	rules := map[string]*phrase.Rules{}
	for _, file := range files {
		tag := filepath.Base(filepath.Dir(file))
		if rules[tag] == nil {
			rules[tag] = valueRules(t, tag)
		}
		out := filepath.Join(dir, strings.ReplaceAll(strings.TrimPrefix(file, root+"/"), "/", "_"))
		if n := predict(t, rules[tag], file, out); n == 0 {
			t.Errorf("%s: nothing found", file)
		}
		python, err := exec.LookPath("python3")
		if err != nil || !testing.Verbose() {
			continue
		}
		figures, err := exec.Command(python, root+"/score.py", file, out).Output()
		if err != nil {
			t.Fatal(err)
		}
		var score struct{ N, Spans, NV, Value, Full int }
		if err := json.Unmarshal(figures, &score); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-40s n %4d spans %5.1f   nv %4d value %5.1f full %5.1f", filepath.Base(out), score.N,
			100*float64(score.Spans)/float64(max(score.N, 1)), score.NV,
			100*float64(score.Value)/float64(max(score.NV, 1)), 100*float64(score.Full)/float64(max(score.NV, 1)))
	}
}

func predict(t *testing.T, rules *phrase.Rules, file, out string) (found int) {
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	w, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	enc := json.NewEncoder(w)
	for lines.Scan() {
		var c struct{ ID, Input, Reference string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		ref := time.Date(2016, 11, 7, 0, 0, 0, 0, time.UTC)
		for _, layout := range []string{"2006-01-02T15:04:05", time.RFC3339} {
			if t, err := time.Parse(layout, c.Reference); err == nil {
				ref = t
			}
		}
		ents := Entities(rules, c.Input, ref)
		found += len(ents)
		if err := enc.Encode(map[string]any{"id": c.ID, "ents": ents}); err != nil {
			t.Fatal(err)
		}
	}
	return found
}
