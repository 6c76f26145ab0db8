// robots.txt, one per host, by RFC 9309: fetched through the same guard as pages, with
// up to five redirects, kept a day in memory. 4xx allows everything; 429, 5xx and no
// answer forbid everything for now, which is forgotten after a minute.

package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"tocsin/crawler"
)

const (
	robotsAge      = 24 * time.Hour
	robotsErrorAge = time.Minute
	robotsHops     = 5
	maxRobotsHosts = 20_000 // kept at a time; a file that says much weighs some kilobytes
)

type robotsCache struct {
	mu    sync.Mutex
	hosts map[string]*robotsEntry // by scheme and host
	fetch func(ctx context.Context, url string) (*exchange, error)
	now   func() time.Time
}

type robotsEntry struct {
	ready  chan struct{} // closed when the rest is set
	robots *crawler.Robots
	err    error         // why it cannot be had
	delay  time.Duration // Retry-After with err
	until  time.Time
}

// get returns the robots.txt of a URL's host. With an error, everything is forbidden
// until the time returned.
func (c *robotsCache) get(ctx context.Context, url string) (*crawler.Robots, time.Time, error) {
	scheme, _, _ := strings.Cut(url, "://")
	site := scheme + "://" + crawler.Host(url)
	for {
		c.mu.Lock()
		e := c.hosts[site]
		if e != nil {
			select {
			case <-e.ready:
				if !c.now().Before(e.until) {
					e = nil
				}
			default:
			}
		}
		mine := e == nil
		if mine {
			c.makeRoom()
			e = &robotsEntry{ready: make(chan struct{})}
			c.hosts[site] = e
		}
		c.mu.Unlock()
		if mine {
			c.load(ctx, site, e)
		}
		select {
		case <-e.ready:
		case <-ctx.Done():
			return nil, time.Time{}, ctx.Err()
		}
		// Who fetched it may have been interrupted, which says nothing of the host.
		if !mine && e.err != nil && (errors.Is(e.err, context.Canceled) || errors.Is(e.err, context.DeadlineExceeded)) && !c.now().Before(e.until) {
			continue
		}
		return e.robots, e.until, e.err
	}
}

// makeRoom drops what is out of date when there are many hosts, and if that is not
// enough, any: it can be fetched again.
func (c *robotsCache) makeRoom() {
	if len(c.hosts) < maxRobotsHosts {
		return
	}
	drop := func(all bool) {
		for site, e := range c.hosts {
			select {
			case <-e.ready:
				if all && len(c.hosts) >= maxRobotsHosts*9/10 || !c.now().Before(e.until) {
					delete(c.hosts, site)
				}
			default:
			}
		}
	}
	drop(false)
	if len(c.hosts) >= maxRobotsHosts {
		drop(true)
	}
}

func (c *robotsCache) load(ctx context.Context, site string, e *robotsEntry) {
	defer close(e.ready)
	e.robots, e.delay, e.err = c.ask(ctx, site)
	now := c.now()
	switch {
	case e.err == nil:
		e.until = now.Add(robotsAge)
	case ctx.Err() != nil:
		e.until = now
	default:
		e.until = now.Add(max(robotsErrorAge, e.delay))
	}
}

func (c *robotsCache) ask(ctx context.Context, site string) (*crawler.Robots, time.Duration, error) {
	url := site + "/robots.txt"
	for range robotsHops + 1 {
		x, err := c.fetch(ctx, url)
		if err != nil {
			return nil, 0, err
		}
		switch {
		case x.status >= 200 && x.status < 300:
			if x.short != nil && len(x.body) == 0 {
				return nil, 0, x.short
			}
			return crawler.ParseRobots(x.body), 0, nil
		case x.status >= 300 && x.status < 400:
			to, err := crawler.Canonical(url, x.header.Get("Location"))
			if err != nil || x.header.Get("Location") == "" {
				return &crawler.Robots{}, 0, nil // leads nowhere: as if there were none
			}
			url = to
		case x.status == http.StatusTooManyRequests || x.status >= 500:
			return nil, crawler.RetryAfter(x.header, c.now()), fmt.Errorf("status %d", x.status)
		default:
			return &crawler.Robots{}, 0, nil
		}
	}
	return &crawler.Robots{}, 0, nil // more than five redirects: as if there were none
}
