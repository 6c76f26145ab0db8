package fetch

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"tocsin/crawler"
)

// serve starts a server on loopback whose robots.txt is a 404 unless h says otherwise.
func serve(t *testing.T, h func(w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	return newServer(t, h)
}

func newServer(t testing.TB, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func page(h http.HandlerFunc) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		h(w, r)
	}
}

func lease(url string) crawler.Lease {
	return crawler.Lease{Task: crawler.Task{URL: url, Reader: "article", Source: "test"}, ID: 1, Attempt: 1}
}

func fetcher(t *testing.T, o Options) *Fetcher {
	o.AllowPrivate = true
	f := New(o)
	t.Cleanup(f.Close)
	return f
}

func failed(t *testing.T, r crawler.Result, reason string) {
	t.Helper()
	if r.Page != nil || r.Reason != reason {
		t.Fatalf("page %v, reason %q, want no page and %q", r.Page != nil, r.Reason, reason)
	}
}

func fetched(t *testing.T, r crawler.Result) *crawler.Page {
	t.Helper()
	if r.Page == nil || r.Reason != "" {
		t.Fatalf("page %v, reason %q, want a page", r.Page != nil, r.Reason)
	}
	return r.Page
}

func TestPage(t *testing.T) {
	var agent, cookie string
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		cookie += r.Header.Get("Cookie")
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.Header().Set("X-Robots-Tag", "noindex")
		w.Header().Set("Set-Cookie", "who=you")
		fmt.Fprint(w, "<p>hello")
	}))
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := fetcher(t, Options{UserAgent: "tocsin/1.2 (+https://example.org)", Now: func() time.Time { return now }})
	for range 2 {
		p := fetched(t, f.Fetch(t.Context(), lease(url+"/a")))
		if string(p.Body) != "<p>hello" || p.Status != 200 || p.Truncated || !p.Fetched.Equal(now) {
			t.Errorf("page %+v", p)
		}
		if p.URL != url+"/a" || p.Reader != "article" || p.Source != "test" {
			t.Errorf("page of %q, reader %q, source %q", p.URL, p.Reader, p.Source)
		}
		if p.Header.Get("Content-Type") != "text/html; charset=UTF-8" || p.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("header %v", p.Header)
		}
		if p.Header.Get("Set-Cookie") != "" {
			t.Error("a cookie is kept")
		}
	}
	if agent != "tocsin/1.2 (+https://example.org)" {
		t.Errorf("user agent %q", agent)
	}
	if cookie != "" {
		t.Errorf("cookie %q was sent", cookie)
	}
}

func TestRedirect(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/itself":
			http.Redirect(w, r, "/itself?utm_source=x#top", http.StatusMovedPermanently)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		case "/mail":
			w.Header().Set("Location", "mailto:a@a.example")
			w.WriteHeader(http.StatusFound)
		default:
			http.Redirect(w, r, "/b", http.StatusMovedPermanently)
		}
	}))
	f := fetcher(t, Options{})
	l := lease(url + "/a")
	l.Depth, l.Priority, l.Referrer = 3, 10, "http://r.example/"
	r := f.Fetch(t.Context(), l)
	if r.Reason != "redirect" || r.Page == nil || r.Page.Status != 301 || r.Page.Header.Get("Location") != "/b" {
		t.Fatalf("result %+v", r)
	}
	want := crawler.Task{URL: url + "/b", Reader: "article", Source: "test", Depth: 3, Priority: 10, Referrer: url + "/a", Hops: 1}
	if len(r.Tasks) != 1 || r.Tasks[0] != want {
		t.Errorf("tasks %+v, want %+v", r.Tasks, want)
	}
	failed(t, f.Fetch(t.Context(), lease(url+"/itself")), "redirect to itself")
	failed(t, f.Fetch(t.Context(), lease(url+"/nowhere")), "status 302 without a location")
	if r := f.Fetch(t.Context(), lease(url+"/mail")); r.Page != nil || !strings.Contains(r.Reason, "neither http nor https") {
		t.Errorf("reason %q", r.Reason)
	}
}

// A chain of redirects ends after ten.
func TestRedirectChain(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	}))
	f := fetcher(t, Options{})
	l := lease(url + "/")
	for hop := range 10 {
		r := f.Fetch(t.Context(), l)
		if len(r.Tasks) != 1 || r.Tasks[0].Hops != hop+1 {
			t.Fatalf("hop %d: reason %q, tasks %+v", hop, r.Reason, r.Tasks)
		}
		l.Task = r.Tasks[0]
	}
	failed(t, f.Fetch(t.Context(), l), "more than 10 redirects")
}

// What is not public is refused by its address, after the name was looked up; whoever
// redirects there gains nothing.
func TestPrivateRefused(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked for", r.URL) }))
	f := New(Options{})
	defer f.Close()
	for _, u := range []string{url + "/", strings.Replace(url, "127.0.0.1", "localhost", 1) + "/x",
		"http://169.254.169.254/latest/meta-data/", "http://[::1]:1/", "http://[::ffff:10.0.0.1]/", "http://0x7f.1/"} {
		r := f.Fetch(t.Context(), lease(u))
		if r.Page != nil || !strings.Contains(r.Reason, "--allow-private") || r.Retry != 0 {
			t.Errorf("%s: page %v, reason %q, retry %v", u, r.Page != nil, r.Reason, r.Retry)
		}
	}
}

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "1.1.1.1": true, "::ffff:8.8.8.8": true, "100.128.0.1": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "100.100.100.200": false, "0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false,
		"255.255.255.255": false, "240.0.0.1": false, "198.18.0.1": false, "192.0.2.1": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false,
		"ff02::1": false, "2001:db8::1": false, "::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false,
		"64:ff9b::808:808": true, "2002:7f00:1::": false, "::7f00:1": false, "fec0::1": false,
	} {
		if got := public(netip.MustParseAddr(addr)); got != want {
			t.Errorf("public(%s) = %v, want %v", addr, got, want)
		}
	}
}

func packed(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	default:
		return body
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedBodies(t *testing.T) {
	const limit = 1 << 20
	text := []byte(strings.Repeat("a page of some length. ", 1000))
	bomb := make([]byte, 4<<20)
	for _, coding := range []string{"", "gzip", "deflate", "br", "zstd"} {
		small, large := packed(t, coding, text), packed(t, coding, bomb)
		url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
			w.Header().Set("Content-Type", "text/html")
			switch r.URL.Path {
			case "/small":
				w.Write(small)
			case "/bomb":
				w.Write(large)
			case "/cut":
				w.Write(small[:len(small)/2])
			}
		}))
		f := fetcher(t, Options{MaxBytes: limit})
		p := fetched(t, f.Fetch(t.Context(), lease(url+"/small")))
		if !bytes.Equal(p.Body, text) || p.Truncated {
			t.Errorf("%q: %d bytes, truncated %v, want %d bytes", coding, len(p.Body), p.Truncated, len(text))
		}
		p = fetched(t, f.Fetch(t.Context(), lease(url+"/bomb")))
		if len(p.Body) != limit || !p.Truncated {
			t.Errorf("%q bomb: %d bytes, truncated %v, want %d and true", coding, len(p.Body), p.Truncated, limit)
		}
		if p = fetched(t, f.Fetch(t.Context(), lease(url+"/empty"))); len(p.Body) != 0 || p.Truncated {
			t.Errorf("%q empty: %d bytes, truncated %v", coding, len(p.Body), p.Truncated)
		}
		if coding == "" {
			continue
		}
		r := f.Fetch(t.Context(), lease(url+"/cut"))
		if r.Page != nil || !strings.HasPrefix(r.Reason, "body ends early") || r.Retry == 0 {
			t.Errorf("%q cut: page %v, reason %q, retry %v", coding, r.Page != nil, r.Reason, r.Retry)
		}
	}
}

func TestLimitIsExact(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, strings.Repeat("x", map[string]int{"/9": 9, "/10": 10, "/11": 11}[r.URL.Path]))
	}))
	f := fetcher(t, Options{MaxBytes: 10})
	for path, want := range map[string]bool{"/9": false, "/10": false, "/11": true} {
		if p := fetched(t, f.Fetch(t.Context(), lease(url+path))); p.Truncated != want || len(p.Body) > 10 {
			t.Errorf("%s: %d bytes, truncated %v, want %v", path, len(p.Body), p.Truncated, want)
		}
	}
}

// A body shorter than its header says is asked for again, and taken as it is in the end.
func TestWrongLength(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprint(buf, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>half")
		buf.Flush()
		conn.Close()
	}))
	f := fetcher(t, Options{})
	l := lease(url + "/")
	r := f.Fetch(t.Context(), l)
	if r.Page != nil || !strings.HasPrefix(r.Reason, "body ends early, after 7 bytes") || r.Retry != 10*time.Second {
		t.Errorf("page %v, reason %q, retry %v", r.Page != nil, r.Reason, r.Retry)
	}
	l.Attempt = crawler.MaxAttempts
	if p := fetched(t, f.Fetch(t.Context(), l)); string(p.Body) != "<p>half" || !p.Truncated {
		t.Errorf("body %q, truncated %v", p.Body, p.Truncated)
	}
}

func TestSlowBody(t *testing.T) {
	free := make(chan struct{})
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<p>begins")
		w.(http.Flusher).Flush()
		select {
		case <-free:
		case <-r.Context().Done():
		}
	}))
	defer close(free)
	f := fetcher(t, Options{Timeout: 50 * time.Millisecond})
	r := f.Fetch(t.Context(), lease(url+"/"))
	failed(t, r, "timeout after 50ms")
	if r.Retry != 10*time.Second {
		t.Errorf("retry after %v", r.Retry)
	}
}

// Fetch ends with its context, whatever the server does.
func TestInterrupt(t *testing.T) {
	begun := make(chan struct{})
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	failed(t, fetcher(t, Options{Timeout: time.Hour}).Fetch(ctx, lease(url+"/")), "interrupted")
}

func TestStatus(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		status       int
		after        string
		attempt      int
		retry, delay time.Duration
	}{
		{404, "", 1, 0, 0},
		{403, "", 1, 0, 0},
		{410, "60", 1, 0, 0},
		{204, "", 1, 0, 0},
		{206, "", 1, 0, 0},
		{500, "", 1, 10 * time.Second, 0},
		{502, "", 2, 20 * time.Second, 0},
		{503, "", 3, 40 * time.Second, 0},
		{503, "", 4, 0, 0},
		{503, "120", 1, 2 * time.Minute, 2 * time.Minute},
		{429, "", 1, 10 * time.Second, 10 * time.Second},
		{429, "58", 1, 58 * time.Second, 58 * time.Second},
		{429, "58", 4, 0, 58 * time.Second},
		{429, "Sun, 01 Mar 2026 12:05:00 GMT", 1, 301 * time.Second, 301 * time.Second},
		{429, "Sun, 01 Mar 2026 11:00:00 GMT", 1, 10 * time.Second, 10 * time.Second},
		{429, "864000", 1, time.Hour, time.Hour},
		{503, "soon", 1, 10 * time.Second, 0},
		{503, "-5", 1, 10 * time.Second, 0},
	} {
		url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
			if c.after != "" {
				w.Header().Set("Retry-After", c.after)
			}
			w.WriteHeader(c.status)
		}))
		l := lease(url + "/")
		l.Attempt = c.attempt
		r := fetcher(t, Options{Now: func() time.Time { return now }}).Fetch(t.Context(), l)
		failed(t, r, fmt.Sprintf("status %d", c.status))
		if r.Retry != c.retry || r.Delay != c.delay {
			t.Errorf("%d %q attempt %d: retry %v, delay %v, want %v, %v", c.status, c.after, c.attempt, r.Retry, r.Delay, c.retry, c.delay)
		}
	}
}

// Bytes stay as they came, whatever charset header and page name.
func TestCharsetUntouched(t *testing.T) {
	gbk := "<meta charset=gbk><p>\xb7\xfe\xce\xf1\xd6\xd0\xb6\xcf"
	for _, ct := range []string{"text/html; charset=gbk", "text/html; charset=GB2312", "text/html", "text/html;charset=iso-8859-1",
		"text/html; Charset=\"big5\"", "text/charset-html", ""} {
		url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{ct}
			fmt.Fprint(w, gbk)
		}))
		p := fetched(t, fetcher(t, Options{}).Fetch(t.Context(), lease(url+"/")))
		if string(p.Body) != gbk {
			t.Errorf("%q: body %q, want %q", ct, p.Body, gbk)
		}
		if got := p.Header.Get("Content-Type"); got != ct {
			t.Errorf("%q: kept as %q", ct, got)
		}
	}
}

func TestBinary(t *testing.T) {
	for _, c := range []struct{ ct, body, reason string }{
		{"image/png", "\x89PNG\r\n\x1a\n", "not text: image/png"},
		{"application/pdf", "%PDF-1.7", "not text: application/pdf"},
		{"", "\x89PNG\r\n\x1a\n", "not text: image/png"},
		{"application/octet-stream", "%PDF-1.7", "not text: application/pdf"},
		{"application/octet-stream", "<!doctype html><p>x", ""},
		{"application/gzip", "\x1f\x8b", ""}, // a sitemap may be one
		{"application/json", "{}", ""},
	} {
		url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{c.ct}
			fmt.Fprint(w, c.body)
		}))
		r := fetcher(t, Options{}).Fetch(t.Context(), lease(url+"/sitemap.xml.gz"))
		if r.Reason != c.reason {
			t.Errorf("%q: reason %q, want %q", c.ct, r.Reason, c.reason)
		}
		if c.reason == "" && string(fetched(t, r).Body) != c.body {
			t.Errorf("%q: body %q", c.ct, r.Page.Body)
		}
	}
}

func TestLargeHeader(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeader))
	}))
	if r := fetcher(t, Options{}).Fetch(t.Context(), lease(url+"/")); r.Page != nil || r.Retry == 0 {
		t.Errorf("page %v, reason %q, retry %v", r.Page != nil, r.Reason, r.Retry)
	}
}

func TestRefused(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	url := s.URL
	s.Close()
	r := fetcher(t, Options{}).Fetch(t.Context(), lease(url+"/"))
	if r.Page != nil || !strings.Contains(r.Reason, "refused") || strings.Contains(r.Reason, "Get ") || r.Retry == 0 {
		t.Errorf("page %v, reason %q, retry %v", r.Page != nil, r.Reason, r.Retry)
	}
	r = fetcher(t, Options{}).Fetch(t.Context(), lease("ftp://a.example/"))
	if r.Page != nil || !strings.Contains(r.Reason, "neither http nor https") || r.Retry != 0 {
		t.Errorf("reason %q", r.Reason)
	}
}

// A page that is known is asked for only if it has changed.
func TestConditional(t *testing.T) {
	url := serve(t, page(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"2"`)
		if r.Header.Get("If-None-Match") == `"2"` || r.URL.Path == "/always" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since"))
	}))
	f := fetcher(t, Options{Known: func(_ context.Context, u string) http.Header {
		switch u {
		case url + "/same":
			return http.Header{"Etag": {`"2"`}}
		case url + "/changed":
			return http.Header{"Etag": {`"1"`}, "Last-Modified": {"Sun, 01 Mar 2026 11:00:00 GMT"}}
		}
		return nil
	}})
	if p := fetched(t, f.Fetch(t.Context(), lease(url+"/same"))); p.Status != 304 || len(p.Body) != 0 {
		t.Errorf("status %d, body %q", p.Status, p.Body)
	}
	if p := fetched(t, f.Fetch(t.Context(), lease(url+"/changed"))); string(p.Body) != `"1"Sun, 01 Mar 2026 11:00:00 GMT` {
		t.Errorf("body %q", p.Body)
	}
	if p := fetched(t, f.Fetch(t.Context(), lease(url+"/new"))); p.Status != 200 || len(p.Body) != 0 {
		t.Errorf("status %d, body %q", p.Status, p.Body)
	}
	failed(t, f.Fetch(t.Context(), lease(url+"/always")), "status 304")
}
