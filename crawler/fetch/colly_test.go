package fetch

// What Colly 2.3 does by itself and a polite crawl that can be resumed must not do: ten
// traps, each sprung here with the fetcher, and where it is about more than one page, the
// crawl around it.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/crawler"
	"tocsin/crawler/frontiertest"
)

func run(t *testing.T, ctx context.Context, f *Fetcher, front crawler.Frontier, urls ...string) error {
	t.Helper()
	for _, u := range urls {
		if _, err := front.Add(t.Context(), crawler.Task{URL: u, Reader: "article", Source: u}); err != nil {
			t.Fatal(err)
		}
	}
	c := &crawler.Crawler{Frontier: front, Fetch: f.Fetch, Workers: 4, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	return c.Run(ctx)
}

// 1. A URL counts as visited before it is fetched: what failed is never asked for again.
func TestTrapVisitedBeforeFetch(t *testing.T) {
	var asked atomic.Int32
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	f := fetcher(t, Options{})
	l := lease(url + "/")
	failed(t, f.Fetch(t.Context(), l), "status 503")
	l.Attempt = 2
	fetched(t, f.Fetch(t.Context(), l))
	fetched(t, f.Fetch(t.Context(), l))
}

// 2. The disk cache keeps whatever is below 500, a 429 too, and is turned on from the
// environment.
func TestTrapCacheOfErrors(t *testing.T) {
	dir := t.TempDir()
	for k, v := range map[string]string{"CACHE_DIR": dir, "MAX_BODY_SIZE": "1", "USER_AGENT": "evil", "MAX_REQUESTS": "1",
		"DISALLOWED_DOMAINS": "127.0.0.1", "PARSE_HTTP_ERROR_RESPONSE": "no", "DETECT_CHARSET": "yes"} {
		t.Setenv("COLLY_"+k, v)
	}
	var asked atomic.Int32
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, "slow down")
			return
		}
		fmt.Fprint(w, "the article for "+r.UserAgent())
	}))
	f := fetcher(t, Options{UserAgent: "tocsin/1"})
	failed(t, f.Fetch(t.Context(), lease(url+"/")), "status 429")
	if p := fetched(t, f.Fetch(t.Context(), lease(url+"/"))); string(p.Body) != "the article for tocsin/1" {
		t.Errorf("body %q", p.Body)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("%d files are cached, error %v", len(files), err)
	}
}

// 3. Nothing is known of ETag, Last-Modified and 304: every crawl downloads all again.
func TestTrapNoValidators(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"x"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Etag", `"x"`)
		fmt.Fprint(w, "long")
	}))
	var latest http.Header
	f := fetcher(t, Options{Known: func(context.Context, string) http.Header { return latest }})
	latest = fetched(t, f.Fetch(t.Context(), lease(url+"/"))).Header
	if p := fetched(t, f.Fetch(t.Context(), lease(url+"/"))); p.Status != http.StatusNotModified || len(p.Body) > 0 {
		t.Errorf("second time: status %d and %d bytes", p.Status, len(p.Body))
	}
}

// 4. An answer for robots.txt never expires: one 503 bans a host for good.
func TestTrapRobotsForGood(t *testing.T) {
	var status atomic.Int32
	status.Store(http.StatusServiceUnavailable)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(int(status.Load()))
			fmt.Fprint(w, "User-agent: *\nDisallow: /no")
		}
	})
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := fetcher(t, Options{Now: func() time.Time { return now }})
	r := f.Fetch(t.Context(), lease(url+"/"))
	failed(t, r, "robots.txt: status 503")
	now = now.Add(r.Retry)
	status.Store(http.StatusOK)
	fetched(t, f.Fetch(t.Context(), lease(url+"/")))
	failed(t, f.Fetch(t.Context(), lease(url+"/no")), "robots.txt forbids")
}

// 5. Crawl-delay is not read, and where a redirect leads is not looked up in robots.txt.
func TestTrapRedirectPastRobots(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /no\nCrawl-delay: 0.01")
		case "/no":
			t.Errorf("%s was asked for", r.URL)
		default:
			http.Redirect(w, r, "/no", http.StatusFound)
		}
	})
	front := &frontiertest.Memory{}
	if err := run(t, t.Context(), fetcher(t, Options{}), front, url+"/"); err != nil {
		t.Fatal(err)
	}
	got := front.Ended()
	if len(got) != 2 || got[0].Reason != "redirect" || got[1].Reason != "robots.txt forbids" {
		t.Fatalf("results %+v", got)
	}
	if got[0].Delay != 10*time.Millisecond {
		t.Errorf("delay %v, want the crawl-delay", got[0].Delay)
	}
}

// 6. One LimitRule is one clock for all hosts that it matches: a slow host holds up all.
// Here the slow host answers only once the quick one has been read, page by page.
func TestTrapOneClock(t *testing.T) {
	done := make(chan struct{})
	slow := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-done:
		case <-r.Context().Done():
		}
	}))
	var left atomic.Int32
	left.Store(5)
	quick := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		if left.Add(-1) == 0 {
			close(done)
		}
	}))
	front := &frontiertest.Memory{}
	urls := []string{slow + "/"}
	for i := range 5 {
		urls = append(urls, fmt.Sprintf("%s/%d", quick, i))
	}
	if err := run(t, t.Context(), fetcher(t, Options{}), front, urls...); err != nil {
		t.Fatal(err)
	}
	got := front.Ended()
	if len(got) != 6 {
		t.Fatalf("%d results, want 6", len(got))
	}
	for _, r := range got {
		if r.Page == nil {
			t.Errorf("%s: %s", r.Lease.URL, r.Reason)
		}
	}
}

// 7. No Retry-After, no pause that grows, and retries without end.
func TestTrapRetries(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "15")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	f := fetcher(t, Options{})
	l := lease(url + "/")
	for attempt, want := range []time.Duration{15 * time.Second, 20 * time.Second, 40 * time.Second, 0} {
		l.Attempt = attempt + 1
		r := f.Fetch(t.Context(), l)
		if r.Retry != want || r.Delay != 15*time.Second {
			t.Errorf("attempt %d: again after %v, host rests %v, want %v and 15s", l.Attempt, r.Retry, r.Delay, want)
		}
	}
}

// 8. A body is cut at a limit without a word.
func TestTrapCutBody(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("x", 101)) }))
	if p := fetched(t, fetcher(t, Options{MaxBytes: 100}).Fetch(t.Context(), lease(url+"/"))); !p.Truncated || len(p.Body) != 100 {
		t.Errorf("%d bytes, truncated %v", len(p.Body), p.Truncated)
	}
	if p := fetched(t, fetcher(t, Options{MaxBytes: 101}).Fetch(t.Context(), lease(url+"/"))); p.Truncated || len(p.Body) != 101 {
		t.Errorf("%d bytes, truncated %v", len(p.Body), p.Truncated)
	}
}

// 9. The client gives up after ten seconds, whatever the crawl allows.
func TestTrapTenSeconds(t *testing.T) {
	f := fetcher(t, Options{})
	if d := f.pages.Timeout; d != 0 {
		t.Errorf("the client gives up after %v", d)
	}
	if f.Timeout != defaultTimeout {
		t.Errorf("timeout %v, want %v", f.Timeout, defaultTimeout)
	}
}

// 10. The end of a context does not wake who sleeps: a crawl waits for its pauses.
func TestTrapSleepsOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {}))
	front := &frontiertest.Memory{Delay: time.Hour}
	for _, path := range []string{"/1", "/2"} {
		if _, err := front.Add(ctx, crawler.Task{URL: url + path, Reader: "article"}); err != nil {
			t.Fatal(err)
		}
	}
	c := &crawler.Crawler{Frontier: front, Fetch: fetcher(t, Options{}).Fetch, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	// The first page has come, the second may be asked for in an hour.
	c.Progress = func(crawler.Result) { time.AfterFunc(10*time.Millisecond, cancel) }
	if err := c.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("run: %v, want the error of its context", err)
	}
	if n := len(front.Ended()); n != 1 {
		t.Errorf("%d results, want 1", n)
	}
}
