package extract

// A Reader makes documents of pages and files. What is in a page decides how it is read,
// helped by the kind that the task named (Page.Reader) and by the name of a file:
//
//	sitemap  names pages and holds no document
//	feed     RSS, Atom, JSON Feed: a document an item that carries its text
//	status   a thread of updates, each with its time, in HTML or JSON: a document a thread
//	article  any other HTML page: its main text
//	text     Markdown and plain text, with or without front matter

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/crawler"
)

// MaxBytes is the size of the largest page that is read, in bytes. The largest real page
// of text met so far had 3 MB; above this a page costs seconds and holds no article.
const MaxBytes = 8 << 20

// Errors of Read and ReadFile, wrapped with the URL or name of the page.
var (
	ErrEmpty   = errors.New("page is empty")
	ErrBinary  = errors.New("page is not text")
	ErrTooBig  = fmt.Errorf("page is larger than %d MB", MaxBytes>>20)
	ErrTooDeep = errors.New("elements are nested too deep")
	ErrNoText  = errors.New("page holds no main text")
	ErrList    = errors.New("page is a list of links")
)

// A Reader reads documents. It may be used by many goroutines at once.
type Reader struct {
	languages *Languages
	scripts   *scriptTable
}

// NewReader returns a Reader that knows the languages whose folders are in lang
// (language.txt of each).
func NewReader(lang fs.FS) (*Reader, error) {
	languages, err := NewLanguages(lang)
	if err != nil {
		return nil, err
	}
	return &Reader{languages: languages, scripts: languages.scripts}, nil
}

// Read returns the documents of a page, at least one where the error is nil.
func (r *Reader) Read(p *crawler.Page) ([]*Document, error) {
	docs, err := r.read(p, "")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.URL, err)
	}
	return docs, nil
}

// ReadFile returns the documents of a file. The ending of its name and its first bytes
// tell what it is.
func (r *Reader) ReadFile(name string, body []byte) ([]*Document, error) {
	docs, err := r.read(&crawler.Page{Body: body, Header: http.Header{}}, strings.ToLower(path.Ext(name)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return docs, nil
}

// read reads a page; ext is the ending of a file's name, "" for a page of the web.
func (r *Reader) read(p *crawler.Page, ext string) ([]*Document, error) {
	switch {
	case len(p.Body) > MaxBytes:
		return nil, ErrTooBig
	case len(bytes.TrimSpace(p.Body)) == 0:
		return nil, ErrEmpty
	}
	text, charset := Decode(p.Body, p.Header.Get("Content-Type"))
	if charset == "" {
		return nil, ErrBinary
	}
	if strings.TrimSpace(text) == "" {
		return nil, ErrEmpty
	}
	var docs []*Document
	var err error
	form := sniff(text, p.Header.Get("Content-Type"), ext)
	if p.Reader == "sitemap" && form != formHTML {
		return nil, ErrList // a sitemap may be a plain list of URLs
	}
	switch form {
	case formSitemap:
		return nil, ErrList
	case formFeed:
		docs, err = r.readFeed(text, p)
	case formHTML:
		docs, err = r.readHTML(text, p)
	case formJSON:
		docs, err = r.readStatusAPI(text, p)
	default:
		docs, err = r.readText(text, p)
	}
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		r.finish(d, p)
	}
	return docs, nil
}

// A form is how a page is written down.
type form int

const (
	formText form = iota
	formHTML
	formFeed
	formJSON
	formSitemap
)

// sniff tells the form of text by its first element, then by its media type and the
// ending of its name. A Markdown file may begin with an element, so its name decides.
func sniff(text, mediaType, ext string) form {
	head := strings.TrimSpace(strings.TrimPrefix(text[:min(len(text), 4096)], "\ufeff"))
	lower := strings.ToLower(head)
	switch ext {
	case ".md", ".markdown":
		return formText
	case ".html", ".htm", ".xhtml", ".shtml":
		return formHTML
	}
	if strings.HasPrefix(head, "{") && strings.Contains(head, "jsonfeed.org/version") {
		return formFeed
	}
	if strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[") {
		if ext == ".json" || strings.Contains(strings.ToLower(mediaType), "json") {
			return formJSON
		}
	}
	if strings.HasPrefix(head, "<") {
		for _, root := range []string{"<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex"} {
			if strings.Contains(lower, root) && !strings.Contains(lower, "<html") {
				if root == "<urlset" || root == "<sitemapindex" {
					return formSitemap
				}
				return formFeed
			}
		}
		for _, start := range []string{"<!doctype html", "<html", "<head", "<body", "<!--", "<meta", "<title", "<script", "<div", "<article", "<main", "<p>", "<p ", "<h1", "<table"} {
			if strings.HasPrefix(lower, start) || strings.HasPrefix(start, "<html") && strings.Contains(lower, "<html") {
				return formHTML
			}
		}
	}
	if strings.Contains(strings.ToLower(mediaType), "html") {
		return formHTML
	}
	return formText
}

// finish gives d what the page says and what its text shows.
func (r *Reader) finish(d *Document, p *crawler.Page) {
	if d.URL == "" {
		d.URL = p.URL
	}
	d.Zone, d.Channel, d.fetched = p.Zone, p.Channel, p.Fetched
	hint := p.Lang
	if d.Lang != "" {
		hint = d.Lang
	}
	d.Lang, d.Script = r.languages.Detect(d.reading(2000), hint)
	if _, ok := r.languages.Lookup(d.Lang); !ok && d.Script != "Latn" {
		if lang := r.languages.second(d.reading(8000)); lang != "" {
			d.Lang, d.Script = lang, "Latn"
			d.addQuality("bilingual")
		}
	}
	d.Published = checkedMoment(d.Published, p.Zone, p.Fetched)
	d.Modified = checkedMoment(d.Modified, p.Zone, p.Fetched)
	if d.Published.IsZero() {
		d.addQuality("undated")
	}
	if p.Truncated {
		d.addQuality("truncated")
	}
	d.addPolicy(p.Header.Values("X-Robots-Tag")...)
	if v := p.Header.Get("Tdm-Reservation"); v != "" {
		d.Policy = append(d.Policy, "tdm-reservation: "+v)
	}
}

// reading returns up to about n bytes of the blocks that are read for facts.
func (d *Document) reading(n int) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		if block.Kind == Tail {
			continue
		}
		b.WriteString(d.Text[block.Start:block.End])
		b.WriteByte('\n')
		if b.Len() > n {
			break
		}
	}
	s := b.String()
	if s == "" {
		s = d.Text
	}
	if len(s) > n {
		for !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return s
}

// addQuality notes what is wrong with d, once.
func (d *Document) addQuality(what string) {
	for _, q := range d.Quality {
		if q == what {
			return
		}
	}
	d.Quality = append(d.Quality, what)
}

// checkedMoment drops a moment later than two days after fetched (pages carry the date of
// an event to come, or nonsense) and gives one without zone the outlet's.
func checkedMoment(m Moment, zone string, fetched time.Time) Moment {
	if m.IsZero() {
		return m
	}
	if m.Zone == "" && zone != "" && m.Precision >= Hour {
		if loc, err := time.LoadLocation(zone); err == nil {
			t := time.Date(m.Year, time.Month(m.Month), m.Day, m.Hour, m.Minute, m.Second, 0, loc)
			_, m.Offset = t.Zone()
			m.Zone, m.ZoneSource = zone, "outlet"
		}
	}
	if from, _ := m.Bounds(); !fetched.IsZero() && from.After(fetched.Add(48*time.Hour)) {
		return Moment{}
	}
	return m
}
