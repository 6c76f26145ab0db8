package main

// A desk reads documents: page or file in, documents with what they tell out. It holds all
// that is compiled once, may be used by many goroutines at once, and knows no database.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"tocsin/classify"
	"tocsin/crawler"
	"tocsin/extract"
	"tocsin/extract/lang"
)

type desk struct {
	reader     *extract.Reader
	extractor  *extract.Extractor
	classifier *classify.Classifier
}

// newDesk returns a desk that reads with the phrase files of the program, overlaid with
// those of langDir if that is not empty.
func newDesk(langDir string) (*desk, error) {
	files, err := phraseFiles(langDir)
	if err != nil {
		return nil, err
	}
	d := &desk{}
	if d.reader, err = extract.NewReader(files); err != nil {
		return nil, err
	}
	if d.extractor, err = extract.New(files); err != nil {
		return nil, err
	}
	if d.classifier, err = classify.New(); err != nil {
		return nil, err
	}
	if langDir == "" {
		return d, nil // tests have compiled these: each is compiled when a text of its language comes
	}
	for _, tag := range d.extractor.Tags() {
		// A mistake stops a run before it begins, not in its middle.
		if _, err := d.extractor.Rules(tag); err != nil {
			return nil, rulesFault(err)
		}
	}
	return d, nil
}

// A ruleFault is a mistake in the phrase files: not the page's fault, so it ends a run.
type ruleFault struct{ error }

func (e ruleFault) Unwrap() error { return e.error }

func rulesFault(err error) error {
	return hinted{ruleFault{err}, "tocsin rules check tells all that is wrong with the phrase files"}
}

// version names the rules and weights that the desk reads and judges with.
func (d *desk) version() string { return d.extractor.Version() + "-" + d.classifier.Version() }

// A finding is one document and what it tells.
type finding struct {
	document  *extract.Document
	mentions  []extract.Mention
	judgement classify.Judgement
}

// findings are the documents of one page or file, in its order.
type findings []finding

// file reads a file. name tells what it is by its ending.
func (d *desk) file(name string, body []byte) (findings, error) {
	return d.read(func() ([]*extract.Document, error) { return d.reader.ReadFile(name, body) })
}

// page reads a page.
func (d *desk) page(p *crawler.Page) (findings, error) {
	return d.read(func() ([]*extract.Document, error) { return d.reader.Read(p) })
}

// read turns a panic, which a stranger's bytes may spring in a parser, into an error of the
// one page.
func (d *desk) read(documents func() ([]*extract.Document, error)) (found findings, err error) {
	defer func() {
		if v := recover(); v != nil {
			found, err = nil, fmt.Errorf("reader failed: %v", v)
		}
	}()
	docs, err := documents()
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		r, err := d.extractor.Read(doc)
		if err != nil {
			return nil, rulesFault(err)
		}
		found = append(found, finding{doc, r.Mentions, d.classifier.Judge(doc, r)})
	}
	return found, nil
}

// record returns the JSON record of a file: that of its document, of several the most
// relevant one, which comes first among equals.
func (f findings) record(file string) ([]byte, error) {
	if len(f) == 0 {
		return nil, errors.New("holds no document")
	}
	best := slices.MaxFunc(f, func(a, b finding) int {
		switch {
		case a.judgement.Relevance > b.judgement.Relevance:
			return 1
		case a.judgement.Relevance < b.judgement.Relevance:
			return -1
		}
		return 0
	})
	return classify.NewRecord(file, best.document, best.judgement).JSON()
}

// inOrder calls f for each item, over all cores, and yields what it gives in the order of
// the items. Few results are in memory at a time. Once ctx ends no further item is begun.
func inOrder[T, R any](ctx context.Context, items iter.Seq[T], f func(T) R) iter.Seq[R] {
	return func(yield func(R) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		slots := make(chan chan R, runtime.GOMAXPROCS(0))
		go func() {
			defer close(slots)
			for item := range items {
				slot := make(chan R, 1)
				select {
				case <-ctx.Done():
					return
				case slots <- slot:
				}
				go func() { slot <- f(item) }()
			}
		}()
		for slot := range slots {
			if !yield(<-slot) {
				return
			}
		}
	}
}

// addLangDir adds the flag that overlays the phrase files.
func addLangDir(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "lang-dir", "", "folder whose phrase files replace or add to those of the program")
}

// phraseFiles returns the phrase files of the program, overlaid with those of dir.
func phraseFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return lang.FS(), nil
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("cannot read phrase files: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("cannot read phrase files: %s is no folder", dir)
	}
	if languages, err := filepath.Glob(filepath.Join(dir, "*", "*.txt")); err != nil || len(languages) == 0 {
		return nil, fmt.Errorf("%s holds no phrase files: want a folder a language, such as %s", dir, filepath.Join(dir, "fr", "cause.txt"))
	}
	return overlay{os.DirFS(dir), lang.FS()}, nil
}

// An overlay is under with the files of over in place of those of the same name.
type overlay struct{ over, under fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.over.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.under.Open(name)
	}
	return f, err
}

// ReadDir lists what either has.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	over, err := fs.ReadDir(o.over, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	under, errUnder := fs.ReadDir(o.under, name)
	if errUnder != nil && (err != nil || !errors.Is(errUnder, fs.ErrNotExist)) {
		return nil, errUnder
	}
	for _, e := range under {
		if !slices.ContainsFunc(over, func(x fs.DirEntry) bool { return x.Name() == e.Name() }) {
			over = append(over, e)
		}
	}
	slices.SortFunc(over, func(a, b fs.DirEntry) int {
		if a.Name() < b.Name() {
			return -1
		}
		return 1
	})
	return over, nil
}
