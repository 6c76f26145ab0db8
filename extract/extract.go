package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"tocsin/extract/phrase"
)

// Version changes when the code of this package reads the same phrase files and pages
// differently. With the hash of the phrase files it says which rows are stale.
const Version = "3"

// An Extractor finds what a document tells. It may be used by many goroutines at once.
type Extractor struct {
	fsys      fs.FS
	version   string
	languages *Languages

	mu    sync.Mutex
	rules map[string]*phrase.Rules // compiled on first use
}

// A Reading is what was found in one document.
type Reading struct {
	Sentences []Span
	Mentions  []Mention // by sentence, then by dimension, then by place
	Title     []Mention // found in Document.Title, their spans in it
	Site      []Mention // found in Document.Site, their spans in it
}

// New returns an Extractor that knows the languages whose folders are in lang. The error
// names every line of their language.txt that is wrong; the phrase files are read when a
// text of their language comes.
func New(lang fs.FS) (*Extractor, error) {
	languages, err := NewLanguages(lang)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, Version)
	err = fs.WalkDir(lang, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".txt") {
			return err
		}
		text, err := fs.ReadFile(lang, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Extractor{fsys: lang, languages: languages, rules: map[string]*phrase.Rules{},
		version: hex.EncodeToString(sum.Sum(nil))[:12]}, nil
}

// Version names the phrase files and the code that mentions were found with.
func (x *Extractor) Version() string { return x.version }

// Tags returns the languages that can be read, sorted.
func (x *Extractor) Tags() []string { return x.languages.tags }

// Rules returns the compiled phrase files of a language. The error is phrase.Errors where
// the files are at fault.
func (x *Extractor) Rules(tag string) (*phrase.Rules, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if r, ok := x.rules[tag]; ok {
		return r, nil
	}
	language, ok := x.languages.known[tag]
	if !ok {
		return nil, fmt.Errorf("no language %q (there are %s)", tag, strings.Join(x.Tags(), ", "))
	}
	r, err := phrase.Load(grammar(language), x.fsys, phrase.Options{Abbreviations: language.Abbreviations}, "und", tag)
	if err != nil {
		return nil, err
	}
	x.rules[tag] = r
	return r, nil
}

// Read finds what a document tells. A document in a language without phrase files tells
// nothing.
func (x *Extractor) Read(d *Document) (*Reading, error) {
	if !slices.Contains(x.Tags(), d.Lang) {
		return &Reading{}, nil
	}
	rules, err := x.Rules(d.Lang)
	if err != nil {
		return nil, err
	}
	datelineOf(d, rules)
	blocks := make([]phrase.Span, 0, len(d.Blocks))
	for _, b := range d.Blocks {
		if b.Kind != Tail {
			blocks = append(blocks, phrase.Span{Start: b.Start, End: b.End})
		}
	}
	found := rules.Scan(d.Text, blocks...)
	r := &Reading{Sentences: make([]Span, len(found.Sentences)), Mentions: make([]Mention, 0, len(found.Matches))}
	for i, s := range found.Sentences {
		r.Sentences[i] = Span{s.Start, s.End}
	}
	for _, m := range found.Matches {
		r.Mentions = append(r.Mentions, mention(m))
	}
	apart := func(text string) (out []Mention) {
		for _, m := range rules.Scan(text).Matches {
			t := mention(m)
			t.Sentence = -1
			out = append(out, t)
		}
		return out
	}
	r.Title, r.Site = apart(d.Title), apart(d.Site)
	resolve(d, r, found.Matches)
	return r, nil
}
