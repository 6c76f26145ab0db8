package extract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
)

// TestIncidentPages reads status pages of three clouds: each must come out with its title,
// every update and every word.
func TestIncidentPages(t *testing.T) {
	dir := shared(t, "eval/icpe26/docs")
	names, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, len(names))
	}
	r := newTestReader(t)
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		docs, err := r.ReadFile(name, body)
		if err != nil || len(docs) != 1 {
			t.Errorf("%s: %d documents, %v", name, len(docs), err)
			continue
		}
		d := docs[0]
		page, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		page.Find("svg, br").ReplaceWithHtml(" ")
		page.Find("p, li, div, pre, h1, h2, h3, time, span").AppendHtml(" ")
		whole := page.Find("article").Text()
		for { // the target of a link is not read, its label is
			before, after, ok := strings.Cut(whole, "](")
			if !ok {
				break
			}
			_, after, _ = strings.Cut(after, ")")
			whole = before + " " + after
		}
		words := strings.FieldsFunc(textOf(cleanGlyphs(glyphsOf(whole, Span{0, len(whole)}))), notWord)
		text := " " + strings.Join(strings.FieldsFunc(d.Text, notWord), " ") + " "
		at, missing := 0, 0
		for _, w := range words {
			w = " " + w + " "
			i := strings.Index(text[at:], w)
			if i < 0 || i > 600 {
				if missing++; missing < 4 {
					t.Errorf("%s: %q is missing after %q", filepath.Base(name), w, text[max(0, at-60):at])
				}
				continue
			}
			at += i + len(w) - 1
		}
		if d.Title == "" || d.Published.IsZero() && !strings.Contains(name, "azure") {
			t.Errorf("%s: title %q, published %v", name, d.Title, d.Published)
		}
		want := page.Find("span.yellowfg, li.update").Length()
		got := 0
		last := Moment{}
		order := true
		for _, b := range d.Blocks {
			if b.Kind == Update {
				if b.Posted != last {
					got++
				}
				if from, _ := b.Posted.Bounds(); !last.IsZero() {
					before, _ := last.Bounds()
					order = order && !from.Before(before)
				}
				last = b.Posted
			}
		}
		// Entries with the same time cannot be told apart by it.
		if got > want || got < want-1 || want > 0 && got == 0 {
			t.Errorf("%s: %d updates, want %d", filepath.Base(name), got, want)
		}
		if !order {
			t.Logf("%s: updates are not in the order of time", filepath.Base(name))
		}
	}
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
