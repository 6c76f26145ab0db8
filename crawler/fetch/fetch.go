// Package fetch gets pages from the web, with Colly at the edge.
//
// Colly sends one request at a time and reads the answer; what decides over a crawl is
// not left to it, since it would decide otherwise (see colly_test.go): which page comes
// next and when is the frontier's matter, robots.txt, limits and addresses are this
// package's. A fetch has one of four ends:
//
//	page       status 200 or 203, with a body that may end at the limit; or 304 and no
//	           body, for a page that is known and has not changed
//	redirect   a page, the reason "redirect", and a task for the target, which goes
//	           through frontier, robots.txt and guard like any other
//	failure    a reason, and a time to try again where that may help
//	interrupt  the context ended; the reason says so
package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"tocsin/crawler"
)

const (
	defaultMaxBytes = 16 << 20
	defaultTimeout  = 30 * time.Second
	maxHeader       = 64 << 10
	maxHops         = 10      // redirects from a task to its page
	maxKept         = 4 << 10 // bytes of one header that are kept
)

// Options say how to fetch. Zero values mean the defaults.
type Options struct {
	UserAgent    string        // "tocsin/VERSION (+contact)"; what stands before "/" is looked up in robots.txt
	AllowPrivate bool          // fetch from addresses that are not public
	MaxBytes     int64         // of a body, packed and unpacked each; default 16 MiB
	Timeout      time.Duration // for all of one page; default 30 s
	Now          func() time.Time
	Log          *slog.Logger

	// Known, if not nil, returns the headers of the latest revision of a page, nil for
	// none. Its Etag and Last-Modified make the request conditional.
	Known func(ctx context.Context, url string) http.Header
}

// A Fetcher fetches pages. It may be used by many goroutines at once.
type Fetcher struct {
	Options
	agent     string // product token
	collector *colly.Collector
	pages     *http.Client // of the collector
	client    *http.Client // for robots.txt
	idle      func()
	robots    *robotsCache
}

// New returns a fetcher.
func New(o Options) *Fetcher {
	if o.UserAgent == "" {
		o.UserAgent = "tocsin"
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Fetcher{Options: o}
	f.agent, _, _ = strings.Cut(o.UserAgent, "/")
	f.agent = strings.TrimSpace(f.agent)

	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	if !o.AllowPrivate {
		dialer.Control = guard
	}
	network := &http.Transport{
		// No proxy: it would make the connections that the guard is to see.
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           200,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true, // unpacked in transport.go, within limits
	}
	f.idle = network.CloseIdleConnections
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	f.client = &http.Client{Transport: &transport{network, crawler.MaxRobots + 1}, CheckRedirect: stay}
	f.robots = &robotsCache{hosts: map[string]*robotsEntry{}, fetch: f.robotsFile, now: o.Now}

	c := colly.NewCollector()
	// Set after NewCollector, which takes settings from the environment.
	c.UserAgent = o.UserAgent
	c.IgnoreRobotsTxt = true // robots.go
	c.AllowURLRevisit = true // the frontier knows what was visited
	c.ParseHTTPErrorResponse = true
	c.DetectCharset = false // bytes stay as they came
	c.MaxBodySize = 0       // transport.go
	c.MaxDepth, c.MaxRequests = 0, 0
	c.CacheDir = ""
	c.Async, c.CheckHead, c.TraceHTTP = false, false, false
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	// Without a cookie jar, and without Colly's timeout of ten seconds: Options.Timeout rules.
	f.pages = &http.Client{Transport: &transport{network, o.MaxBytes}, CheckRedirect: stay}
	c.SetClient(f.pages)
	f.collector = c
	return f
}

// Close closes connections that are not in use.
func (f *Fetcher) Close() { f.idle() }

// Fetch fetches the page of a lease. It returns soon after ctx ends.
func (f *Fetcher) Fetch(ctx context.Context, l crawler.Lease) (res crawler.Result) {
	defer func() {
		if v := recover(); v != nil { // of a library, by a stranger's bytes
			res = crawler.Result{Lease: l, Reason: fmt.Sprintf("fetch failed: %v", v)}
		}
	}()
	u, err := crawler.Canonical("", l.URL)
	if err != nil {
		return crawler.Result{Lease: l, Reason: err.Error()}
	}
	l.URL = u
	page, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()

	robots, until, err := f.robots.get(page, u)
	if err != nil {
		res := f.failure(ctx, l, err)
		res.Reason = "robots.txt: " + res.Reason
		if res.Retry > 0 && ctx.Err() == nil {
			wait := max(until.Sub(f.Now()), 0)
			res.Retry, res.Delay = max(res.Retry, wait), wait
		}
		return res
	}
	if !robots.Allowed(f.agent, u) {
		return crawler.Result{Lease: l, Reason: "robots.txt forbids"}
	}
	var known http.Header
	if f.Known != nil {
		known = f.Known(page, u)
	}
	x, err := f.get(page, u, known)
	if err != nil {
		res = f.failure(ctx, l, err)
	} else {
		res = f.answer(l, x, known != nil)
	}
	delay := robots.Delay(f.agent)
	if delay > crawler.MaxCrawlDelay {
		f.Log.Info("crawl-delay is above the cap", "host", crawler.Host(u), "asked", delay, "kept", crawler.MaxCrawlDelay)
		delay = crawler.MaxCrawlDelay
	}
	res.Delay = max(res.Delay, delay)
	return res
}

// get sends one request through Colly, conditional where the page is known.
func (f *Fetcher) get(ctx context.Context, url string, known http.Header) (*exchange, error) {
	x := &exchange{}
	c := f.collector.Clone()
	c.Context = withExchange(ctx, x)
	header := http.Header{
		"User-Agent":      {f.UserAgent},
		"Accept":          {"text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"},
		"Accept-Encoding": {"gzip, deflate, br, zstd"},
	}
	if tag := known.Get("Etag"); tag != "" {
		header.Set("If-None-Match", tag)
	}
	if at := known.Get("Last-Modified"); at != "" {
		header.Set("If-Modified-Since", at)
	}
	if err := c.Request(http.MethodGet, url, nil, nil, header); err != nil {
		return nil, err
	}
	if x.status == 0 {
		return nil, errors.New("no answer")
	}
	return x, nil
}

// robotsFile sends one request for a robots.txt file.
func (f *Fetcher) robotsFile(ctx context.Context, url string) (*exchange, error) {
	x := &exchange{}
	req, err := http.NewRequestWithContext(withExchange(ctx, x), http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", f.UserAgent)
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	return x, nil
}

// failure tells why there is no answer.
func (f *Fetcher) failure(ctx context.Context, l crawler.Lease, err error) crawler.Result {
	res := crawler.Result{Lease: l, Retry: crawler.Retry(l.Attempt, 0)}
	var refused *refusedError
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.As(err, &refused):
		res.Reason, res.Retry = refused.Error(), 0
	case ctx.Err() != nil:
		res.Reason = "interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		res.Reason = fmt.Sprintf("timeout after %v", f.Timeout)
	case errors.As(err, &dns) && dns.IsNotFound:
		res.Reason = "no such host: " + dns.Name
	case errors.As(err, &timeout) && timeout.Timeout():
		res.Reason = "timeout: " + short(err)
	default:
		res.Reason = short(err)
	}
	return res
}

// short is an error without the URL that net/http puts before it.
func short(err error) string {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || !strings.HasPrefix(err.Error(), "Get \"") {
			return err.Error()
		}
		err = u.Unwrap()
	}
}

// answer makes a result of what came. known tells whether "not modified" means anything.
func (f *Fetcher) answer(l crawler.Lease, x *exchange, known bool) crawler.Result {
	now := f.Now()
	res := crawler.Result{Lease: l}
	page := &crawler.Page{
		URL: l.URL, Source: l.Source, Reader: l.Reader,
		Status: x.status, Header: kept(x.header), Body: x.body, Fetched: now, Truncated: x.truncated,
	}
	switch s := x.status; {
	case s == http.StatusOK || s == http.StatusNonAuthoritativeInfo:
		if x.short != nil {
			if res.Retry = crawler.Retry(l.Attempt, 0); res.Retry > 0 || len(x.body) == 0 {
				res.Reason = x.short.Error()
				return res
			}
			// It never comes whole: better a part that says so than nothing.
			page.Truncated = true
		}
		if media, ok := noText(x); ok {
			res.Reason = "not text: " + media
			return res
		}
		res.Page = page
	case s == http.StatusNotModified && known:
		page.Body, page.Truncated = nil, false
		res.Page = page
	case s == 301 || s == 302 || s == 303 || s == 307 || s == 308:
		f.redirect(&res, page)
	case s == http.StatusTooManyRequests || s >= 500:
		res.Reason = fmt.Sprintf("status %d", s)
		asked := crawler.RetryAfter(x.header, now)
		res.Retry = crawler.Retry(l.Attempt, asked)
		res.Delay = asked
		if s == http.StatusTooManyRequests {
			res.Delay = max(asked, res.Retry) // all of its pages are meant
		}
	default:
		res.Reason = fmt.Sprintf("status %d", s)
	}
	return res
}

// redirect makes a task of a redirect's target.
func (f *Fetcher) redirect(res *crawler.Result, page *crawler.Page) {
	l := res.Lease
	location := page.Header.Get("Location")
	to, err := crawler.Canonical(l.URL, location)
	switch {
	case location == "":
		res.Reason = fmt.Sprintf("status %d without a location", page.Status)
	case err != nil:
		res.Reason = "redirect: " + err.Error()
	case to == l.URL:
		res.Reason = "redirect to itself"
	case l.Hops >= maxHops:
		res.Reason = fmt.Sprintf("more than %d redirects", maxHops)
	default:
		t := l.Task
		t.URL, t.Hops, t.Referrer, t.Due = to, l.Hops+1, l.URL, time.Time{}
		res.Page, res.Reason, res.Tasks = page, "redirect", []crawler.Task{t}
	}
}

// noText tells whether an answer is of a kind that no reader can read. What servers call
// a plain stream is looked at.
func noText(x *exchange) (string, bool) {
	header := x.header.Get("Content-Type")
	if header == "" || strings.HasPrefix(strings.ToLower(header), "application/octet-stream") {
		header = http.DetectContentType(x.body)
	}
	media, _, _ := strings.Cut(strings.ToLower(header), ";")
	media = strings.TrimSpace(media)
	kind, _, _ := strings.Cut(media, "/")
	switch kind {
	case "image", "audio", "video", "font":
		return media, media != "image/svg+xml"
	}
	switch media {
	case "application/pdf", "application/zip", "application/x-rar-compressed", "application/vnd.ms-fontobject",
		"application/wasm", "application/javascript", "text/javascript", "text/css", "application/x-executable":
		return media, true
	}
	return "", false
}

// kept returns the headers that a page keeps, each cut to a length that a database
// should hold.
func kept(h http.Header) http.Header {
	out := http.Header{}
	for _, name := range []string{
		"Content-Type", "Content-Encoding", "Content-Language", "Content-Length", "Date", "Etag",
		"Last-Modified", "Cache-Control", "Expires", "Link", "Location", "Retry-After",
		"X-Robots-Tag", "Tdm-Reservation", "Tdm-Policy", "Memento-Datetime",
	} {
		for _, v := range h.Values(name) {
			if len(v) <= maxKept && len(out[name]) < 20 {
				out.Add(name, v)
			}
		}
	}
	return out
}
