// Links: what an HTML page of a plain URL leads to on its own host. A page's wish not to
// have its links followed is kept, in a robots meta, the X-Robots-Tag header or rel.

package crawler

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html/charset"
)

func (d *discovery) links() error {
	body := d.page.Body
	if !utf8.Valid(body) {
		// Links are ASCII but for a few, which are then written by the page's charset.
		enc, _, _ := charset.DetermineEncoding(body[:min(len(body), 1024)], d.page.Header.Get("Content-Type"))
		if decoded, err := enc.NewDecoder().Bytes(body); err == nil {
			body = decoded
		}
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("links cannot be read: %w", err)
	}
	for _, v := range d.page.Header.Values("X-Robots-Tag") {
		if noFollow(v) {
			return nil
		}
	}
	stop := false
	doc.Find("meta[name]").Each(func(_ int, s *goquery.Selection) {
		name := strings.ToLower(strings.TrimSpace(s.AttrOr("name", "")))
		stop = stop || (name == "robots" || name == agentName) && noFollow(s.AttrOr("content", ""))
	})
	if stop {
		return nil
	}
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, err := Canonical(d.page.URL, href); err == nil {
			if err := d.from(u); err != nil {
				return err
			}
		}
	}
	doc.Find("a[href], area[href], link[rel][href]").Each(func(_ int, s *goquery.Selection) {
		rel := strings.Fields(strings.ToLower(s.AttrOr("rel", "")))
		has := func(word string) bool {
			for _, r := range rel {
				if r == word {
					return true
				}
			}
			return false
		}
		reader, priority := "article", 0
		if goquery.NodeName(s) == "link" {
			switch t := strings.ToLower(s.AttrOr("type", "")); {
			case has("next"):
			case has("alternate") && (t == "application/rss+xml" || t == "application/atom+xml" || t == "application/feed+json"):
				reader, priority = "feed", priorityList
			default:
				return
			}
		}
		if has("nofollow") {
			return
		}
		n := len(d.tasks)
		d.add(s.AttrOr("href", ""), reader, priority)
		if len(d.tasks) > n {
			if u := d.tasks[n].URL; !sameSite(Host(u), Host(d.page.URL)) || binary(u) {
				d.tasks = d.tasks[:n]
			}
		}
	})
	return nil
}

// agentName is how robots.txt files and pages may address this program.
const agentName = "tocsin"

// noFollow reads the content of a robots meta or an X-Robots-Tag header. A header may
// begin with the name of the agent that it is for.
func noFollow(content string) bool {
	content = strings.ToLower(content)
	if agent, rest, ok := strings.Cut(content, ":"); ok && !strings.ContainsAny(agent, ", ") {
		if agent = strings.TrimSpace(agent); agent != agentName && agent != "unavailable_after" {
			return false
		}
		content = rest
	}
	for word := range strings.SplitSeq(content, ",") {
		switch strings.TrimSpace(word) {
		case "nofollow", "none":
			return true
		}
	}
	return false
}

// sameSite tells whether two hosts are one but for a leading "www.".
func sameSite(a, b string) bool {
	return strings.TrimPrefix(a, "www.") == strings.TrimPrefix(b, "www.")
}

// binary tells by its extension whether a URL leads to no text. One that lies is found
// out by its media type when it is fetched.
func binary(u string) bool {
	u, _, _ = strings.Cut(u, "?")
	_, u, _ = strings.Cut(u, "://")
	i := strings.IndexByte(u, '/')
	if i < 0 {
		return false
	}
	switch strings.ToLower(path.Ext(u[i:])) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".tif", ".tiff", ".heic",
		".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav", ".aac", ".m3u8",
		".mp4", ".m4v", ".webm", ".mov", ".avi", ".mkv", ".flv", ".mpg", ".mpeg", ".wmv",
		".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".epub", ".mobi",
		".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".jar", ".war",
		".exe", ".msi", ".dmg", ".pkg", ".deb", ".rpm", ".apk", ".iso", ".img", ".bin",
		".css", ".js", ".mjs", ".map", ".wasm", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".swf":
		return true
	}
	return false
}
