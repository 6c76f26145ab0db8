// Sources are written by hand in a text file, crawler/sources.txt or another like it:
//
//	# a comment
//	acme-status  status  https://status.acme.example/api/v2/incidents.json
//	    lang=en zone=America/Los_Angeles channel=official delay=10s
//	    note=fifty incidents at most
//
// At the margin stand a name, a reader and a URL; settings key=value follow on the same
// line or on indented ones, in any order. A value ends at a blank, but note takes the
// rest of its line. All errors of a file are told at once, each with its line.

package crawler

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are checked, and a machine may have none

	"golang.org/x/text/language"
)

// A Source is where coverage is looked for.
type Source struct {
	Name     string        // lower-case letters, digits and "-"; of a plain URL, the URL
	URL      string        // canonical
	Reader   string        // see Readers
	Lang     string        // BCP 47, "" unknown
	Zone     string        // IANA zone of the outlet, "" unknown
	Channel  string        // see Channels; "" unknown
	Delay    time.Duration // pause of its host after each answer; 0 means the default
	MaxPages int           // pages to fetch for it in one run; 0 means no limit
	Depth    int           // links to follow on its own host; 0 means none
	Verified bool          // somebody has seen it answer
	Note     string
}

// Readers are the kinds of page that a source may be.
func Readers() []string { return []string{"article", "feed", "sitemap", "status"} }

// Channels are the ways by which coverage reaches the public.
func Channels() []string { return []string{"official", "press", "aggregator", "social"} }

// Priorities within a host: what leads to pages goes before pages, so that the newest
// are known early.
const (
	prioritySource = 10
	priorityList   = 5
)

// Task returns the task that a source begins with.
func (s Source) Task() Task {
	return Task{URL: s.URL, Reader: s.Reader, Source: s.Name, Priority: prioritySource}
}

//go:embed sources.txt
var sourcesFile string

// DefaultSources returns the sources that come with the program.
func DefaultSources() ([]Source, error) {
	return Sources(strings.NewReader(sourcesFile), "sources.txt")
}

// PlainSource returns the source that a bare URL stands for: its pages are followed on
// their own host, depth links deep.
func PlainSource(url string, depth int) (Source, error) {
	u, err := Canonical("", url)
	if err != nil {
		return Source{}, err
	}
	return Source{Name: u, URL: u, Reader: "article", Depth: depth}, nil
}

// Sources reads a file of sources. name is what errors call it. The error joins all that
// is wrong, one "name:line: …" each; then there are no sources.
func Sources(r io.Reader, name string) ([]Source, error) {
	p := &sourceParser{file: name, names: map[string]int{}, urls: map[string]int{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<10)
	for lines.Scan() {
		p.line++
		p.read(lines.Text())
	}
	p.end()
	if err := lines.Err(); err != nil {
		p.line++
		p.fail("cannot be read: %v", err)
	}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return p.sources, nil
}

type sourceParser struct {
	file    string
	line    int
	errs    []error
	sources []Source
	names   map[string]int // line of each name
	urls    map[string]int

	current *Source // begun and not ended
	set     map[string]bool
	skip    bool // the current source has no good first line
}

func (p *sourceParser) fail(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %s", p.file, p.line, fmt.Sprintf(format, args...)))
}

func (p *sourceParser) read(line string) {
	text := strings.TrimSpace(line)
	switch {
	case text == "" || text[0] == '#':
	case line[0] == ' ' || line[0] == '\t':
		if p.current == nil {
			if !p.skip {
				p.fail("indented line before any source: a source begins at the margin")
			}
			return
		}
		p.settings(text)
	default:
		p.end()
		p.begin(text)
	}
}

func (p *sourceParser) begin(text string) {
	word := func() string {
		w := text
		if i := strings.IndexAny(text, " \t"); i >= 0 {
			w, text = text[:i], strings.TrimSpace(text[i:])
		} else {
			text = ""
		}
		return w
	}
	name, reader, url := word(), word(), word()
	p.skip = true
	if url == "" || strings.Contains(reader, "=") {
		p.fail("%q: want a name, a reader and a URL", name)
		return
	}
	for _, c := range name {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			p.fail("name %q: want lower-case letters, digits and \"-\"", name)
			return
		}
	}
	s := &Source{Name: name, Reader: reader}
	if !slices.Contains(Readers(), reader) {
		p.fail("unknown reader %q%s", reader, nearest(reader, Readers()))
	}
	u, err := Canonical("", url)
	if err != nil {
		p.fail("%v", err)
	}
	s.URL = u
	if at, ok := p.names[name]; ok {
		p.fail("source %q stands in line %d already", name, at)
	} else {
		p.names[name] = p.line
	}
	if at, ok := p.urls[u]; ok && u != "" {
		p.fail("%s stands in line %d already", u, at)
	} else {
		p.urls[u] = p.line
	}
	p.current, p.set, p.skip = s, map[string]bool{}, false
	p.settings(text)
}

func (p *sourceParser) end() {
	if p.current != nil {
		p.sources = append(p.sources, *p.current)
	}
	p.current = nil
}

func (p *sourceParser) settings(text string) {
	for text != "" && text[0] != '#' {
		key, rest, ok := strings.Cut(text, "=")
		if !ok || strings.ContainsAny(key, " \t") {
			w, _, _ := strings.Cut(text, " ")
			p.fail("%q: want key=value, with no blank around \"=\"", w)
			return
		}
		value := rest
		text = ""
		if key != "note" {
			if i := strings.IndexAny(rest, " \t"); i >= 0 {
				value, text = rest[:i], strings.TrimSpace(rest[i:])
			}
		}
		if p.set[key] {
			p.fail("%s is set twice", key)
		}
		p.set[key] = true
		if err := p.current.setting(key, strings.TrimSpace(value)); err != nil {
			p.fail("%v", err)
		}
	}
}

func (s *Source) setting(key, value string) error {
	if value == "" {
		return fmt.Errorf("%s has no value: leave it out, or give one", key)
	}
	var err error
	switch key {
	case "lang":
		if _, err := language.Parse(value); err != nil {
			return fmt.Errorf("lang %q is no language tag: want one like fr or zh-Hans", value)
		}
		s.Lang = value
	case "zone":
		if _, err := time.LoadLocation(value); err != nil || value == "Local" {
			return fmt.Errorf("zone %q is not known: want a name like Europe/Paris", value)
		}
		s.Zone = value
	case "channel":
		if !slices.Contains(Channels(), value) {
			return fmt.Errorf("unknown channel %q%s", value, nearest(value, Channels()))
		}
		s.Channel = value
	case "delay":
		s.Delay, err = time.ParseDuration(value)
		if err != nil || s.Delay < 0 || s.Delay > 24*time.Hour {
			return fmt.Errorf("delay %q: want a duration like 10s or 1m30s, a day at most", value)
		}
	case "pages":
		s.MaxPages, err = strconv.Atoi(value)
		if err != nil || s.MaxPages < 1 {
			return fmt.Errorf("pages %q: want a whole number from 1", value)
		}
	case "depth":
		s.Depth, err = strconv.Atoi(value)
		if err != nil || s.Depth < 0 {
			return fmt.Errorf("depth %q: want a whole number from 0", value)
		}
	case "verified":
		if value != "yes" && value != "no" {
			return fmt.Errorf("verified %q: want yes or no", value)
		}
		s.Verified = value == "yes"
	case "note":
		s.Note = value
	default:
		keys := []string{"lang", "zone", "channel", "delay", "pages", "depth", "verified", "note"}
		return fmt.Errorf("unknown setting %q%s", key, nearest(key, keys))
	}
	return nil
}

// nearest returns what a mistaken word may have meant, for the end of an error.
func nearest(word string, known []string) string {
	best, least := "", 3 // two slips at most
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ": want one of " + strings.Join(known, ", ")
	}
	return fmt.Sprintf(": did you mean %q", best)
}

// distance counts the letters to add, drop or change to make b of a.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}
