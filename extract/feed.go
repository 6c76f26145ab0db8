package extract

// RSS, Atom and JSON Feed: a document for each item that carries its text. What an item
// only announces is for the crawler to fetch.

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
// feeds and live tickers are short; a headline and "read more" are shorter.
const minItem = 60

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
	for _, item := range feed.Items {
		content := item.Content
		if len(content) < len(item.Description) {
			content = item.Description
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
		d := r.document(w, facts{title: item.Title, site: feed.Title, lang: feed.Language})
		if utf8.RuneCountInString(d.Text) < minItem {
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
	if len(docs) == 0 {
		return nil, ErrNoText
	}
	return docs, nil
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
