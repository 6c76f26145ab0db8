package fetch

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/crawler"
	"tocsin/crawler/frontiertest"
)

// A crawl of linked pages of 15 KB on loopback, 32 in flight, without a database.
func BenchmarkCrawl(b *testing.B) {
	const pages = 1000
	text := strings.Repeat("<p>Some words of a page, enough of them to make it as long as pages are.</p>\n", 180)
	s := newServer(b, func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil && r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		for i := 1; i <= 20; i++ {
			fmt.Fprintf(w, "<a href=/%d>%d</a>\n", (n*7+i)%pages, i)
		}
		fmt.Fprint(w, text)
	})
	for b.Loop() {
		f := New(Options{AllowPrivate: true})
		front := &frontiertest.Memory{PerHost: 32}
		src, err := crawler.PlainSource(s+"/0", 50)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := front.Add(b.Context(), src.Task()); err != nil {
			b.Fatal(err)
		}
		c := &crawler.Crawler{Frontier: front, Fetch: f.Fetch, Sources: []crawler.Source{src}, Workers: 32,
			Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		if err := c.Run(b.Context()); err != nil {
			b.Fatal(err)
		}
		f.Close()
		if n := len(front.Ended()); n != pages {
			b.Fatalf("%d pages, want %d", n, pages)
		}
	}
	b.ReportMetric(float64(pages*b.N)/b.Elapsed().Seconds(), "pages/s")
}
