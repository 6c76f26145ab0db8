// The crawl. One goroutine takes leases from the frontier, as many at a time as there
// are workers; each lease is fetched, read for what it leads to and ended in a goroutine
// of its own, so that page, outcome and new tasks are committed together. Rules kept:
//
//   - a page that fails is a result with a reason; only the frontier and the context
//     stop a run
//   - nothing sleeps while holding a lease; a pause is the frontier's business
//   - when the context ends, pages that have come are committed, the others are given
//     back, and Run returns within two seconds
//   - limits of a source (pages, depth) are kept where its tasks are: a frontier may hold
//     what is over them back for another run
//   - a source followed on its own host (Depth above 0) stays there, redirects included,
//     but for a redirect of its own URL

package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	longestWait  = 10 * time.Second        // without asking the frontier, which others may fill
	shortestWait = 5 * time.Millisecond    // so that a clock a little off cannot spin
	graceCommit  = 1500 * time.Millisecond // to commit what has come when the context ends
	graceAll     = 2 * time.Second         // until Run returns, whatever still runs
	maxNesting   = 10                      // lists that lead to lists: indexes, next pages
)

// A Crawler fetches what a frontier lends until nothing is left.
type Crawler struct {
	Frontier Frontier
	Fetch    func(context.Context, Lease) Result // must end soon after its context
	Sources  []Source                            // what the names in Task.Source mean
	Workers  int                                 // leases at a time; 0 means 8
	MaxPages int                                 // pages to fetch in this run; 0 means no limit
	Now      func() time.Time
	Log      *slog.Logger

	// Progress, if not nil, is told of each result after its commit, one at a time.
	Progress func(Result)
}

// Run crawls until the frontier is done, MaxPages have been fetched, or ctx ends; then
// it returns nil, nil, or the error of ctx. Any other error is the frontier's. Tasks must
// have been added before.
func (c *Crawler) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := c.Workers
	if workers <= 0 {
		workers = 8
	}
	r := &crawl{Crawler: c, sources: map[string]*Source{}, ended: make(chan outcome, workers)}
	for i := range c.Sources {
		r.sources[c.Sources[i].Name] = &c.Sources[i]
	}

	var failed error
	for failed == nil && ctx.Err() == nil {
		if c.MaxPages > 0 && r.total >= c.MaxPages {
			break
		}
		wait := longestWait
		if r.out < workers && (c.MaxPages == 0 || r.total+r.out < c.MaxPages) {
			l, w, err := c.Frontier.Next(work, c.Now())
			switch {
			case errors.Is(err, ErrDone):
				if r.out == 0 {
					return nil
				}
			case err != nil:
				failed = fmt.Errorf("next task: %w", err)
				continue
			case l.ID != 0:
				r.out++
				src := r.sources[l.Source]
				if src == nil {
					src = &Source{}
				}
				go func() { r.ended <- r.lease(work, l, src) }()
				continue
			default:
				wait = min(max(w, shortestWait), longestWait)
			}
		}
		timer := time.NewTimer(wait)
		select {
		case o := <-r.ended:
			failed = r.end(o)
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}

	// Let the pages come that are on their way, unless the run was stopped.
	if failed != nil {
		cancel()
	}
	for r.out > 0 && ctx.Err() == nil && failed == nil {
		select {
		case o := <-r.ended:
			failed = r.end(o)
		case <-ctx.Done():
		}
	}
	cancel()
	grace := time.After(graceAll)
	for r.out > 0 {
		select {
		case o := <-r.ended:
			if err := r.end(o); failed == nil {
				failed = err
			}
		case <-grace:
			c.Log.Warn("stopped with fetches still running", "leases", r.out)
			r.out = 0
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return failed
}

// A crawl is the state of one run, touched by its one goroutine only.
type crawl struct {
	*Crawler
	sources map[string]*Source
	out     int // leases
	total   int // pages fetched
	ended   chan outcome
}

type outcome struct {
	result Result
	err    error
}

// end takes the outcome of a lease into account.
func (r *crawl) end(o outcome) error {
	r.out--
	switch {
	case errors.Is(o.err, ErrExpired):
		r.Log.Warn("lease ran out before its page came, and was lent again", "url", o.result.Lease.URL)
		return nil
	case o.err != nil:
		return fmt.Errorf("end task %s: %w", o.result.Lease.URL, o.err)
	}
	if o.result.Page != nil && o.result.Reason == "" {
		r.total++
	}
	if r.Progress != nil {
		r.Progress(o.result)
	}
	return nil
}

// lease fetches and ends one lease.
func (c *Crawler) lease(ctx context.Context, l Lease, src *Source) outcome {
	fetching, cancel := context.WithTimeout(ctx, max(l.Expires.Sub(c.Now()), time.Second))
	res := c.Fetch(fetching, l)
	cancel()
	res.Lease = l
	if res.Page == nil && ctx.Err() != nil {
		// Not the page's fault: given back at once, to be the next again, since what lies
		// behind it may hang on which way leads there first.
		res = Result{Lease: l, Reason: "interrupted", Retry: time.Millisecond}
	}
	c.complete(&res, src)

	commit := ctx
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		commit, cancel = context.WithTimeout(context.WithoutCancel(ctx), graceCommit)
		defer cancel()
	}
	err := c.Frontier.Finish(commit, c.Now(), res)
	if err != nil && ctx.Err() != nil && commit == ctx {
		// The context ended in the middle: nothing was stored, so once more.
		again, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceCommit)
		defer cancel()
		err = c.Frontier.Finish(again, c.Now(), res)
	}
	return outcome{res, err}
}

// complete puts into a result what its source says and what its page leads to.
func (c *Crawler) complete(res *Result, src *Source) {
	l := res.Lease
	res.Delay = max(res.Delay, src.Delay)
	if p := res.Page; p != nil {
		p.URL, p.Source, p.Reader = l.URL, l.Source, l.Reader
		p.Lang, p.Zone, p.Channel = src.Lang, src.Zone, src.Channel
		if res.Reason == "" {
			c.discover(res, max(src.Depth-l.Depth, 0))
		}
	}
	own := src.Depth > 0 && src.Reader == "article"
	kept := res.Tasks[:0]
	for _, t := range res.Tasks {
		redirect := res.Reason != ""
		switch {
		case own && !sameSite(Host(t.URL), Host(l.URL)) && !(redirect && l.Depth == 0):
			if redirect {
				res.Page, res.Reason = nil, "redirect leaves the host: "+t.URL
			}
			continue
		case !redirect && t.Reader != "article" && l.Depth >= maxNesting:
			c.Log.Warn("list not followed: nested too deep", "url", t.URL, "deepest", maxNesting)
			continue
		}
		if !redirect {
			t.Depth = l.Depth + 1
		}
		kept = append(kept, t)
	}
	res.Tasks = kept
}

// discover adds the tasks of a page. A list that cannot be read and leads nowhere is a
// failed page: nobody would look at it again. A damaged one is kept.
func (c *Crawler) discover(res *Result, depth int) {
	tasks, err := discoverSafely(res.Page, depth)
	res.Tasks = append(res.Tasks, tasks...)
	if err == nil {
		return
	}
	c.Log.Warn("page leads nowhere or not everywhere", "url", res.Page.URL, "error", err)
	if len(tasks) == 0 && res.Page.Reader != "article" {
		res.Page, res.Reason = nil, err.Error()
	}
}

// discoverSafely turns a panic of a parser, which strangers' bytes may spring, into an
// error.
func discoverSafely(p *Page, depth int) (tasks []Task, err error) {
	defer func() {
		if v := recover(); v != nil {
			tasks, err = nil, fmt.Errorf("%s %s: parser failed: %v", p.Reader, p.URL, v)
		}
	}()
	return Discover(p, depth)
}
