package extract

// The main text of an HTML page. A page whose text stands almost whole in one <article> or
// <main> is taken at its word. Else two ways compete: readability, which is best on English
// pages, and the run of blocks with the most running text (density), which is best where
// the page is mostly Han. Related articles, navigation, comments and footers are left out.

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tocsin/crawler"
)

// readHTML returns the documents of an HTML page.
func (r *Reader) readHTML(source string, p *crawler.Page) ([]*Document, error) {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		if strings.Contains(err.Error(), "exceeds") {
			return nil, fmt.Errorf("%w: %w", ErrTooDeep, err)
		}
		return nil, err
	}
	doc := goquery.NewDocumentFromNode(root)
	f := headFacts(doc, p.URL)
	base, _ := url.Parse(p.URL)
	if href := doc.Find("base[href]").First().AttrOr("href", ""); href != "" {
		if u, err := url.Parse(href); err == nil && base != nil {
			base = base.ResolveReference(u)
		}
	}
	if items := incidentItems(doc); len(items) > 0 {
		return r.incidents(items, f, base, p)
	}
	threads := findThreads(root, p.Reader == "status")
	var w *walker
	reader := "article"
	if threads.covers(root) {
		w = (&walker{base: base, posted: threads.posted, skip: boilerplate}).walk(threads.top(root))
		reader = "status"
	} else {
		w = r.mainText(root, base, threads)
	}
	d := r.document(w, f)
	d.Reader = reader
	if reader == "article" {
		if m, ok := dateline(d, f.title); ok {
			f.published = finer(f.published, m)
		}
	}
	d.Published, d.Modified = f.published, f.modified
	if d.Text == "" {
		return nil, ErrNoText
	}
	datePosts(d)
	return []*Document{d}, nil
}

// document makes a document of what a walker wrote.
func (r *Reader) document(w *walker, f facts) *Document {
	d := &Document{URL: f.canonical, Title: cleanString(f.title), Site: cleanString(f.site), Lang: f.lang, Links: w.links, Source: w.source.String()}
	blocks := make([]rawBlock, len(w.blocks))
	title := glyphsOf(d.Title, Span{0, len(d.Title)})
	texts := []*[]glyph{&title}
	for i, b := range w.blocks {
		blocks[i] = rawBlock{b.Block, cleanGlyphs(glyphsOf(d.Source, b.Span))}
		texts = append(texts, &blocks[i].glyphs)
	}
	r.repair(d, texts)
	d.Title = textOf(title)
	d.setText(blocks)
	d.addPolicy(f.policy...)
	for _, p := range f.policy {
		if strings.HasPrefix(p, "tdm-") {
			d.Policy = append(d.Policy, p)
		}
	}
	return d
}

// cleanString cleans a title or a name.
func cleanString(s string) string {
	return strings.Join(strings.Fields(textOf(cleanGlyphs(glyphsOf(s, Span{0, len(s)})))), " ")
}

// mainText chooses the main text of a page and writes it.
func (r *Reader) mainText(root *html.Node, base *url.URL, threads threads) *walker {
	page := (&walker{base: base, skip: boilerplate, posted: threads.posted}).walk(root)
	if n := soleArticle(root, page); n != nil {
		return (&walker{base: base, skip: boilerplate, posted: threads.posted}).walk(n)
	}
	dense := densest(page)
	if mostlyHan(page.source.String()) {
		return dense
	}
	readable := readableText(root, base)
	if readable == nil || readable.size() < 250 || readable.size()*3 < dense.size() {
		if readable == nil || dense.size() >= readable.size() {
			return dense
		}
	}
	return readable
}

// size returns how many bytes of text the blocks hold.
func (w *walker) size() int {
	n := 0
	for _, b := range w.blocks {
		n += b.End - b.Start
	}
	return n
}

func mostlyHan(s string) bool {
	n := countScripts(s)
	return n.han+n.kana+n.hangul > n.words
}

// soleArticle returns the one <article> or <main> of a page that holds nine tenths of the
// text of page, nil where there is none.
func soleArticle(root *html.Node, page *walker) *html.Node {
	var found *html.Node
	for _, a := range []atom.Atom{atom.Article, atom.Main} {
		count := 0
		for n := range root.Descendants() {
			if n.DataAtom == a && n.Type == html.ElementNode {
				count++
				found = n
			}
		}
		if count != 1 {
			continue
		}
		inside, all := 0, 0
		for _, b := range page.blocks {
			size := b.End - b.Start - b.linked
			all += size
			if within(b.node, found) {
				inside += size
			}
		}
		if inside*10 >= all*9 {
			return found
		}
	}
	return nil
}

func within(n, ancestor *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == ancestor {
			return true
		}
	}
	return false
}

// readableText runs readability on a copy of the tree, which it changes; nil if it found
// nothing.
func readableText(root *html.Node, base *url.URL) *walker {
	parser := readability.NewParser()
	parser.DisableJSONLD = true
	parser.KeepClasses = true
	article, err := parser.ParseAndMutate(cloneTree(root), base)
	if err != nil || article.Node == nil {
		return nil
	}
	return (&walker{base: base}).walk(article.Node)
}

// cloneTree copies a tree without the elements that nobody reads.
func cloneTree(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: append([]html.Attribute(nil), n.Attr...)}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.ElementNode && (child.DataAtom == atom.Script || child.DataAtom == atom.Style || child.DataAtom == atom.Svg || boilerplate(child)) {
			continue
		}
		c.AppendChild(cloneTree(child))
	}
	return c
}

// densest keeps of the blocks of page the run with the most running text: each block
// counts its length outside of links, less what a heading or a label has, so that lists of
// links and short lines end a run.
func densest(page *walker) *walker {
	weights := make([]int, len(page.blocks))
	for i, b := range page.blocks {
		text := page.source.String()[b.Start:b.End]
		size := weigh(text)
		linked := size * b.linked / max(1, len(text))
		weights[i] = size - 2*linked - 24
		switch b.Kind {
		case Heading:
			weights[i] = max(weights[i], -4)
		case Row:
			weights[i] += 16
		case Item:
			weights[i] -= 4
		}
	}
	from, until := heaviest(weights)
	out := &walker{base: page.base}
	out.source.WriteString(page.source.String())
	for i := from; i < until; i++ {
		b := page.blocks[i]
		if size := b.End - b.Start; b.linked*2 > size && weights[i] < 0 && b.Kind != Heading {
			continue
		}
		out.blocks = append(out.blocks, b)
	}
	out.links = page.links
	return out
}

// weigh counts the letters of text, a Han character as two.
func weigh(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case wide(r):
			n += 2
		case r > ' ':
			n++
		}
	}
	return n
}

// heaviest returns the run of weights with the greatest sum.
func heaviest(weights []int) (from, until int) {
	best, sum, start := 0, 0, 0
	for i, w := range weights {
		if sum <= 0 {
			sum, start = 0, i
		}
		sum += w
		if sum > best {
			best, from, until = sum, start, i+1
		}
	}
	return from, until
}

// boilerplate reports whether an element is named as what surrounds an article. The names
// are those of class and id that the web uses.
func boilerplate(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Footer, atom.Aside:
		return true
	case atom.Body, atom.Html, atom.Article, atom.Main, atom.H1:
		return false
	}
	for _, key := range []string{"class", "id"} {
		for name := range strings.FieldsSeq(attr(n, key)) {
			if boilerplateName(strings.ToLower(name)) {
				return true
			}
		}
	}
	return false
}

func boilerplateName(name string) bool {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' || r == ':' || unicode.IsDigit(r) }) {
		switch part {
		case "footer", "nav", "navbar", "navigation", "breadcrumb", "breadcrumbs", "sidebar", "comment", "comments", "disqus",
			"cookie", "cookies", "consent", "gdpr", "newsletter", "subscribe", "share", "sharing", "social", "related",
			"recommend", "recommended", "recommendation", "recommendations", "sponsor", "sponsored", "promo", "advert",
			"advertisement", "ads", "banner", "popup", "modal", "pagination", "pager", "copyright", "masthead", "toolbar", "skip", "crumbs", "crumb",
			"noprint", "printonly", "hotnews", "menu", "outbrain", "taboola":
			return true
		}
	}
	return false
}

// dateline returns the time that stands in figures near the headline: on a short line above
// or below it, before the text begins.
func dateline(d *Document, title string) (Moment, bool) {
	for i, b := range d.Blocks {
		if i == 12 {
			break
		}
		text := d.Text[b.Start:b.End]
		if !b.Posted.IsZero() && b.Kind != Update && len(text) < 120 {
			return b.Posted, true
		}
		if m, ok := stampIn(text); ok && weigh(text) < 90 {
			m.DateSource = "dateline"
			return m, true
		}
		if weigh(text) > 160 {
			break
		}
	}
	return Moment{}, false
}

// stampIn returns the first date in figures in a text.
func stampIn(text string) (Moment, bool) {
	for i := 0; i < len(text); i++ {
		if !asciiDigit(text[i]) || i > 0 && asciiDigit(text[i-1]) {
			continue
		}
		if m, n := stampAt(text[i:]); n > 0 && countFigures(text[i:]) < 8 {
			return m, true
		}
	}
	return Moment{}, false
}
