// Feeds: RSS 0.9 to 2.0, Atom and JSON Feed. Each item with a link is an article; a feed
// that names its next page (Atom's link rel="next", also inside RSS, or JSON Feed's
// next_url) leads there.

package crawler

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

func (d *discovery) feed() error {
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true // the universal form has no next page
	feed, err := parser.Parse(bytes.NewReader(d.page.Body))
	if err != nil && !utf8.Valid(d.page.Body) {
		// A wrong charset spoils titles, which are not wanted here; links are ASCII.
		if again, e := parser.Parse(bytes.NewReader(bytes.ToValidUTF8(d.page.Body, []byte("\uFFFD")))); e == nil {
			feed, err = again, nil
		}
	}
	switch {
	case errors.Is(err, gofeed.ErrFeedTypeNotDetected) && looksHTML(d.page.Body):
		return errors.New("not a feed but a page of HTML: look whether the feed has moved")
	case errors.Is(err, gofeed.ErrFeedTypeNotDetected):
		return errors.New("not a feed: want RSS, Atom or JSON Feed")
	case err != nil:
		return err
	}
	if f, ok := feed.OriginalFeed().(*json.Feed); ok && f.Version == "" && len(f.Items) == 0 {
		return errors.New("not a feed but other JSON: it has neither version nor items")
	}
	for _, item := range feed.Items {
		link := item.Link
		if link == "" && len(item.Links) > 0 {
			link = item.Links[0]
		}
		if link == "" && (strings.HasPrefix(item.GUID, "http://") || strings.HasPrefix(item.GUID, "https://")) {
			link = item.GUID
		}
		d.add(link, "article", 0)
	}
	switch f := feed.OriginalFeed().(type) {
	case *atom.Feed:
		for _, l := range f.Links {
			if l.Rel == "next" {
				d.add(l.Href, "feed", priorityList)
			}
		}
	case *rss.Feed:
		for _, links := range f.Extensions { // by prefix: "atom", "atom10", "a10", …
			for _, l := range links["link"] {
				if l.Attrs["rel"] == "next" {
					d.add(l.Attrs["href"], "feed", priorityList)
				}
			}
		}
	case *json.Feed:
		d.add(f.NextURL, "feed", priorityList)
	}
	return nil
}
