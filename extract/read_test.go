package extract

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/crawler"
)

func page(url, contentType, body string) *crawler.Page {
	return &crawler.Page{URL: url, Status: 200, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
}

func TestReadErrors(t *testing.T) {
	r := newTestReader(t)
	for _, c := range []struct {
		name, body string
		want       error
	}{
		{"empty", "", ErrEmpty},
		{"blank", " \r\n\t ", ErrEmpty},
		{"picture", "\x89PNG\r\n\x1a\n....", ErrBinary},
		{"zeros", strings.Repeat("\x00\x00\x01\x02", 100), ErrBinary},
		{"large", strings.Repeat("x", MaxBytes+1), ErrTooBig},
		{"deep", "<html><body>\n" + strings.Repeat("<div>", 100_000), ErrTooDeep},
		{"no text", "<html><body><script>var a = 1</script></body></html>", ErrNoText},
		{"mark", "\xef\xbb\xbf", ErrEmpty},
	} {
		_, err := r.Read(page("https://a.example/"+c.name, "text/html", c.body))
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), "a.example") {
			t.Errorf("%s: %v, want %v with the URL", c.name, err, c.want)
		}
	}
	_, err := r.Read(page("https://a.example/", "text/html", "<html><body>\n"+strings.Repeat("<div>", 600)))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v does not say where", err)
	}
}

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		text, mediaType, ext string
		want                 form
	}{
		{"<!DOCTYPE html><p>a", "", "", formHTML},
		{"\n<!-- a --><html>", "", "", formHTML},
		{"<p>a", "", ".html", formHTML},
		{"a", "text/html; charset=utf-8", "", formHTML},
		{"<rss version='2.0'>", "text/html", "", formFeed},
		{"<?xml version='1.0'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>", "", ".xml", formFeed},
		{"<?xml version='1.0'?><!DOCTYPE html><html>", "", "", formHTML},
		{`{"version": "https://jsonfeed.org/version/1.1"}`, "", ".json", formFeed},
		{"# a", "text/markdown", "", formText},
		{"<div align=center>\n# a", "", ".md", formText},
		{"a < b", "", ".txt", formText},
	} {
		if got := sniff(c.text, c.mediaType, c.ext); got != c.want {
			t.Errorf("%q, %q, %q is %v, want %v", c.text, c.mediaType, c.ext, got, c.want)
		}
	}
}

func TestPageFacts(t *testing.T) {
	body := `<html lang="en"><head><title>Trains halted | Example News</title>
<link rel="canonical" href="/2024/05/02/trains?id=1#top">
<meta property="og:site_name" content="Example News">
<meta name="robots" content="noindex, follow"><meta name="tdm-reservation" content="1">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "datePublished": "1999-01-01"},
{"@type": ["NewsArticle"], "headline": "Trains halted", "datePublished": "2024-05-02T09:30:00+02:00", "dateModified": "2024-05-03T08:00:00+02:00", "publisher": {"name": "X"}}]}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Trains halted</h1>
<p>A failure of the signalling system halted all trains in the north for three hours on Thursday morning.</p>
<p>The operator said that <a href="/status">service</a> was back by noon, and that a switch had burnt out.</p>
<table><tr><th>line</th><th>hours</th></tr><tr><td>A</td><td>3</td></tr></table>
<dl><dt>Cause</dt><dd>a switch</dd></dl>
</article><footer>© Example</footer></body></html>`
	p := page("https://news.example/amp/1", "text/html", body)
	p.Fetched = time.Date(2024, 5, 4, 0, 0, 0, 0, time.UTC)
	p.Channel, p.Zone = "press", "Europe/Paris"
	p.Header.Set("X-Robots-Tag", "noai")
	docs, err := newTestReader(t).Read(p)
	if err != nil {
		t.Fatal(err)
	}
	d := docs[0]
	if d.URL != "https://news.example/2024/05/02/trains?id=1" || d.Title != "Trains halted" || d.Site != "Example News" || d.Channel != "press" || d.Reader != "article" {
		t.Errorf("URL %q, title %q, site %q, channel %q, reader %q", d.URL, d.Title, d.Site, d.Channel, d.Reader)
	}
	if d.Published.ISO() != "2024-05-02T09:30:00+02:00" || d.Modified.ISO() != "2024-05-03T08:00:00+02:00" {
		t.Errorf("published %s, modified %s", d.Published.ISO(), d.Modified.ISO())
	}
	if !slices.Equal(d.Policy, []string{"noindex", "tdm-reservation: 1", "noai"}) {
		t.Errorf("policy is %q", d.Policy)
	}
	if !slices.Equal(d.Links, []string{"https://news.example/status"}) {
		t.Errorf("links are %q", d.Links)
	}
	got := strings.Join(blockTexts(d), "\n")
	for _, want := range []string{"heading: Trains halted", "row: line\thours", "row: A\t3", "term: Cause\ta switch"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(d.Text, "Home") || strings.Contains(d.Text, "©") {
		t.Errorf("the surroundings are in the text:\n%s", d.Text)
	}
	checkBlocks(t, d)
}

func TestDateOfTheFuture(t *testing.T) {
	p := page("https://a.example/x", "text/html", `<meta property="article:published_time" content="2030-01-01"><article><p>The servers failed this morning and nobody could log in for an hour or two.</p></article>`)
	p.Fetched = time.Date(2024, 5, 4, 0, 0, 0, 0, time.UTC)
	docs, err := newTestReader(t).Read(p)
	if err != nil {
		t.Fatal(err)
	}
	if d := docs[0]; !d.Published.IsZero() || !slices.Contains(d.Quality, "undated") {
		t.Errorf("published %s, quality %v", d.Published.EDTF(), d.Quality)
	}
}

func TestStatusThreads(t *testing.T) {
	r := newTestReader(t)
	statuspage := `<html><body><h1>Logins fail</h1>` +
		`<div class="row update-row"><div class="update-title">Resolved</div><div class="update-container"><div class="update-body"><span>This incident is over.</span></div><div class="update-timestamp">Posted <span class="ago" data-datetime-unix="1633433400000"></span>Oct <var>5</var>, 2021 - 11:30 UTC</div></div></div>` +
		`<div class="row update-row"><div class="update-title">Investigating</div><div class="update-container"><div class="update-body"><span>Some users cannot log in.</span></div><div class="update-timestamp">Posted <span class="ago" data-datetime-unix="1633426200000"></span>Oct <var>5</var>, 2021 - 09:30 UTC</div></div></div>` +
		`</body></html>`
	docs, err := r.Read(page("https://status.example/incidents/1", "text/html", statuspage))
	if err != nil {
		t.Fatal(err)
	}
	d := docs[0]
	var got []string
	for _, b := range d.Blocks {
		if b.Kind == Update {
			got = append(got, fmt.Sprintf("%s %s %s", b.Posted.ISO(), b.Status, d.Text[b.Start:b.End]))
		}
	}
	want := []string{
		"2021-10-05T11:30:00Z resolved Resolved", "2021-10-05T11:30:00Z resolved This incident is over.", "2021-10-05T11:30:00Z resolved Posted Oct 5, 2021 - 11:30 UTC",
		"2021-10-05T09:30:00Z investigating Investigating", "2021-10-05T09:30:00Z investigating Some users cannot log in.", "2021-10-05T09:30:00Z investigating Posted Oct 5, 2021 - 09:30 UTC",
	}
	if d.Reader != "status" || !slices.Equal(got, want) {
		t.Errorf("%s:\n%s", d.Reader, strings.Join(got, "\n"))
	}

	aws := `<html><head><title>Slow API (Paris)</title><meta property="article:published_time" content="2020-03-10"></head><body><article><h1>Slow API</h1>` +
		`<div><span class="yellowfg">11:40 PM PST</span>&nbsp;We are looking into slow answers of the API.</div>` +
		`<div><span class="yellowfg">12:20 AM PST</span>&nbsp;We have found the reason and are at work.</div>` +
		`<div><span class="yellowfg">Mar 11, 1:05 AM PST</span>&nbsp;All is well again.</div></article></body></html>`
	docs, err = r.ReadFile("a.html", []byte(aws))
	if err != nil {
		t.Fatal(err)
	}
	got = nil
	for _, b := range docs[0].Blocks {
		if b.Kind == Update {
			got = append(got, b.Posted.ISO())
		}
	}
	if want := []string{"2020-03-10T23:40-08:00", "2020-03-11T00:20-08:00", "2020-03-11T01:05-08:00"}; !slices.Equal(got, want) {
		t.Errorf("posts are at %q, want %q", got, want)
	}
}

func TestFeeds(t *testing.T) {
	text := "<p>The payment network failed at nine and was down for two hours; shops took cash only.</p><p>A router was to blame.</p>"
	rss := `<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>Example</title><language>en</language>` +
		`<item><title>Cash only</title><link>https://a.example/1</link><pubDate>Tue, 05 Oct 2021 09:30:00 +0200</pubDate><description><![CDATA[` + text + `]]></description></item>` +
		`<item><title>Short</title><link>https://a.example/2</link><description>Read more</description></item></channel></rss>`
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title><entry><title>Cash only</title><link href="https://a.example/1"/>` +
		`<published>2021-10-05T09:30:00+02:00</published><content type="html">` + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(text) + `</content></entry></feed>`
	json := `{"version":"https://jsonfeed.org/version/1.1","title":"Example","items":[{"id":"1","url":"https://a.example/1","title":"Cash only","date_published":"2021-10-05T09:30:00+02:00","content_html":"` + text + `"}]}`
	for name, body := range map[string]string{"a.xml": rss, "b.atom": atom, "c.json": json} {
		docs, err := newTestReader(t).ReadFile(name, []byte(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(docs) != 1 {
			t.Errorf("%s: %d documents", name, len(docs))
			continue
		}
		d := docs[0]
		if d.URL != "https://a.example/1" || d.Title != "Cash only" || d.Site != "Example" || d.Published.ISO() != "2021-10-05T09:30:00+02:00" || d.Lang != "en" || len(d.Blocks) != 2 || d.Reader != "feed" {
			t.Errorf("%s: %+v", name, d)
		}
		checkBlocks(t, d)
	}
}

func TestStatusAPI(t *testing.T) {
	r := newTestReader(t)
	statuspage := `{"page": {"name": "Pigeon", "url": "https://status.example"}, "incidents": [{"id": "x1", "name": "Logins fail", "components": [{"name": "Web"}, {"name": "API"}],
"incident_updates": [{"status": "Resolved", "body": "All is well.", "display_at": "2024-03-13T15:05:00.000-07:00"},
{"status": "investigating", "body": "<p>Some users cannot <b>log in</b>.</p><p>We look into it.</p>", "display_at": "2024-03-13T13:00:00.000-07:00"}]}]}`
	cloud := `[{"id": "y2", "uri": "incidents/y2", "external_desc": "Storage is slow", "service_name": "Storage", "affected_products": [{"title": "Storage"}, {"title": "Build"}],
"updates": [{"when": "2024-03-13T15:05:00+00:00", "text": "# Over\n\nThe **mitigation** has worked.", "status": "AVAILABLE"}, {"when": "2024-03-13T13:00:00+00:00", "text": "Reads are slow.", "status": "SERVICE_DISRUPTION"}]}]`
	for _, c := range []struct{ body, url, published, text string }{
		{statuspage, "https://status.example/incidents/x1", "2024-03-13T13:00:00-07:00", "Logins fail\nPigeon\tWeb\tAPI\nSome users cannot log in.\nWe look into it.\nAll is well."},
		{cloud, "https://status.example/incidents/y2", "2024-03-13T13:00:00Z", "Storage is slow\nStorage\tBuild\nReads are slow.\nOver\nThe mitigation has worked."},
	} {
		docs, err := r.Read(page("https://status.example/incidents.json", "application/json", c.body))
		if err != nil {
			t.Fatal(err)
		}
		d := docs[0]
		checkBlocks(t, d)
		if d.URL != c.url || d.Published.ISO() != c.published || d.Text != c.text || d.Reader != "status" {
			t.Errorf("%s, published %s by %s:\n%s", d.URL, d.Published.ISO(), d.Reader, d.Text)
		}
	}
	if _, err := r.Read(page("https://a.example/x", "application/json", `{"a": [1, 2]}`)); err == nil {
		t.Error("any JSON is a document")
	}
}

func FuzzReadHTML(f *testing.F) {
	r := newTestReader(f)
	for _, s := range []string{
		"<html><body><p>a<br>b<br><br>c</p><table><tr><td>a<td>b</table><dl><dt>a<dd>b</dl><pre>x\n y</pre>",
		`<li class="update"><time datetime="2021-10-05T09:30:00Z"></time><pre># a</pre></li>`,
		`<div><span class="yellowfg">Mar 11, 1:05 AM PST</span>&nbsp;a</div>`,
		`<script type="application/ld+json">{"@type":"Article","datePublished":1}</script><h1>a</h1>`,
		`<rss><channel><item><description>a</description></item></channel></rss>`,
		`<div class="incident-history-item"><span class="hide-text">07/21/2021</span><p>a</div>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		docs, err := r.Read(&crawler.Page{URL: "https://a.example/2021/10/05/x", Header: http.Header{}, Body: body, Fetched: time.Unix(1.7e9, 0)})
		if err != nil {
			return
		}
		for _, d := range docs {
			checkBlocks(t, d)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	r := newTestReader(b)
	body := []byte("<html><head><title>Slow</title></head><body>" + strings.Repeat("<div class=x><p>The network was down, and nobody could <a href=/a>call</a> for two hours on Monday.</p></div>", 500) + "</body></html>")
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := r.ReadFile("a.html", bytes.Clone(body)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLists reads pages that name documents and are none, and short articles beside them.
func TestLists(t *testing.T) {
	r := newTestReader(t)
	nav := `<a href="/a">Home</a> <a href="/b">Sport</a> <a href="/c">Weather</a>`
	summary := `<item><title>Phones silent</title><link>https://a.example/1</link><description>The mobile network failed for three hours on Tuesday, and nobody could call for help.</description></item>`
	teaser := `<div><h3><a href="/1">Phones silent across the country</a></h3><p>The mobile network failed for three hours on Tuesday, and nobody could call for help.</p></div>`
	for _, c := range []struct {
		name, mediaType, reader, body string
		want                          error
	}{
		{"sitemap", "text/xml", "sitemap", `<?xml version="1.0"?><urlset><url><loc>https://a.example/1</loc></url></urlset>`, ErrList},
		{"index of sitemaps", "text/plain", "article", `<?xml version="1.0"?><sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>`, ErrList},
		{"sitemap of text", "text/plain", "sitemap", "https://a.example/1\nhttps://a.example/2\n", ErrList},
		{"summaries", "application/rss+xml", "feed", `<rss version="2.0"><channel><title>A</title>` + summary + `</channel></rss>`, ErrList},
		{"front page", "text/html", "article", `<title>A</title>` + nav + `<ul><li><a href="/1">Phones silent</a><li><a href="/2">Trains late</a></ul><div>Weather: rain</div>`, ErrList},
		{"teasers", "text/html", "article", `<title>A</title>` + nav + strings.Repeat(teaser, 4), ErrList},
		{"status", "text/html", "status", `<title>A Status</title><h1>A Status</h1><p>All systems operational, and they have been so for days.</p>`, ErrList},
		{"short article", "text/html", "article", `<title>Phones silent</title>` + nav + `<h1>Phones silent</h1><p>The mobile network failed for three hours on Tuesday.</p>`, nil},
		{"digest", "text/html", "article", `<title>The week</title>` + nav + `<h1>The week</h1>` + strings.Repeat(`<h2>A network</h2><p>The <a href="/1">mobile network</a> failed for three hours on <a href="/2">Tuesday</a>, and nobody could call for help until the evening.</p>`, 4), nil},
	} {
		p := page("https://a.example/x", c.mediaType, c.body)
		p.Reader = c.reader
		if _, err := r.Read(p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	// A file leads nowhere: what it says is all there is.
	if docs, err := r.ReadFile("a.xml", []byte(`<rss version="2.0"><channel><title>A</title>`+summary+`</channel></rss>`)); err != nil || len(docs) != 1 {
		t.Errorf("a feed from disk: %d documents, %v", len(docs), err)
	}
	full := strings.Replace(summary, "The mobile", strings.Repeat("The operator looked for the cause all day long and found none. ", 20)+"The mobile", 1)
	if docs, err := r.Read(page("https://a.example/feed", "application/rss+xml", `<rss version="2.0"><channel><title>A</title>`+full+`</channel></rss>`)); err != nil || docs[0].URL != "https://a.example/1" {
		t.Errorf("an item that is the article: %v", err)
	}
}

// TestTitles parts headlines from names of sites.
func TestTitles(t *testing.T) {
	for _, c := range []struct {
		title, site, whole, address string
		home                        []string
		wantTitle, wantSite         string
	}{
		{"Phones silent", "", "Phones silent | Example News", "https://a.example/", nil, "Phones silent", "Example News"},
		{"Phones silent - Example News", "", "Phones silent - Example News", "https://a.example/", []string{"Example News"}, "Phones silent", "Example News"},
		{"Example News - Phones silent", "", "Example News - Phones silent", "https://www.examplenews.example/", nil, "Phones silent", "Example News"},
		{"Phones silent | Example", "Example", "Phones silent | Example", "https://a.example/", nil, "Phones silent", "Example"},
		{"Example News", "", "Phones silent - Example News", "https://a.example/", []string{"Example News"}, "Phones silent", "Example News"},
		{"服务中断两小时_江城网", "", "服务中断两小时_江城网", "https://a.example/", []string{"首页", "江城网"}, "服务中断两小时", "江城网"},
		{"Coast-to-coast outage", "", "Coast-to-coast outage", "https://a.example/", nil, "Coast-to-coast outage", ""},
		{"Cause - and cure", "", "Cause - and cure", "https://a.example/", []string{"Home"}, "Cause - and cure", ""},
		{"Example News", "", "Example News", "https://a.example/", []string{"Example News"}, "Example News", ""},
	} {
		title, site := titleAndSite(c.title, c.site, c.whole, c.address, c.home)
		if title != c.wantTitle || site != c.wantSite {
			t.Errorf("%q of %q has title %q and site %q, want %q and %q", c.title, c.whole, title, site, c.wantTitle, c.wantSite)
		}
	}
}
