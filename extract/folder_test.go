package extract

import (
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"tocsin/extract/lang"
)

// TestFolderIsLanguage makes up a language by copying the folder of English under another
// tag: it must load, pass its examples and read a text, with no line of Go about it.
func TestFolderIsLanguage(t *testing.T) {
	files := fstest.MapFS{}
	err := fs.WalkDir(lang.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(lang.FS(), name)
		dir := path.Dir(name)
		if dir == "en" {
			dir = "qaa"
		}
		if dir == "qaa" || dir == "und" {
			files[path.Join(dir, path.Base(name))] = &fstest.MapFile{Data: text}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := x.Rules("qaa")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range rules.Check() {
		t.Error(e)
	}
	text := "GitHub was down for two hours on 4 October 2021."
	r, err := x.Read(&Document{Lang: "qaa", Text: text, Blocks: []Block{{Span: Span{0, len(text)}, Kind: Paragraph}}})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, m := range r.Mentions {
		found[m.Dim] = true
	}
	for _, dim := range []string{"service", "impact", "duration", "time", "cue"} {
		if !found[dim] {
			t.Errorf("no %s in %q", dim, text)
		}
	}
}
