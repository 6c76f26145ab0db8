// Sitemaps (sitemaps.org 0.9), with or without Google's news extension: a urlset names
// articles, a sitemapindex names sitemaps; a text file names an article a line. Elements
// go by local name, since wrong name spaces are common. Both may be compressed once more
// than the transport says. What is read is bounded: see the constants.

package crawler

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

const (
	maxSitemapURLs  = 50_000   // as sitemaps.org allows
	maxSitemapBytes = 50 << 20 // unpacked, as sitemaps.org allows
)

func (d *discovery) sitemap() error {
	var in io.Reader = bytes.NewReader(d.page.Body)
	if bytes.HasPrefix(d.page.Body, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("sitemap is no gzip file: %w", err)
		}
		in = z
	}
	limited := &io.LimitedReader{R: in, N: d.maxBytes}
	text := bufio.NewReader(limited)
	head, err := text.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return fmt.Errorf("sitemap cannot be unpacked: %w", err)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case looksHTML(head) && rootName(head) != "urlset" && rootName(head) != "sitemapindex":
		return errors.New("not a sitemap but a page of HTML: look whether the sitemap has moved")
	case bytes.HasPrefix(head, []byte("<")), bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		err = d.sitemapXML(text)
	default:
		err = d.sitemapText(text)
	}
	if limited.N <= 0 {
		return fmt.Errorf("sitemap is longer than %d bytes: the rest is not read", d.maxBytes)
	}
	return err
}

// sitemapXML streams a sitemap. Only the text of loc below url or sitemap is taken: image
// and video extensions have a loc of their own.
func (d *discovery) sitemapXML(in io.Reader) error {
	x := xml.NewDecoder(in)
	x.Strict = false
	x.Entity = xml.HTMLEntity
	x.CharsetReader = charset.NewReaderLabel
	var path []string
	var loc strings.Builder
	var found, skipped int
	rooted := false
	for {
		token, err := x.Token()
		if errors.Is(err, io.EOF) {
			if !rooted {
				return errors.New("not a sitemap: it has no element")
			}
			break
		}
		if err != nil {
			return fmt.Errorf("sitemap, after %d URLs: %w", found, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if len(path) == 0 && e.Name.Local != "urlset" && e.Name.Local != "sitemapindex" {
				return fmt.Errorf("not a sitemap: root element is <%.40s>, want <urlset> or <sitemapindex>", e.Name.Local)
			}
			if len(path) > 64 {
				return fmt.Errorf("sitemap, after %d URLs: elements nest deeper than 64", found)
			}
			rooted = true
			path = append(path, e.Name.Local)
			loc.Reset()
		case xml.CharData:
			// A few indexes put the URL straight into <sitemap>.
			if n := len(path); n > 0 && loc.Len() < maxURL && (path[n-1] == "loc" || path[n-1] == "sitemap") {
				loc.Write(e)
			}
		case xml.EndElement:
			if len(path) == 0 {
				continue
			}
			reader := ""
			switch strings.Join(path, "/") {
			case "urlset/url/loc":
				reader = "article"
			case "sitemapindex/sitemap/loc", "sitemapindex/sitemap":
				reader = "sitemap"
			}
			if ref := strings.TrimSpace(loc.String()); reader != "" && ref != "" {
				if found == d.maxURLs {
					skipped++
				} else {
					found++
					priority := 0
					if reader == "sitemap" {
						priority = priorityList
					}
					d.add(ref, reader, priority)
				}
			}
			loc.Reset()
			path = path[:len(path)-1]
		}
	}
	if skipped > 0 {
		return fmt.Errorf("sitemap has more than %d URLs: %d are not read", d.maxURLs, skipped)
	}
	return nil
}

func (d *discovery) sitemapText(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<10)
	n := 0
	for lines.Scan() {
		n++
		ref := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if ref == "" {
			continue
		}
		if !strings.HasPrefix(ref, "http://") && !strings.HasPrefix(ref, "https://") {
			return fmt.Errorf("not a sitemap: line %d, %.60q, is no URL", n, ref)
		}
		if len(d.tasks) == d.maxURLs {
			return fmt.Errorf("sitemap has more than %d URLs: the rest is not read", d.maxURLs)
		}
		d.add(ref, "article", 0)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("sitemap, line %d: %w", n+1, err)
	}
	return nil
}
