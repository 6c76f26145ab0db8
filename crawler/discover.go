// What a page leads to. A discoverer reads one kind of page and names tasks; what the
// page tells is not its business (package extract). Tasks of one page are in its order,
// each URL once. Source, Referrer, Lang and the like come from the page; how deep a task
// lies and whether its host may be visited is decided in crawl.go.

package crawler

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// Discover returns the tasks that a page leads to. depth is how many links deeper
// the page's own links may be followed, 0 not at all; it does not limit what feeds,
// sitemaps and status pages list.
//
// Where a page asked for as an article or status turns out to be a feed or a sitemap, Discover
// says so in p.Reader. The error tells what is wrong with a list that cannot be read to
// its end; tasks found until then are returned with it.
func Discover(p *Page, depth int) ([]Task, error) {
	if len(p.Body) == 0 {
		return nil, nil
	}
	if p.Reader == "article" || p.Reader == "status" {
		if r := listReader(p); r != "" {
			p.Reader = r
		}
	}
	d, err := discoveryOf(p)
	if err != nil {
		return nil, err
	}
	switch p.Reader {
	case "feed":
		err = d.feed()
	case "sitemap":
		err = d.sitemap()
	case "status":
		err = d.status()
	default:
		if depth > 0 && isHTML(p) {
			err = d.links()
		}
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", p.Reader, p.URL, err)
	}
	return d.tasks, err
}

// A discovery gathers the tasks of one page.
type discovery struct {
	page  *Page
	base  *whatwg.Url // of relative links
	seen  map[string]bool
	tasks []Task

	maxURLs  int   // of a sitemap
	maxBytes int64 // of a sitemap, unpacked
}

func discoveryOf(p *Page) (*discovery, error) {
	d := &discovery{page: p, seen: map[string]bool{p.URL: true}, maxURLs: maxSitemapURLs, maxBytes: maxSitemapBytes}
	return d, d.from(p.URL)
}

// from sets the base of relative links.
func (d *discovery) from(base string) error {
	u, err := whatwg.NewParser(whatwg.WithPercentEncodeSinglePercentSign()).Parse(base)
	if err != nil {
		return fmt.Errorf("url: base %.200q is none: %w", base, err)
	}
	d.base = u
	return nil
}

// add adds the task of one reference. What is no fetchable URL is passed over: pages are
// full of such.
func (d *discovery) add(ref, reader string, priority int) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return
	}
	u, err := canonical(ref, d.base.Parse)
	if err != nil || d.seen[u] {
		return
	}
	d.seen[u] = true
	d.tasks = append(d.tasks, Task{
		URL: u, Reader: reader, Source: d.page.Source, Referrer: d.page.URL, Priority: priority,
	})
}

// mediaType returns the media type of a page in lower case, without parameters; where
// the header names none, that of its first bytes.
func mediaType(p *Page) string {
	header := p.Header.Get("Content-Type")
	if header == "" {
		header = http.DetectContentType(p.Body)
	}
	t, _, err := mime.ParseMediaType(header)
	if err != nil {
		t, _, _ = strings.Cut(header, ";")
		t = strings.ToLower(strings.TrimSpace(t))
	}
	return t
}

func isHTML(p *Page) bool {
	switch mediaType(p) {
	case "text/html", "application/xhtml+xml":
		return true
	case "text/plain", "application/octet-stream":
		return looksHTML(p.Body)
	}
	return false
}

func looksHTML(body []byte) bool {
	return strings.HasPrefix(http.DetectContentType(body), "text/html")
}

// listReader returns "feed" or "sitemap" for what is plainly one, by the name of its root
// element or the version of a JSON Feed, and "" for anything else. Media types do not
// tell: feeds are served as text/html too.
func listReader(p *Page) string {
	head := p.Body[:min(len(p.Body), 4096)]
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("{")) {
		if bytes.Contains(head, []byte("jsonfeed.org/version/")) {
			return "feed"
		}
		return ""
	}
	switch rootName(head) {
	case "rss", "feed", "RDF":
		return "feed"
	case "urlset", "sitemapindex":
		return "sitemap"
	}
	return ""
}

// rootName returns the local name of the first element, "" where something else than
// declarations and comments comes before it.
func rootName(head []byte) string {
	for {
		head = bytes.TrimLeft(head, " \t\r\n")
		var end []byte
		switch {
		case bytes.HasPrefix(head, []byte("<!--")):
			end = []byte("-->")
		case bytes.HasPrefix(head, []byte("<?")):
			end = []byte("?>")
		case bytes.HasPrefix(head, []byte("<!")):
			end = []byte(">")
		case bytes.HasPrefix(head, []byte("<")):
			name := head[1:]
			if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
				name = name[:i]
			}
			if i := bytes.IndexByte(name, ':'); i >= 0 {
				name = name[i+1:]
			}
			return string(name)
		default:
			return ""
		}
		i := bytes.Index(head, end)
		if i < 0 {
			return ""
		}
		head = head[i+len(end):]
	}
}
