package fetch

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/crawler"
)

func TestRobots(t *testing.T) {
	var asked atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			fmt.Fprint(w, "User-agent: tocsin\nDisallow: /private\nCrawl-delay: 7\nUser-agent: *\nDisallow: /\n")
			return
		}
		if strings.HasPrefix(r.URL.Path, "/private") {
			t.Errorf("%s was asked for", r.URL)
		}
	})
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := fetcher(t, Options{UserAgent: "tocsin/1", Now: func() time.Time { return now }})
	r := f.Fetch(t.Context(), lease(url+"/private/x"))
	failed(t, r, "robots.txt forbids")
	if r.Retry != 0 {
		t.Errorf("retry after %v", r.Retry)
	}
	r = f.Fetch(t.Context(), lease(url+"/public"))
	fetched(t, r)
	if r.Delay != 7*time.Second {
		t.Errorf("delay %v, want the crawl-delay, 7s", r.Delay)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("robots.txt asked for %d times, want once", n)
	}
	now = now.Add(25 * time.Hour)
	fetched(t, f.Fetch(t.Context(), lease(url+"/public")))
	if n := asked.Load(); n != 2 {
		t.Errorf("a day later: robots.txt asked for %d times, want twice", n)
	}
	fetched(t, fetcher(t, Options{UserAgent: "tocsin/1"}).Fetch(t.Context(), lease(url+"/public")))
	failed(t, fetcher(t, Options{UserAgent: "other/1"}).Fetch(t.Context(), lease(url+"/public")), "robots.txt forbids")
}

func TestCrawlDelayCap(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "User-agent: *\nCrawl-delay: 86400\n")
	})
	if r := fetcher(t, Options{}).Fetch(t.Context(), lease(url+"/")); r.Delay != crawler.MaxCrawlDelay {
		t.Errorf("delay %v, want the cap %v", r.Delay, crawler.MaxCrawlDelay)
	}
}

// A robots.txt that cannot be had forbids for a minute, not for good.
func TestRobotsUnreachable(t *testing.T) {
	status := http.StatusServiceUnavailable
	var asked atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			w.WriteHeader(status)
			return
		}
		if status != http.StatusNotFound {
			t.Errorf("%s was asked for while robots.txt says %d", r.URL, status)
		}
	})
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := fetcher(t, Options{Now: func() time.Time { return now }})
	for range 3 {
		r := f.Fetch(t.Context(), lease(url+"/"))
		failed(t, r, "robots.txt: status 503")
		if r.Retry != time.Minute || r.Delay != time.Minute {
			t.Errorf("retry after %v, host rests %v, want a minute each", r.Retry, r.Delay)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("robots.txt asked for %d times within a minute, want once", n)
	}
	now = now.Add(time.Minute)
	status = http.StatusTooManyRequests
	failed(t, f.Fetch(t.Context(), lease(url+"/")), "robots.txt: status 429")
	now = now.Add(time.Minute)
	status = http.StatusNotFound
	fetched(t, f.Fetch(t.Context(), lease(url+"/")))
}

func TestRobotsRedirect(t *testing.T) {
	for _, c := range []struct {
		hops int
		want bool // the rules count
	}{{1, true}, {5, true}, {6, false}} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			n := 0
			switch {
			case r.URL.Path == "/page":
				return
			case r.URL.Path != "/robots.txt":
				fmt.Sscanf(r.URL.Path, "/r%d", &n)
			}
			if n == c.hops {
				fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
				return
			}
			http.Redirect(w, r, fmt.Sprintf("/r%d", n+1), http.StatusFound)
		})
		r := fetcher(t, Options{}).Fetch(t.Context(), lease(url+"/page"))
		if got := r.Reason == "robots.txt forbids"; got != c.want {
			t.Errorf("%d redirects: reason %q", c.hops, r.Reason)
		}
	}
}

// Many fetches at once ask for robots.txt once.
func TestRobotsOnce(t *testing.T) {
	var asked atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			fmt.Fprint(w, "User-agent: *\nDisallow: /no\n")
		}
	})
	f := fetcher(t, Options{})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if r := f.Fetch(t.Context(), lease(fmt.Sprintf("%s/%d", url, i))); r.Page == nil {
				t.Errorf("reason %q", r.Reason)
			}
		})
	}
	wg.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("robots.txt asked for %d times, want once", n)
	}
}

func TestRobotsMapIsBounded(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := &robotsCache{hosts: map[string]*robotsEntry{}, now: func() time.Time { return now },
		fetch: func(context.Context, string) (*exchange, error) { return &exchange{status: 404}, nil }}
	for i := range maxRobotsHosts + 100 {
		if _, _, err := c.get(t.Context(), fmt.Sprintf("http://h%d.example/", i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(c.hosts); n > maxRobotsHosts {
		t.Errorf("%d hosts are kept, want %d at most", n, maxRobotsHosts)
	}
}
