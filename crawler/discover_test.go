package crawler

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func found(t *testing.T, reader, media, body string, depth int) ([]Task, error) {
	t.Helper()
	p := &Page{URL: "http://a.example/dir/page", Source: "s", Reader: reader, Status: 200, Body: []byte(body),
		Header: http.Header{"Content-Type": {media}}}
	return Discover(p, depth)
}

// list writes tasks as "reader url" where the reader is not "article", else as the URL.
func list(tasks []Task) string {
	var out []string
	for _, t := range tasks {
		if t.Source != "s" || t.Referrer != "http://a.example/dir/page" {
			out = append(out, fmt.Sprintf("source %q, referrer %q", t.Source, t.Referrer))
		}
		if t.Reader != "article" {
			t.URL = t.Reader + " " + t.URL
		}
		out = append(out, t.URL)
	}
	return strings.Join(out, "\n")
}

func TestDiscoverFeed(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"rss", `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>t</title>
			<atom:link rel="self" href="http://a.example/feed"/><atom:link rel="next" href="http://a.example/feed?paged=2"/>
			<item><title>1</title><link>http://a.example/1?utm_source=rss</link></item>
			<item><title>2</title><guid isPermaLink="true">http://a.example/2</guid></item>
			<item><title>3</title><guid isPermaLink="false">tag:3</guid></item>
			<item><title>1 again</title><link>http://a.example/1</link></item></channel></rss>`,
			"http://a.example/1\nhttp://a.example/2\nfeed http://a.example/feed?paged=2"},
		{"atom", `<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><link rel="next" href="page/2"/>
			<entry><title>1</title><link rel="alternate" href="http://a.example/1"/><link rel="replies" href="http://a.example/1/r"/></entry>
			<entry><title>2</title><link href="http://b.example/2"/></entry></feed>`,
			"http://a.example/1\nhttp://b.example/2\nfeed http://a.example/dir/page/2"},
		{"json", `{"version":"https://jsonfeed.org/version/1.1","title":"t","next_url":"http://a.example/f?p=2",
			"items":[{"id":"1","url":"http://a.example/1","content_text":"x"},{"id":"http://a.example/2","content_text":"x"}]}`,
			"http://a.example/1\nhttp://a.example/2\nfeed http://a.example/f?p=2"},
		{"rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
			<channel rdf:about="http://a.example/"><title>t</title></channel>
			<item rdf:about="http://a.example/1"><title>1</title><link>http://a.example/1</link></item></rdf:RDF>`,
			"http://a.example/1"},
		{"wrong charset", "<rss version=\"2.0\"><channel><item><title>\xb7\xfe</title><link>http://a.example/1</link></item></channel></rss>", "http://a.example/1"},
		{"no items", `<rss version="2.0"><channel><title>t</title></channel></rss>`, ""},
	} {
		for _, reader := range []string{"feed", "article"} { // a plain URL may be a feed
			tasks, err := found(t, reader, "text/html", c.body, 0)
			if err != nil || list(tasks) != c.want {
				t.Errorf("%s as %s: %v\n%s, want\n%s", c.name, reader, err, list(tasks), c.want)
			}
		}
	}
	for _, body := range []string{"<!doctype html><p>moved", "x", "{}", "<rss", "\x00\x01"} {
		if tasks, err := found(t, "feed", "text/xml", body, 0); err == nil || len(tasks) > 0 {
			t.Errorf("feed %q: %v, error %v, want an error", body, list(tasks), err)
		}
	}
}

func gz(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const newsSitemap = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
	xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> http://a.example/1?a=1&amp;b=2 </loc><lastmod>2026-03-01</lastmod>
	<news:news><news:publication><news:name>A</news:name></news:publication><news:title>loc</news:title></news:news>
	<image:image><image:loc>http://a.example/i.jpg</image:loc></image:image></url>
<url><loc><![CDATA[http://a.example/2]]></loc></url>
<url><loc>mailto:a@a.example</loc></url><url><loc/></url><url><loc>http://a.example/2</loc></url>
</urlset>`

func TestDiscoverSitemap(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"news", newsSitemap, "http://a.example/1?a=1&b=2\nhttp://a.example/2"},
		{"gzip", gz(t, newsSitemap), "http://a.example/1?a=1&b=2\nhttp://a.example/2"},
		{"bom", "\xef\xbb\xbf\n" + newsSitemap[strings.Index(newsSitemap, "<!--"):], "http://a.example/1?a=1&b=2\nhttp://a.example/2"},
		{"index", `<sitemapindex><sitemap><loc>http://a.example/s1.xml</loc><lastmod>2026</lastmod></sitemap>
			<sitemap>http://a.example/s2.xml.gz</sitemap></sitemapindex>`,
			"sitemap http://a.example/s1.xml\nsitemap http://a.example/s2.xml.gz"},
		{"no name space", `<urlset><url><loc>/x</loc></url></urlset>`, "http://a.example/x"},
		{"prefix", `<s:urlset xmlns:s="x"><s:url><s:loc>/x</s:loc></s:url></s:urlset>`, "http://a.example/x"},
		{"text", "\ufeffhttp://a.example/1\r\n\r\nhttp://a.example/2\n", "http://a.example/1\nhttp://a.example/2"},
		{"latin", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><urlset><url><loc>http://a.example/\xe9</loc></url></urlset>", "http://a.example/%C3%A9"},
		{"entity", `<urlset><url><loc>http://a.example/&eacute;</loc></url></urlset>`, "http://a.example/%C3%A9"},
		{"empty", `<urlset/>`, ""},
	} {
		tasks, err := found(t, "sitemap", "text/xml", c.body, 0)
		if err != nil || list(tasks) != c.want {
			t.Errorf("%s: %v\n%s, want\n%s", c.name, err, list(tasks), c.want)
		}
	}
	for _, c := range []struct{ body, err, want string }{
		{"<!doctype html><p>moved", "page of HTML", ""},
		{"<rss/>", "root element is <rss>", ""},
		{"\xff\xfe<\x00u\x00/\x00>\x00", "sitemap, after 0 URLs", ""}, // encoding/xml reads no UTF-16
		{"hello\n", `line 1, "hello", is no URL`, ""},
		{"http://a.example/1\nx", `line 2`, "http://a.example/1"},
		{"<?xml version=\"1.0\"?><!-- only -->", "no element", ""},
		{"\x1f\x8bxx", "no gzip file", ""},
		{newsSitemap[:strings.Index(newsSitemap, "CDATA")], "after 1 URLs", "http://a.example/1?a=1&b=2"},
		{gz(t, newsSitemap)[:200], "after", ""},
		{"<urlset>" + strings.Repeat("<a>", 100), "nest deeper", ""},
		{"<urlset><url><loc>http://a.example/1</loc></url><url><loc>a < b</loc>", "after 1 URLs", "http://a.example/1"},
	} {
		tasks, err := found(t, "sitemap", "text/xml", c.body, 0)
		if err == nil || !strings.Contains(err.Error(), c.err) || c.want != "" && list(tasks) != c.want {
			t.Errorf("%.40q: error %v, want …%s…; tasks %q, want %q", c.body, err, c.err, list(tasks), c.want)
		}
	}
}

func TestDiscoverSitemapLimits(t *testing.T) {
	limited := func(body string) (*discovery, error) {
		d, err := discoveryOf(&Page{URL: "http://a.example/", Reader: "sitemap", Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		d.maxURLs, d.maxBytes = 5, 1000
		return d, d.sitemap()
	}
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, "<url><loc>http://a.example/%d</loc></url>", i)
	}
	d, err := limited("<urlset>" + b.String() + "</urlset>")
	if len(d.tasks) != 5 || err == nil || !strings.Contains(err.Error(), "7 are not read") {
		t.Errorf("%d tasks, error %v", len(d.tasks), err)
	}
	for _, body := range []string{
		"<urlset><url><loc>http://a.example/1</loc></url>" + strings.Repeat(" ", 2000) + "</urlset>",
		"http://a.example/1\n" + strings.Repeat("\n", 2000),
	} {
		d, err = limited(gz(t, body))
		if len(d.tasks) != 1 || err == nil || !strings.Contains(err.Error(), "is longer than 1000 bytes") {
			t.Errorf("bomb: %d tasks, error %v", len(d.tasks), err)
		}
	}
}

func TestDiscoverLinks(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"links", `<a href="1">1</a><a href="/2?x#y">2</a><a href="2.html">3</a><a href="/2?x">again</a><a href="">self</a><a href="#top">top</a>`,
			"http://a.example/dir/1\nhttp://a.example/2?x\nhttp://a.example/dir/2.html"},
		{"others", `<a href="http://b.example/">b</a><a href="http://www.a.example/w">w</a><a href="http://a.example:81/">p</a>
			<a href="mailto:a@a.example">m</a><a href="javascript:x()">j</a><a href="tel:1">t</a><a>none</a><area href=map>`,
			"http://www.a.example/w\nhttp://a.example/dir/map"},
		{"binaries", `<a href=a.JPG>a</a><a href=b.pdf?x>b</a><a href=c.php>c</a><a href=v1.2>d</a><a href=/e.mp4#t>e</a>`,
			"http://a.example/dir/c.php\nhttp://a.example/dir/v1.2"},
		{"rel", `<a rel="ugc nofollow" href=a>a</a><a rel=noopener href=b>b</a>`, "http://a.example/dir/b"},
		{"meta", `<meta name=ROBOTS content="noindex, NoFollow"><a href=a>a</a>`, ""},
		{"meta none", `<meta name=tocsin content=none><a href=a>a</a>`, ""},
		{"meta of others", `<meta name=otherbot content=nofollow><a href=a>a</a>`, "http://a.example/dir/a"},
		{"base", `<base href="/other/"><a href=a>a</a>`, "http://a.example/other/a"},
		{"head", `<link rel=alternate type="application/rss+xml" href=/feed><link rel=alternate hreflang=fr href=/fr>
			<link rel=stylesheet href=/s.css><link rel=next href=/p2><link rel=alternate type=application/atom+xml href=http://b.example/f>`,
			"feed http://a.example/feed\nhttp://a.example/p2"},
		{"none", `text`, ""},
	} {
		tasks, err := found(t, "article", "text/html; charset=utf-8", c.body, 1)
		if err != nil || list(tasks) != c.want {
			t.Errorf("%s: %v\n%s, want\n%s", c.name, err, list(tasks), c.want)
		}
	}
	body := `<p><a href=a>a</a>`
	if tasks, _ := found(t, "article", "text/html", body, 0); len(tasks) != 0 {
		t.Errorf("depth 0 leads to %v", list(tasks))
	}
	if tasks, _ := found(t, "article", "application/json", body, 1); len(tasks) != 0 {
		t.Errorf("JSON leads to %v", list(tasks))
	}
	if tasks, _ := found(t, "article", "", "<!doctype html>"+body, 1); len(tasks) != 1 {
		t.Errorf("a page without a media type leads to %v", list(tasks))
	}
	for header, want := range map[string]int{"nofollow": 0, "noindex, none": 0, "otherbot: nofollow": 1, "tocsin: nofollow": 0,
		"unavailable_after: 1 Jan 2030 00:00:00 GMT": 1, "noindex": 1} {
		p := &Page{URL: "http://a.example/", Reader: "article", Body: []byte(body),
			Header: http.Header{"Content-Type": {"text/html"}, "X-Robots-Tag": {header}}}
		if tasks, err := Discover(p, 1); err != nil || len(tasks) != want {
			t.Errorf("X-Robots-Tag %q: %d tasks, error %v, want %d", header, len(tasks), err, want)
		}
	}
}

// A link is written in the charset of its page, and asked for in UTF-8.
func TestDiscoverLinksCharset(t *testing.T) {
	body, err := simplifiedchinese.GBK.NewEncoder().String(`<meta charset=gb2312><a href="/新闻/1">x</a>`)
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := found(t, "article", "text/html", body, 1)
	if want := "http://a.example/%E6%96%B0%E9%97%BB/1"; err != nil || list(tasks) != want {
		t.Errorf("%q, error %v, want %q", list(tasks), err, want)
	}
}

func TestDiscoverStatus(t *testing.T) {
	for _, c := range []struct{ name, body, want, err string }{
		{"whole", `{"page":{"url":"http://a.example"},"incidents":[{"id":"x","incident_updates":[{"body":"b"}]}]}`, "", ""},
		{"without updates", `{"page":{"url":"http://a.example"},"incidents":[{"id":"x/y","incident_updates":[]},
			{"id":"z","shortlink":"http://s.example/z"}]}`, "http://a.example/incidents/x/y\nhttp://s.example/z", ""},
		{"none", `{"page":{},"incidents":[]}`, "", ""},
		{"array", ` [{"id":"x"}]`, "", ""},
		{"cut array", `[{"id":"x"}`, "", "cannot be read to its end"},
		{"cut", `{"page":`, "", "not a status API"},
		{"moved", `<!doctype html><title>x</title>`, "", "has moved"},
		{"a feed", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="http://a.example/incidents/1"/></entry></feed>`,
			"http://a.example/incidents/1", ""},
	} {
		tasks, err := found(t, "status", "application/json", c.body, 0)
		if list(tasks) != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, error %v, want %q, error …%s…", c.name, list(tasks), err, c.want, c.err)
		}
	}
}

// Feeds and sitemaps as they are found in the wild never make a parser fail badly.
func TestDiscoverWild(t *testing.T) {
	root := "../../shared/data/web"
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the collection of feeds and sitemaps is not here")
	}
	n, led := 0, 0
	for _, reader := range []string{"feed", "sitemap"} {
		err := filepath.WalkDir(filepath.Join(root, reader+"s"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "LICENSE") {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			p := &Page{URL: "http://a.example/" + reader, Reader: reader, Body: body, Header: http.Header{}}
			tasks, err := discoverSafely(p, 0)
			if err != nil && strings.Contains(err.Error(), "parser failed") {
				t.Errorf("%s: %v", path, err)
			}
			n++
			if len(tasks) > 0 {
				led++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 100 || led < 40 {
		t.Errorf("of %d files %d lead on, want 100 and 40 at least", n, led)
	}
}

func FuzzDiscover(f *testing.F) {
	f.Add("sitemap", []byte(newsSitemap))
	f.Add("sitemap", []byte("http://a.example/1\n\x1f\x8b"))
	f.Add("feed", []byte(`<rss version="2.0"><channel><item><link>x</link></item></channel></rss>`))
	f.Add("article", []byte(`<base href=//><a href=x>x</a>`))
	f.Add("status", []byte(`{"page":{"url":"http://a.example"},"incidents":[{"id":"../x"}]}`))
	f.Fuzz(func(t *testing.T, reader string, body []byte) {
		p := &Page{URL: "http://a.example/", Reader: reader, Body: body, Header: http.Header{}}
		tasks, err := discoverSafely(p, 1)
		if err != nil && strings.Contains(err.Error(), "parser failed") {
			t.Error(err)
		}
		seen := map[string]bool{}
		for _, k := range tasks {
			if u, err := Canonical("", k.URL); err != nil || u != k.URL || seen[u] || u == p.URL {
				t.Errorf("task %q: canonical %q, %v, twice %v", k.URL, u, err, seen[u])
			}
			seen[k.URL] = true
		}
	})
}
