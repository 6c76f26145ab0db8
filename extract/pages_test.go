package extract

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/crawler"
	"tocsin/extract/lang"
)

// TestPages reads every fixtures/pages/<lang>/<slug>.html and compares it with
// <slug>.want.json. Adding a pair is all it takes to add a case.
func TestPages(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "fixtures", "pages", "*", "*.html"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages below fixtures/pages: %v", err)
	}
	r := newTestReader(t)
	x, err := New(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(filepath.ToSlash(strings.TrimPrefix(name, filepath.Join("..", "fixtures", "pages"))), func(t *testing.T) {
			type facts struct {
				Title, Site, Published, Lang, Script string
				Text                                 []string // its lines
			}
			file, err := os.ReadFile(strings.TrimSuffix(name, ".html") + ".want.json")
			if err != nil {
				t.Fatal(err)
			}
			var want facts
			if err := json.Unmarshal(file, &want); err != nil {
				t.Fatal(err)
			}
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			docs, err := r.Read(&crawler.Page{URL: "https://fixture.example/" + filepath.Base(name), Header: http.Header{}, Body: body})
			if err != nil {
				t.Fatal(err)
			}
			d := docs[0]
			checkBlocks(t, d)
			if _, err := x.Read(d); err != nil { // a date in words is read with the phrase files
				t.Fatal(err)
			}
			got := facts{d.Title, d.Site, d.Published.EDTF(), d.Lang, d.Script, strings.Split(d.Text, "\n")}
			a, _ := json.MarshalIndent(got, "", "  ")
			b, _ := json.MarshalIndent(want, "", "  ")
			if string(a) != string(b) {
				t.Errorf("read as\n%s\nwant\n%s", a, b)
			}
		})
	}
}
