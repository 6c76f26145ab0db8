package crawler

import (
	"strings"
	"testing"
	"time"
)

func TestDefaultSources(t *testing.T) {
	sources, err := DefaultSources()
	if err != nil {
		t.Fatal(err)
	}
	langs := map[string]int{}
	for _, s := range sources {
		lang, _, _ := strings.Cut(s.Lang, "-")
		langs[lang]++
		if s.Zone == "" || s.Channel == "" || s.Delay <= 0 {
			t.Errorf("%s: want zone, channel and delay, got %+v", s.Name, s)
		}
	}
	if langs["en"] < 5 || langs["fr"] < 5 || langs["zh"] < 5 || len(langs) != 3 {
		t.Errorf("sources by language: %v, want five of en, fr and zh each at least", langs)
	}
}

func TestSources(t *testing.T) {
	sources, err := Sources(strings.NewReader(`# comment

a-1  feed  HTTP://A.example/Feed?utm_source=x lang=fr  zone=Europe/Paris   # why
	channel=press delay=1m30s
   # comment
    pages=20 depth=2 verified=yes
    note=what = it is # and this
b  sitemap  https://b.example/s.xml`+"\r\n"+`    lang=zh-Hans`), "test")
	if err != nil {
		t.Fatal(err)
	}
	want := []Source{
		{Name: "a-1", URL: "http://a.example/Feed", Reader: "feed", Lang: "fr", Zone: "Europe/Paris", Channel: "press",
			Delay: 90 * time.Second, MaxPages: 20, Depth: 2, Verified: true, Note: "what = it is # and this"},
		{Name: "b", URL: "https://b.example/s.xml", Reader: "sitemap", Lang: "zh-Hans"},
	}
	if len(sources) != len(want) || sources[0] != want[0] || sources[1] != want[1] {
		t.Errorf("sources\n%+v, want\n%+v", sources, want)
	}
	if k := sources[0].Task(); k.URL != want[0].URL || k.Reader != "feed" || k.Source != "a-1" || k.Depth != 0 {
		t.Errorf("task %+v", k)
	}
	if s, err := Sources(strings.NewReader(""), "test"); err != nil || len(s) != 0 {
		t.Errorf("no file at all: %v, %v", s, err)
	}
}

// All that is wrong with a file is told at once, with lines and suggestions.
func TestSourcesErrors(t *testing.T) {
	_, err := Sources(strings.NewReader(`    lang=fr
a  fead  http://a.example/
    langue=fr zone=Europe/Pari
    channel=pres delay=5 pages=0 depth=-1 verified=maybe
    lang=french! lang=fr
    note
Big  feed  http://b.example/
    lang=fr
c  feed
a  feed  http://c.example/
d  feed  http://a.example/#x
e  feed  ftp://e.example/
f  feed  http://f.example/ lang= zone=Local
g  colour=red http://g.example/`), "my.txt")
	if err == nil {
		t.Fatal("no error")
	}
	want := `my.txt:1: indented line before any source: a source begins at the margin
my.txt:2: unknown reader "fead": did you mean "feed"
my.txt:3: unknown setting "langue": did you mean "lang"
my.txt:3: zone "Europe/Pari" is not known: want a name like Europe/Paris
my.txt:4: unknown channel "pres": did you mean "press"
my.txt:4: delay "5": want a duration like 10s or 1m30s, a day at most
my.txt:4: pages "0": want a whole number from 1
my.txt:4: depth "-1": want a whole number from 0
my.txt:4: verified "maybe": want yes or no
my.txt:5: lang "french!" is no language tag: want one like fr or zh-Hans
my.txt:5: lang is set twice
my.txt:6: "note": want key=value, with no blank around "="
my.txt:7: name "Big": want lower-case letters, digits and "-"
my.txt:9: "c": want a name, a reader and a URL
my.txt:10: source "a" stands in line 2 already
my.txt:11: http://a.example/ stands in line 2 already
my.txt:12: url: "ftp://e.example/" is neither http nor https
my.txt:13: lang has no value: leave it out, or give one
my.txt:13: zone "Local" is not known: want a name like Europe/Paris
my.txt:14: "g": want a name, a reader and a URL`
	got := strings.Split(err.Error(), "\n")
	for i, w := range strings.Split(want, "\n") {
		if i >= len(got) || got[i] != w {
			g := ""
			if i < len(got) {
				g = got[i]
			}
			t.Errorf("error %d\n%s, want\n%s", i, g, w)
		}
	}
	if n := strings.Count(want, "\n") + 1; len(got) > n {
		t.Errorf("further errors: %q", got[n:])
	}
}

func TestSourcesLongLine(t *testing.T) {
	_, err := Sources(strings.NewReader("# x\na  feed  http://a.example/\n"+strings.Repeat("#", 1<<20)), "my.txt")
	if err == nil || !strings.HasPrefix(err.Error(), "my.txt:3: ") {
		t.Errorf("error %v, want one of line 3", err)
	}
}

func FuzzSources(f *testing.F) {
	f.Add(sourcesFile)
	f.Add("a feed http://a.example/ lang=fr\n\tnote=x\nb")
	f.Fuzz(func(t *testing.T, text string) {
		sources, err := Sources(strings.NewReader(text), "f")
		if err != nil {
			if sources != nil {
				t.Error("sources and an error")
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f:") {
					t.Errorf("error without a line: %q", line)
				}
			}
		}
		for _, s := range sources {
			if s.Name == "" || Host(s.URL) == "" || s.Reader == "" {
				t.Errorf("source %+v", s)
			}
		}
	})
}
