package main

// tocsin crawl: sources become tasks, the crawler fetches them, and the pipeline reads the
// pages while more come. The database is the only state, so a crawl that was killed goes on
// when the same command is given again.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"tocsin/crawler"
	"tocsin/crawler/fetch"
	"tocsin/db"
)

// version is that of the program, as hosts are told it.
const version = "0.1"

// A crawlPlan is what the flags of crawl say.
type crawlPlan struct {
	db           string
	langDir      string
	depth        int
	delay        time.Duration
	perHost      int
	workers      int
	allowPrivate bool
	maxPages     int
	maxTime      time.Duration
	contact      string
	sources      string // file
}

func (p *program) crawlCommand() *cobra.Command {
	var plan crawlPlan
	c := &cobra.Command{
		Use:   "crawl [SOURCE…]",
		Short: "Discover, fetch, extract and classify",
		Long: `Crawl fetches what its sources lead to, reads the pages as they come, and computes the
incidents that they tell of. A SOURCE is a name in the sources file or a URL; a URL is
followed on its own host to --depth links. Without a SOURCE all of the file are crawled.

The state is in the database: a crawl that was interrupted or killed goes on when the same
command is given again, and one that was complete looks for what is new.`,
		Example: `  tocsin crawl --contact me@example.org
  tocsin crawl --db t.db github-status le-monde-pixels
  tocsin crawl --db t.db --allow-private --delay 0 --per-host 32 --depth 20 http://127.0.0.1:8080/`,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case plan.depth < 0:
				return usage(c, "--depth %d: want 0 or more links", plan.depth)
			case plan.perHost < 1:
				return usage(c, "--per-host %d: want 1 or more", plan.perHost)
			case plan.workers < 1:
				return usage(c, "--workers %d: want 1 or more", plan.workers)
			case plan.delay < 0 || plan.maxTime < 0 || plan.maxPages < 0:
				return usage(c, "limits cannot be negative")
			}
			sources, err := plan.choose(args)
			if err != nil {
				return err
			}
			p.resume = "what came is kept; the same command goes on"
			return p.crawl(c.Context(), plan, sources)
		},
	}
	f := c.Flags()
	addDB(c, &plan.db)
	f.IntVar(&plan.depth, "depth", 2, "links to follow from a plain URL, on its own host")
	f.Var((*pause)(&plan.delay), "delay", "least pause of a host after each answer, such as 500ms, or 0")
	plan.delay = time.Second
	f.Lookup("delay").DefValue = "1s"
	f.IntVar(&plan.perHost, "per-host", 1, "requests to one host at a time")
	f.IntVar(&plan.workers, "workers", 0, "requests at a time (default 32, or --per-host if that is more)")
	f.BoolVar(&plan.allowPrivate, "allow-private", false, "fetch from addresses that are not public, such as 127.0.0.1")
	f.IntVar(&plan.maxPages, "max-pages", 0, "stop after so many pages; 0 for no limit")
	f.DurationVar(&plan.maxTime, "max-time", 0, "stop after so long, such as 30m; 0 for no limit")
	f.StringVar(&plan.contact, "contact", "", "how hosts may reach you: a URL or mail address in the User-Agent")
	f.StringVar(&plan.sources, "sources", "", "sources file to use in place of the one in the program")
	addLangDir(c, &plan.langDir)
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if !f.Changed("workers") {
			plan.workers = max(32, plan.perHost)
		}
		return nil
	}
	return c
}

// addDB adds the flag that names the database.
func addDB(c *cobra.Command, path *string) {
	c.Flags().StringVar(path, "db", "tocsin.db", "database file")
}

// A pause is a duration of which 0 needs no unit.
type pause time.Duration

func (d *pause) String() string { return time.Duration(*d).String() }
func (d *pause) Type() string   { return "duration" }
func (d *pause) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("want a duration such as 500ms or 2s")
	}
	*d = pause(v)
	return nil
}

// choose returns the sources that arguments name.
func (plan crawlPlan) choose(args []string) ([]crawler.Source, error) {
	known, err := readSources(plan.sources)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		if len(known) == 0 {
			return nil, errors.New("there is no source in the sources file")
		}
		return known, nil
	}
	var chosen []crawler.Source
	for _, arg := range args {
		if i := slices.IndexFunc(known, func(s crawler.Source) bool { return s.Name == arg }); i >= 0 {
			chosen = append(chosen, known[i])
			continue
		}
		if !strings.Contains(arg, "://") {
			return nil, usageError{fmt.Errorf("there is no source %q", arg), "tocsin sources list shows the names; a URL begins with https:// or http://"}
		}
		s, err := crawler.PlainSource(arg, plan.depth)
		if err != nil {
			return nil, usageError{fmt.Errorf("source %s: %w", arg, err), ""}
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// readSources reads a sources file, or the one of the program where path is empty.
func readSources(path string) ([]crawler.Source, error) {
	if path == "" {
		return crawler.DefaultSources()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read sources: %w", err)
	}
	defer f.Close()
	return crawler.Sources(f, filepath.Base(path))
}

// crawl runs a crawl and the pipeline behind it.
func (p *program) crawl(ctx context.Context, plan crawlPlan, sources []crawler.Source) error {
	d, err := newDesk(plan.langDir)
	if err != nil {
		return err
	}
	log := p.log()
	store, err := db.Open(ctx, plan.db, db.Options{Log: log, Now: p.now})
	if err != nil {
		return err
	}
	defer store.Close()
	frontier := store.Frontier(db.FrontierOptions{PerHost: plan.perHost, Delay: plan.delay})
	all, err := begin(ctx, store, frontier, sources)
	if err != nil {
		return err
	}

	agent := "tocsin/" + version
	if plan.contact != "" {
		agent += " (+" + plan.contact + ")"
	}
	fetcher := fetch.New(fetch.Options{UserAgent: agent, AllowPrivate: plan.allowPrivate, Now: p.now, Log: log})
	defer fetcher.Close()

	var fetched, failed, read, relevant atomic.Int64
	meter := p.meter()
	show := func() {
		meter.tell(func() string {
			return fmt.Sprintf("%d pages fetched, %d failed, %d read, %d tell of an incident", fetched.Load(), failed.Load(), read.Load(), relevant.Load())
		})
	}
	pipe := &pipeline{store: store, desk: d, log: log, tally: func(t tally) {
		read.Store(int64(t.pages))
		relevant.Store(int64(t.relevant))
		show()
	}}
	more := make(chan struct{}, 1)
	c := &crawler.Crawler{
		Frontier: frontier,
		Fetch:    fetcher.Fetch,
		Sources:  all,
		Workers:  plan.workers,
		MaxPages: plan.maxPages,
		Now:      p.now,
		Log:      log,
		Progress: func(r crawler.Result) {
			switch {
			case r.Page == nil:
				failed.Add(1)
			case r.Reason == "":
				fetched.Add(1)
			}
			show()
			select {
			case more <- struct{}{}:
			default: // it knows already
			}
		},
	}

	// A reader that fails ends the crawl; a crawl that ends lets the reader finish.
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := pipe.read(work, more)
		if err != nil {
			cancel()
		}
		done <- err
	}()
	crawling := work
	if plan.maxTime > 0 {
		limited, stop := context.WithTimeout(work, plan.maxTime)
		defer stop()
		crawling = limited
	}
	err = c.Run(crawling)
	close(more)
	if errors.Is(err, context.DeadlineExceeded) && work.Err() == nil {
		err = nil // --max-time was asked for
	}
	if err != nil {
		cancel()
	}
	if reading := <-done; err == nil || reading != nil && !errors.Is(reading, context.Canceled) {
		err = reading
	}
	meter.end()
	if err != nil {
		return err
	}
	incidents, err := pipe.incidents(ctx)
	if err != nil {
		return err
	}
	left, err := frontier.Tally(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "tocsin: %d pages fetched, %d failed, %d read; %d incidents in %s\n", fetched.Load(), failed.Load(), read.Load(), incidents, plan.db)
	if waiting := left.Queued + left.Leased; waiting > 0 {
		p.hint("%d URLs are still waiting; the same command goes on", waiting)
	}
	return nil
}

// begin stores the sources and queues their own pages: of a source whose last run was
// broken off only what is not there yet, of one that is done its page again, to see what is
// new. It returns the sources of this run and of those whose tasks are still waiting.
func begin(ctx context.Context, store *db.Store, frontier *db.Frontier, sources []crawler.Source) ([]crawler.Source, error) {
	if _, err := frontier.Reclaim(ctx); err != nil {
		return nil, err
	}
	waiting, err := store.Query(ctx, `SELECT s.name, s.url, s.reader, s.lang, s.zone, s.channel, s.delay_ms, s.max_depth, s.max_pages FROM source s
		WHERE EXISTS (SELECT 1 FROM task t WHERE t.source = s.name AND t.state IN ('queued', 'leased'))`, nil, db.QueryOptions{Rows: 1 << 20})
	if err != nil {
		return nil, err
	}
	all := slices.Clone(sources)
	broken := map[string]bool{}
	for _, row := range waiting.Rows {
		str := func(i int) string { return cellText(row[i]) }
		num := func(i int) int { n, _ := row[i].(int64); return int(n) }
		broken[str(0)] = true
		if !slices.ContainsFunc(sources, func(s crawler.Source) bool { return s.Name == str(0) }) {
			all = append(all, crawler.Source{Name: str(0), URL: str(1), Reader: str(2), Lang: str(3), Zone: str(4), Channel: str(5),
				Delay: time.Duration(num(6)) * time.Millisecond, Depth: max(num(7), 0), MaxPages: num(8)})
		}
	}
	if err := store.SaveSources(ctx, sources...); err != nil {
		return nil, err
	}
	var first, again []crawler.Task
	for _, s := range sources {
		if broken[s.Name] {
			first = append(first, s.Task())
		} else {
			again = append(again, s.Task())
		}
	}
	if _, err := frontier.Add(ctx, first...); err != nil {
		return nil, err
	}
	_, err = frontier.Requeue(ctx, again...)
	return all, err
}
