package extract

// RSS, Atom and JSON Feed: a document for each item that carries its text. What an item
// only announces is for the crawler to fetch: a summary of an article would stand in the
// place of the article. A feed read from disk leads nowhere, so all it says is kept.

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"tocsin/crawler"
)

// minItem is the shortest text, in code points, that makes an item a document. Status
// feeds and live tickers are short; a headline and "read more" are shorter. fullContent and
// fullSummary are the weights above which an item that has a page of its own is taken for
// the whole article: few articles are shorter, few summaries longer.
const (
	minItem     = 60
	fullContent = 400
	fullSummary = 900
)

// readFeed returns the documents of a feed.
func (r *Reader) readFeed(source string, p *crawler.Page) (docs []*Document, err error) {
	defer func() {
		// The parser has panicked on mangled feeds.
		if v := recover(); v != nil {
			docs, err = nil, fmt.Errorf("feed cannot be parsed: %v", v)
		}
	}()
	feed, err := gofeed.NewParser().ParseString(utf8Declared(source))
	if err != nil {
		return nil, fmt.Errorf("feed cannot be parsed: %w", err)
	}
	site := feed.Title
	for _, part := range titleEnds(feed.Title) {
		if name, host := lettersOf(part), hostOf(firstText(feed.Link, p.URL)); len(name) > 3 && strings.Contains(host, name) {
			site = part
			break
		}
	}
	announced := 0
	for _, item := range feed.Items {
		content, full := item.Content, fullContent
		if len(content) < len(item.Description) {
			content, full = item.Description, fullSummary
		}
		root, err := html.Parse(strings.NewReader(content))
		if err != nil {
			continue
		}
		link := firstText(item.Link, item.GUID)
		base, err := url.Parse(p.URL)
		if err == nil && base.Host != "" {
			if u, err := base.Parse(link); err == nil {
				link = u.String()
			}
		}
		base, _ = url.Parse(link)
		threads := findThreads(root, false)
		w := (&walker{base: base, posted: threads.posted}).walk(root)
		d := r.document(w, facts{title: item.Title, site: site, lang: feed.Language})
		if utf8.RuneCountInString(d.Text) < minItem || p.URL != "" && len(threads.entries) == 0 && announces(d.Text, item.Title, link, p.URL, full) {
			announced++
			continue
		}
		d.Reader = "feed"
		d.URL = link
		if m, ok := parseStamp(firstText(item.Published, item.Updated)); ok {
			d.Published = m
		} else if item.PublishedParsed != nil {
			d.Published = momentOf(*item.PublishedParsed, Second)
		}
		if m, ok := parseStamp(item.Updated); ok {
			d.Modified = m
		}
		datePosts(d)
		docs = append(docs, d)
	}
	if len(docs) == 0 && announced > 0 {
		return nil, ErrList
	}
	if len(docs) == 0 {
		return nil, ErrNoText
	}
	return docs, nil
}

// announces reports whether an item only announces the page that it links to: it has one
// of its own, a headline, and a text that breaks off or is shorter than full. An item
// without a headline is a post, whole as it is.
func announces(text, title, link, feed string, full int) bool {
	if strings.TrimSpace(title) == "" || link == "" || link == feed || strings.Contains(link, "#") {
		return false
	}
	if u, err := url.Parse(link); err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
		return false
	}
	end := strings.TrimRight(text, " ]")
	return weigh(text) < full || strings.HasSuffix(end, "…") || strings.HasSuffix(end, "...")
}

// hostOf returns the letters and digits of the host of a URL.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return lettersOf(u.Hostname())
}

// utf8Declared changes the encoding that an XML declaration names: the text is UTF-8 by now.
func utf8Declared(source string) string {
	source = strings.TrimLeft(source, "\ufeff \t\r\n")
	if !strings.HasPrefix(source, "<?xml") {
		return source
	}
	declaration, rest, ok := strings.Cut(source, "?>")
	if !ok || !strings.Contains(declaration, "encoding") {
		return source
	}
	return `<?xml version="1.0" encoding="utf-8"?>` + rest
}
