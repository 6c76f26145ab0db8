package main

// From stored pages to incidents. This is the one way by which pages are read: crawl runs
// it while pages come, import and rebuild run it over what is there. Pages that were not
// read under the rules at hand are taken in the order of their numbers, read over all cores,
// and stored by one writer. A page that gives nothing is marked with its reason, so no page
// is read twice under the same rules. Incidents are computed at the end, from all reports.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tocsin/classify"
	"tocsin/crawler"
	"tocsin/db"
)

// batch is how many pages are looked up at a time.
const batch = 256

// A pipeline reads the pages of one database.
type pipeline struct {
	store *db.Store
	desk  *desk
	log   *slog.Logger
	tally func(read tally) // told of each page; may be nil
}

// A tally counts what pages gave.
type tally struct {
	pages     int // read
	documents int
	relevant  int // documents that tell of an incident
	failed    int // pages that gave no document
}

func (t *tally) add(o tally) {
	t.pages += o.pages
	t.documents += o.documents
	t.relevant += o.relevant
	t.failed += o.failed
}

// read reads all stale pages, and again whenever more says that there are new ones, until
// more is closed. A nil more means once. The error is the database's or that of ctx.
func (p *pipeline) read(ctx context.Context, more <-chan struct{}) (total tally, err error) {
	var after int64
	for {
		for {
			ids, err := p.store.Stale(ctx, p.desk.version(), after, batch)
			if err != nil {
				return total, err
			}
			if len(ids) == 0 {
				break
			}
			for w := range inOrder(ctx, slices.Values(ids), func(id int64) readPage { return p.page(ctx, id) }) {
				// ctx may end while pages are read: they are not stored then.
				if err := p.save(ctx, w); err != nil {
					return total, err
				}
				total.add(w.tally())
				if p.tally != nil {
					p.tally(total)
				}
			}
			if err := ctx.Err(); err != nil {
				return total, err
			}
			after = ids[len(ids)-1]
		}
		if more == nil {
			return total, nil
		}
		select {
		case <-ctx.Done():
			return total, ctx.Err()
		case _, ok := <-more:
			if !ok {
				more = nil // once more, for what came last
			}
		}
	}
}

// A readPage is what one page gave.
type readPage struct {
	id      int64
	url     string
	found   findings
	derived []db.Derived
	err     error // why it gave nothing
	fatal   error // of the database or the phrase files: ends the run
}

func (r readPage) tally() tally {
	t := tally{pages: 1}
	if r.err != nil {
		t.failed = 1
		return t
	}
	for _, f := range r.found {
		t.documents++
		if f.judgement.Relevant {
			t.relevant++
		}
	}
	return t
}

// page reads one page.
func (p *pipeline) page(ctx context.Context, id int64) readPage {
	r := readPage{id: id}
	page, err := p.store.Page(ctx, id)
	if err != nil {
		r.fatal = err
		return r
	}
	r.url = pageName(page)
	var fault ruleFault
	if r.found, r.err = p.desk.page(page); errors.As(r.err, &fault) {
		r.fatal = r.err
		return r
	}
	if r.err != nil {
		// The row names the page.
		r.err = errors.New(strings.TrimPrefix(r.err.Error(), page.URL+": "))
		return r
	}
	for _, f := range r.found {
		record, err := classify.NewRecord(r.url, f.document, f.judgement).JSON()
		if err != nil {
			r.err = fmt.Errorf("record: %w", err)
			return r
		}
		r.derived = append(r.derived, db.Derived{Document: f.document, Mentions: f.mentions, Judgement: f.judgement, Record: record})
	}
	return r
}

// save stores what a page gave, or why it gave nothing.
func (p *pipeline) save(ctx context.Context, r readPage) error {
	if r.fatal != nil {
		return r.fatal
	}
	rules := p.desk.version()
	if r.err == nil && len(r.derived) > 0 {
		err := p.store.SaveDocuments(ctx, r.id, rules, r.derived...)
		if err == nil || ctx.Err() != nil {
			return err
		}
		// A span that does not hold its words is a fault of ours in this one document. If it
		// is the database that fails, it fails again below.
		p.log.Error("documents not stored", "page", r.url, "error", err)
		r.err = err
	}
	reason := "page holds no document"
	if r.err != nil {
		reason = r.err.Error()
	}
	p.log.Info("page gives no document", "page", r.url, "reason", reason)
	return p.store.SaveReason(ctx, r.id, rules, reason)
}

// incidents computes the incidents from all reports and returns how many there are.
func (p *pipeline) incidents(ctx context.Context) (int, error) {
	reports, err := p.store.Reports(ctx)
	if err != nil {
		return 0, err
	}
	found := classify.Incidents(reports)
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return len(found), p.store.SaveIncidents(ctx, reports, found)
}

// placeHeader is where an imported file keeps its path.
const placeHeader = "Content-Location"

// pageName is what a page is called: its URL, of an imported file its path.
func pageName(p *crawler.Page) string {
	if p.URL == "" && p.Status == 0 {
		return p.Header.Get(placeHeader)
	}
	return p.URL
}
