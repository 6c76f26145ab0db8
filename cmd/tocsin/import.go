package main

// tocsin import and rebuild: the pipeline without the web. An imported file is a page
// without a URL (the file itself may name one) whose place is kept; its bytes are stored
// once, however often it is imported.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tocsin/crawler"
	"tocsin/db"
	"tocsin/extract"
)

func (p *program) importCommand() *cobra.Command {
	var path, langDir string
	c := &cobra.Command{
		Use:   "import PATH…",
		Short: "Store and read files from disk",
		Long: `Import stores HTML, Markdown, text and feed files, reads them as pages of a crawl are read,
and computes the incidents that they tell of. Folders are walked. A file that cannot be
read is told on standard error, and the others are imported all the same.`,
		Example: `  tocsin import --db t.db ./articles
  tocsin import saved-page.html feed.xml`,
		Args: between(1, -1, "a file or folder"),
		RunE: func(c *cobra.Command, args []string) error {
			p.resume = "what was imported is kept; the same command goes on"
			return p.importFiles(c.Context(), path, langDir, args)
		},
	}
	addDB(c, &path)
	addLangDir(c, &langDir)
	return c
}

func (p *program) importFiles(ctx context.Context, path, langDir string, args []string) error {
	d, err := newDesk(langDir)
	if err != nil {
		return err
	}
	log := p.log()
	store, err := db.Open(ctx, path, db.Options{Log: log, Now: p.now})
	if err != nil {
		return err
	}
	defer store.Close()
	wrong := 0
	fail := func(err error) {
		wrong++
		p.complain(err, "")
	}
	meter := p.meter()
	var order []int64
	paths := map[int64]string{}
	for f := range walk(args) {
		if err := ctx.Err(); err != nil {
			return err
		}
		var page *crawler.Page
		if f.err == nil {
			page, f.err = p.filePage(f.path)
		}
		if f.err != nil {
			meter.end()
			fail(f.err)
			continue
		}
		id, err := store.SavePage(ctx, page)
		if err != nil {
			return err
		}
		if paths[id] == "" {
			order = append(order, id)
		}
		paths[id] = f.path
		meter.tell(func() string { return fmt.Sprintf("%d files stored", len(order)) })
	}
	meter.end()
	if err := p.reread(ctx, &pipeline{store: store, desk: d, log: log}); err != nil {
		return err
	}
	// Of an earlier run too: whoever imports a file is told what is wrong with it.
	t, err := store.Query(ctx, `SELECT id, reason FROM page WHERE reason <> '' AND source = ?`, []any{importSource}, db.QueryOptions{Rows: 1 << 30})
	if err != nil {
		return err
	}
	reasons := map[int64]string{}
	for _, row := range t.Rows {
		id, _ := row[0].(int64)
		reasons[id] = cellText(row[1])
	}
	for _, id := range order {
		if reasons[id] != "" {
			fail(fmt.Errorf("%s: %s", paths[id], reasons[id]))
		}
	}
	if wrong > 0 {
		return errTold
	}
	return nil
}

// importSource is the source of pages that came from disk.
const importSource = "import"

// reread runs the pipeline over what is stale and tells what came of it.
func (p *program) reread(ctx context.Context, pipe *pipeline) error {
	meter := p.meter()
	pipe.tally = func(t tally) {
		meter.tell(func() string { return fmt.Sprintf("%d pages read, %d tell of an incident", t.pages, t.relevant) })
	}
	t, err := pipe.read(ctx, nil)
	meter.end()
	if err != nil {
		return err
	}
	n, err := pipe.incidents(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "tocsin: %d pages read, %d documents, %d of them tell of an incident; %d incidents in %s\n",
		t.pages, t.documents, t.relevant, n, pipe.store.Path())
	return nil
}

func (p *program) rebuildCommand() *cobra.Command {
	var path, langDir string
	c := &cobra.Command{
		Use:   "rebuild",
		Short: "Extract and classify again what is stale",
		Long: `Rebuild reads again every stored page that was read under other rules than those at hand:
after an edit of the phrase files, or with a new version of the program. Nothing is fetched.`,
		Example: `  tocsin rebuild --db t.db
  tocsin rebuild --db t.db --lang-dir ./mylang`,
		Args: between(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			p.resume = "what was read is kept; the same command goes on"
			d, err := newDesk(langDir)
			if err != nil {
				return err
			}
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				return hinted{fmt.Errorf("database %s does not exist", path), "run tocsin crawl or tocsin import first, or name another file with --db"}
			}
			log := p.log()
			store, err := db.Open(c.Context(), path, db.Options{Log: log, Now: p.now})
			if err != nil {
				return err
			}
			defer store.Close()
			return p.reread(c.Context(), &pipeline{store: store, desk: d, log: log})
		},
	}
	addDB(c, &path)
	addLangDir(c, &langDir)
	return c
}

// filePage returns a file as a page.
func (p *program) filePage(path string) (*crawler.Page, error) {
	body, err := readFile(path)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set(placeHeader, filepath.ToSlash(path))
	switch strings.ToLower(filepath.Ext(path)) {
	case ".html", ".htm", ".xhtml", ".shtml":
		header.Set("Content-Type", "text/html")
	case ".md", ".markdown":
		header.Set("Content-Type", "text/markdown")
	}
	return &crawler.Page{Source: importSource, Header: header, Body: body, Fetched: p.now()}, nil
}

// readFile reads a file that is not larger than what is read of it.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	defer f.Close()
	return readAll(path, f)
}

// readAll reads r up to the largest size of a page.
func readAll(name string, r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, extract.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(body) > extract.MaxBytes {
		return nil, fmt.Errorf("%s: %w", name, extract.ErrTooBig)
	}
	return body, nil
}

// plainPathError tells what is wrong with a path without the name of the system call.
func plainPathError(err error) error {
	var e *fs.PathError
	if !errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("%s: %w", e.Path, e.Err)
}

// named puts a file's name before an error that does not begin with it.
func named(name string, err error) error {
	if err == nil || strings.HasPrefix(err.Error(), name+":") {
		return err
	}
	return fmt.Errorf("%s: %s", name, strings.TrimLeft(err.Error(), ": "))
}

// A walked file is one that arguments name, or the reason why one cannot be read.
type walked struct {
	path string
	err  error
}

// readable lists the endings of the files that are taken from a folder. A file that is
// named itself is taken whatever its ending is.
func readable() []string {
	return []string{".html", ".htm", ".xhtml", ".shtml", ".md", ".markdown", ".txt", ".xml", ".rss", ".atom", ".json"}
}

// walk yields the files that arguments name, those of a folder in the order of their names.
// Hidden files of a folder are left out.
func walk(args []string) iter.Seq[walked] {
	return func(yield func(walked) bool) {
		for _, arg := range args {
			err := filepath.WalkDir(arg, func(path string, e fs.DirEntry, err error) error {
				switch hidden := strings.HasPrefix(filepath.Base(path), ".") && path != arg; {
				case err != nil:
					if !yield(walked{path, plainPathError(err)}) {
						return fs.SkipAll
					}
					return nil
				case e.IsDir() && hidden:
					return fs.SkipDir
				case e.IsDir() || hidden:
					return nil
				case path != arg && !takes(path):
					return nil
				case !yield(walked{path: path}):
					return errEnough
				}
				return nil
			})
			if err != nil {
				return
			}
		}
	}
}

// errEnough ends a walk whose caller has enough.
var errEnough = errors.New("enough")

func takes(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	for _, r := range readable() {
		if ext == r {
			return true
		}
	}
	return false
}
