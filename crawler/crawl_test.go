package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/crawler"
	"tocsin/crawler/frontiertest"
)

func html(body string) func(l crawler.Lease) crawler.Result {
	return func(l crawler.Lease) crawler.Result { return page(l, "text/html", body) }
}

func page(l crawler.Lease, media, body string) crawler.Result {
	return crawler.Result{Lease: l, Page: &crawler.Page{
		URL: l.URL, Status: 200, Header: http.Header{"Content-Type": {media}}, Body: []byte(body),
	}}
}

// A web answers by URL, and remembers in which order it was asked.
type web struct {
	pages map[string]func(l crawler.Lease) crawler.Result
	mu    sync.Mutex
	asked []string
}

func (w *web) fetch(_ context.Context, l crawler.Lease) crawler.Result {
	w.mu.Lock()
	w.asked = append(w.asked, l.URL)
	w.mu.Unlock()
	if f := w.pages[l.URL]; f != nil {
		return f(l)
	}
	return crawler.Result{Lease: l, Reason: "status 404"}
}

func crawl(w *web, f crawler.Frontier, sources ...crawler.Source) *crawler.Crawler {
	return &crawler.Crawler{
		Frontier: f, Fetch: w.fetch, Sources: sources, Workers: 4,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}
}

func add(t *testing.T, f crawler.Frontier, tasks ...crawler.Task) {
	t.Helper()
	if _, err := f.Add(t.Context(), tasks...); err != nil {
		t.Fatal(err)
	}
}

func outcomes(f *frontiertest.Memory) map[string]string {
	m := map[string]string{}
	for _, r := range f.Ended() {
		m[r.Lease.URL] = r.Reason
	}
	return m
}

// A plain URL is followed on its own host as deep as it was told; each page is asked for
// once; a page that fails stops nothing.
func TestFollowsOwnHost(t *testing.T) {
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{
		"http://a.example/":  html(`<a href=1>1</a> <a href=/2#x>2</a> <a href=http://b.example/>b</a> <a href=gone>g</a>`),
		"http://a.example/1": html(`<a href=/>up</a> <a href=deep>d</a>`),
		"http://a.example/2": func(l crawler.Lease) crawler.Result {
			return crawler.Result{Lease: l, Page: page(l, "", "").Page, Reason: "redirect", Tasks: []crawler.Task{
				{URL: "http://b.example/away", Reader: "article", Depth: l.Depth, Hops: 1}}}
		},
		"http://a.example/deep":   html(`<a href=deeper>d</a>`),
		"http://a.example/deeper": html(`never`),
	}}
	f := &frontiertest.Memory{PerHost: 4}
	src, err := crawler.PlainSource("http://A.example", 2)
	if err != nil {
		t.Fatal(err)
	}
	add(t, f, src.Task())
	if err := crawl(w, f, src).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := outcomes(f)
	want := map[string]string{
		"http://a.example/": "", "http://a.example/1": "", "http://a.example/deep": "", "http://a.example/gone": "status 404",
		"http://a.example/2": "redirect leaves the host: http://b.example/away",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("outcomes\n%v, want\n%v", got, want)
	}
	if len(w.asked) != len(want) {
		t.Errorf("asked for %v, want each once", w.asked)
	}
}

// The source's own URL may move to another host, which is then followed.
func TestStartMoves(t *testing.T) {
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{
		"http://a.example/": func(l crawler.Lease) crawler.Result {
			t := l.Task
			t.URL, t.Hops, t.Referrer = "https://b.example/", 1, l.URL
			return crawler.Result{Lease: l, Page: page(l, "", "").Page, Reason: "redirect", Tasks: []crawler.Task{t}}
		},
		"https://b.example/":  html(`<a href=1>1</a>`),
		"https://b.example/1": html(`one`),
	}}
	f := &frontiertest.Memory{}
	src, _ := crawler.PlainSource("http://a.example/", 1)
	add(t, f, src.Task())
	if err := crawl(w, f, src).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := outcomes(f); len(got) != 3 || got["https://b.example/1"] != "" || got["http://a.example/"] != "redirect" {
		t.Errorf("outcomes %v", got)
	}
}

// A feed leads to articles on any host, whose own links are not followed; what the source
// says of its pages goes with them.
func TestFeedSource(t *testing.T) {
	feed := `<rss version="2.0"><channel><title>t</title>
		<item><link>http://b.example/1</link></item><item><link>/2</link></item></channel></rss>`
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{
		"http://a.example/feed": func(l crawler.Lease) crawler.Result { return page(l, "application/rss+xml", feed) },
		"http://b.example/1":    html(`<a href=/no>no</a>`),
		"http://a.example/2":    html(`two`),
	}}
	f := &frontiertest.Memory{}
	src := crawler.Source{Name: "a", URL: "http://a.example/feed", Reader: "feed", Lang: "fr", Zone: "Europe/Paris", Channel: "press", Delay: time.Millisecond}
	add(t, f, src.Task())
	if err := crawl(w, f, src).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := outcomes(f); len(got) != 3 {
		t.Errorf("outcomes %v", got)
	}
	for _, r := range f.Ended() {
		p := r.Page
		if p == nil || p.Source != "a" || p.Lang != "fr" || p.Zone != "Europe/Paris" || p.Channel != "press" || r.Delay != time.Millisecond {
			t.Errorf("%s: page %+v, delay %v", r.Lease.URL, p, r.Delay)
		}
		if r.Lease.URL != src.URL && (r.Lease.Depth != 1 || r.Lease.Referrer != src.URL || r.Lease.Reader != "article") {
			t.Errorf("%s: %+v, want an article at depth 1", r.Lease.URL, r.Lease.Task)
		}
	}
}

// A list that is none is a failed page, with the reason; a page of links is kept whatever
// stands in it.
func TestListThatIsNone(t *testing.T) {
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{
		"http://a.example/feed":    html(`<!doctype html><title>We have moved</title>`),
		"http://a.example/sitemap": html(`<!doctype html><title>We have moved</title>`),
		"http://a.example/status":  html(`<!doctype html><title>We have moved</title>`),
	}}
	f := &frontiertest.Memory{}
	for _, r := range []string{"feed", "sitemap", "status"} {
		add(t, f, crawler.Task{URL: "http://a.example/" + r, Reader: r})
	}
	if err := crawl(w, f).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Ended() {
		if r.Page != nil || !strings.Contains(r.Reason, "moved") || r.Retry != 0 {
			t.Errorf("%s: page %v, reason %q", r.Lease.URL, r.Page != nil, r.Reason)
		}
	}
}

// Lists that lead to lists end, however the server makes them up.
func TestEndlessLists(t *testing.T) {
	w := &web{}
	f := &frontiertest.Memory{}
	c := crawl(w, f)
	c.Fetch = func(_ context.Context, l crawler.Lease) crawler.Result {
		return page(l, "text/xml", "<sitemapindex><sitemap><loc>"+l.URL+"x</loc></sitemap></sitemapindex>")
	}
	add(t, f, crawler.Task{URL: "http://a.example/", Reader: "sitemap"})
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(f.Ended()); n != 11 {
		t.Errorf("%d lists were read, want 11", n)
	}
}

func TestMaxPages(t *testing.T) {
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{}}
	f := &frontiertest.Memory{PerHost: 8}
	for i := range 20 {
		u := fmt.Sprintf("http://a.example/%d", i)
		if i%2 == 0 {
			w.pages[u] = html("x") // every other one is missing, and does not count
		}
		add(t, f, crawler.Task{URL: u, Reader: "article"})
	}
	c := crawl(w, f)
	c.MaxPages = 5
	told := 0
	c.Progress = func(r crawler.Result) { told++ }
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	pages := 0
	for _, r := range f.Ended() {
		if r.Page != nil {
			pages++
		}
	}
	if pages != 5 || told != len(f.Ended()) {
		t.Errorf("%d pages, told of %d results of %d, want 5 pages", pages, told, len(f.Ended()))
	}
	if err := crawl(w, f).Run(t.Context()); err != nil { // and it can go on
		t.Fatal(err)
	}
	if n := len(f.Ended()); n != 20 {
		t.Errorf("then %d results, want 20", n)
	}
}

// A task that is to be tried again is, and then the run ends.
func TestRunRetries(t *testing.T) {
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{
		"http://a.example/": func(l crawler.Lease) crawler.Result {
			if l.Attempt < 3 {
				return crawler.Result{Lease: l, Reason: "status 503", Retry: 20 * time.Millisecond}
			}
			return page(l, "text/html", "there")
		},
	}}
	f := &frontiertest.Memory{}
	add(t, f, crawler.Task{URL: "http://a.example/", Reader: "article"})
	if err := crawl(w, f).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.Ended(); len(got) != 3 || got[2].Page == nil {
		t.Errorf("%d results, want two failures and a page", len(got))
	}
}

// When the context ends, pages that have come are committed and the others given back, so
// that the next run has nothing to wait for.
func TestInterrupt(t *testing.T) {
	f := &frontiertest.Memory{Length: time.Hour}
	ctx, cancel := context.WithCancel(t.Context())
	var begun sync.WaitGroup
	begun.Add(3)
	c := crawl(&web{}, f)
	c.Fetch = func(ctx context.Context, l crawler.Lease) crawler.Result {
		begun.Done()
		<-ctx.Done()
		if l.URL == "http://c.example/" { // came in time
			return page(l, "text/html", "<p>c")
		}
		return crawler.Result{Lease: l, Reason: "interrupted"}
	}
	for _, h := range []string{"a", "b", "c"} {
		add(t, f, crawler.Task{URL: "http://" + h + ".example/", Reader: "article"})
	}
	go func() { begun.Wait(); cancel() }()
	if err := c.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("Run: %v, want the error of its context", err)
	}
	if got := outcomes(f); got["http://c.example/"] != "" || got["http://a.example/"] != "interrupted" || len(got) != 3 {
		t.Errorf("outcomes %v", got)
	}
	w := &web{pages: map[string]func(crawler.Lease) crawler.Result{"http://a.example/": html("a"), "http://b.example/": html("b")}}
	if err := crawl(w, f).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(w.asked)
	if fmt.Sprint(w.asked) != "[http://a.example/ http://b.example/]" {
		t.Errorf("then asked for %v", w.asked)
	}
}

// Run returns even where a fetch does not heed its context.
func TestInterruptStuck(t *testing.T) {
	f := &frontiertest.Memory{}
	ctx, cancel := context.WithCancel(t.Context())
	free := make(chan struct{})
	defer close(free)
	c := crawl(&web{}, f)
	c.Fetch = func(context.Context, crawler.Lease) crawler.Result {
		cancel()
		<-free
		return crawler.Result{}
	}
	add(t, f, crawler.Task{URL: "http://a.example/", Reader: "article"})
	if err := c.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("Run: %v, want the error of its context", err)
	}
}

// broken is a frontier whose file is full.
type broken struct{ *frontiertest.Memory }

func (broken) Finish(context.Context, time.Time, crawler.Result) error {
	return errors.New("disk is full")
}

func TestFrontierFails(t *testing.T) {
	f := broken{&frontiertest.Memory{}}
	add(t, f, crawler.Task{URL: "http://a.example/", Reader: "article"}, crawler.Task{URL: "http://b.example/", Reader: "article"})
	err := crawl(&web{}, f).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("Run: %v, want the frontier's error", err)
	}
}
