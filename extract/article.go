package extract

// The main text of an HTML page. A page whose text stands almost whole in one <article> or
// <main> is taken at its word. Else two ways compete: readability, which is best on English
// pages, and the run of blocks with the most running text (density), which is best where
// the page is mostly Han. Related articles, navigation, comments and footers are left out.

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

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
			return nil, fmt.Errorf("%w: more than %d in line %d", ErrTooDeep, maxDepth, deepLine(source))
		}
		return nil, err
	}
	doc := goquery.NewDocumentFromNode(root)
	f := headFacts(doc, p.URL)
	base, _ := url.Parse(firstText(p.URL, f.canonical))
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
	var lines []string
	reader := "article"
	if threads.covers(root) {
		w = (&walker{base: base, posted: threads.posted, skip: surroundings(root)}).walk(threads.top(root))
		w.trimThread()
		reader = "status"
		if threads.forum && p.Reader != "status" {
			reader = "post"
		}
	} else {
		main := mainText(root, base, &f.title)
		if main.list || p.Reader == "status" && main.running < 250 {
			return nil, ErrList
		}
		w, lines = main.text, main.lines
		f.published = finer(f.published, main.line)
	}
	d := r.document(w, f)
	d.datelines = lines
	d.Reader = reader
	d.Published, d.Modified = f.published, f.modified
	if d.Text == "" {
		return nil, ErrNoText
	}
	if reader == "article" && d.Published.IsZero() && !d.Modified.IsZero() {
		d.Published = d.Modified
		d.Published.DateSource, d.Published.YearSource = "modified", "modified"
	}
	if reader != "article" && d.Published.IsZero() {
		d.Published = firstPost(d)
	}
	datePosts(d)
	return []*Document{d}, nil
}

// maxDepth is how deep the parser lets elements be nested.
const maxDepth = 512

// deepLine returns the line in which elements are nested deeper than maxDepth.
func deepLine(source string) int {
	depth, line := 0, 1
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return line
		case html.StartTagToken:
			depth++
		case html.EndTagToken:
			depth--
		}
		if depth > maxDepth {
			return line
		}
		line += strings.Count(string(z.Raw()), "\n")
	}
}

// document makes a document of what a walker wrote.
func (r *Reader) document(w *walker, f facts) *Document {
	d := &Document{URL: f.canonical, Title: cleanString(f.title), Site: cleanString(f.site), Lang: f.lang, Links: w.targets(), Source: w.source.String()}
	blocks := make([]rawBlock, len(w.blocks))
	title := glyphsOf(d.Title, Span{0, len(d.Title)})
	texts := []*[]glyph{&title}
	for i, b := range w.blocks {
		g := b.glyphs
		if g == nil {
			g = glyphsOf(d.Source, b.Span)
		}
		blocks[i] = rawBlock{b.Block, cleanGlyphs(g)}
		texts = append(texts, &blocks[i].glyphs)
	}
	r.repair(d, texts)
	d.Title = textOf(title)
	d.setText(blocks)
	if len(w.blocks) >= maxBlocks {
		d.addQuality("truncated")
	}
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

// An articleText is what an article page comes to.
type articleText struct {
	text    *walker
	list    bool     // it is none, but a list of links to some
	running int      // letters of running text
	line    Moment   // the time that stands near the headline, in figures
	lines   []string // the short lines near the headline, where it may stand in words
}

// mainText chooses the main text of a page and writes it. A title that the headline begins
// (<title> often names the site as well) becomes the headline.
func mainText(root *html.Node, base *url.URL, title *string) articleText {
	skip := surroundings(root)
	page := (&walker{base: base, skip: skip}).walk(root)
	at := headlineAt(page, *title)
	var a articleText
	headline := ""
	if at >= 0 {
		headline = page.textOf(at)
		if page.blocks[at].Kind == Heading && strings.HasPrefix(*title, headline) {
			*title = headline
		}
	}
	a.text = chooseText(root, page, base, at, *title, skip)
	a.text.trim(headline)
	a.list = a.text.list(page, at, linksOf(root))
	for i := range a.text.blocks {
		if a.text.running(i) {
			a.running += weigh(a.text.textOf(i))
		}
	}
	near := nearHeadline(page, at, a.text)
	a.line = dateline(page, near)
	for _, i := range near {
		if s := page.textOf(i); weigh(s) <= 160 && page.blocks[i].Kind != Heading {
			a.lines = append(a.lines, s)
		}
	}
	return a
}

// maxReadable is how many blocks of a page readability is asked about. It takes the square
// of them, times their depth, and no article has a tenth as many.
const maxReadable = 10_000

// chooseText chooses among the ways to find the main text.
func chooseText(root *html.Node, page *walker, base *url.URL, at int, title string, skip func(*html.Node) bool) *walker {
	if n := soleArticle(root, page); n != nil {
		return (&walker{base: base, skip: skip}).walk(n)
	}
	dense := densest(page, at)
	if mostlyHan(page.source.String()) || len(page.blocks) > maxReadable {
		return dense
	}
	var headline *html.Node
	if at >= 0 {
		headline = page.blocks[at].node
	}
	readable := readableText(root, base, headline, title, skip)
	if readable == nil || readable.size() < 250 || readable.size()*3 < dense.size() {
		if readable == nil || dense.size() >= readable.size() {
			return dense
		}
	}
	return readable
}

// headlineAt returns the index of the block that shows the title of the page, a heading
// before any other block; -1 if there is none.
func headlineAt(page *walker, title string) int {
	title = strings.Join(strings.Fields(title), " ")
	if title == "" {
		return -1
	}
	at := -1
	for i, b := range page.blocks {
		s := strings.Join(strings.Fields(page.source.String()[b.Start:b.End]), " ")
		if s != title && (len(s) < 12 || len(s) > 2*len(title) || !strings.HasPrefix(title, s) && !strings.HasPrefix(s, title)) {
			continue
		}
		// A forum links the headline to the page that it stands on.
		if b.Kind == Heading && b.Level < 3 && (b.linked == 0 || b.Level == 1) {
			return i
		}
		if at < 0 && b.linked == 0 {
			at = i
		}
	}
	return at
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

// readableText runs readability on a copy of the tree, which it changes, and writes what it
// found below the headline, which it leaves out; nil if it found nothing.
func readableText(root *html.Node, base *url.URL, headline *html.Node, title string, skip func(*html.Node) bool) (w *walker) {
	defer func() {
		// It follows a script line by line and has panicked on trees that no script met.
		if recover() != nil {
			w = nil
		}
	}()
	parser := readability.NewParser()
	parser.DisableJSONLD = true
	parser.KeepClasses = true
	parser.MaxElemsToParse = 4 * maxBlocks
	article, err := parser.ParseAndMutate(cloneTree(root, skip), base)
	if err != nil || article.Node == nil {
		return nil
	}
	for n := range article.Node.Descendants() {
		if n.Type == html.ElementNode { // it renames elements and makes new ones, by name only
			n.DataAtom = atom.Lookup([]byte(n.Data))
		}
	}
	w = (&walker{base: base}).walk(article.Node)
	at := headlineAt(w, title)
	if at < 0 && headline != nil {
		w = (&walker{base: base}).walk(headline).walk(article.Node)
		at = 0
	}
	return densest(w, at)
}

// cloneTree copies a tree without the elements that nobody reads or that are to be skipped.
func cloneTree(n *html.Node, skip func(*html.Node) bool) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: append([]html.Attribute(nil), n.Attr...)}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.ElementNode && (child.DataAtom == atom.Script || child.DataAtom == atom.Style || child.DataAtom == atom.Svg) {
			continue
		}
		if child.Type == html.ElementNode && skip(child) {
			continue
		}
		c.AppendChild(cloneTree(child, skip))
	}
	return c
}

// densest keeps of the blocks of page the run with the most running text: each block
// counts its length outside of links, less what a heading or a label has, so that lists of
// links and short lines end a run. A run begins with the headline, the block at headline,
// where that is near.
func densest(page *walker, headline int) *walker {
	weights := make([]int, len(page.blocks))
	for i, b := range page.blocks {
		text := page.source.String()[b.Start:b.End]
		size := weigh(text)
		linked := size * b.linked / max(1, len(text))
		weights[i] = max(size-2*linked-24, -30) // a box of a few headlines may stand between paragraphs
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
	switch {
	case headline < 0 || headline >= until:
	case headline < from && from-headline < 12:
		from = headline
	case headline > from && sumOf(weights[from:headline])*2 < sumOf(weights[headline:until]):
		from = headline
	}
	return page.cut(from, until)
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

// nearHeadline returns the blocks among which the date of a page stands: the headline, a
// few below it and a few above; without a headline, those at the start of the main text.
func nearHeadline(page *walker, headline int, text *walker) []int {
	if headline < 0 {
		first := ""
		if len(text.blocks) > 0 {
			first = text.textOf(0)
		}
		for i := range page.blocks {
			if page.textOf(i) == first {
				headline = i
				break
			}
		}
		if headline < 0 {
			return nil
		}
	}
	order := []int{headline}
	for i := 1; i < 12; i++ {
		order = append(order, headline+i)
	}
	order = append(order, headline-1, headline-2, headline-3)
	return slices.DeleteFunc(order, func(i int) bool { return i < 0 || i >= len(page.blocks) })
}

// dateline returns the first time in a <time> or in figures on a short line among blocks.
func dateline(page *walker, near []int) Moment {
	for _, i := range near {
		b := page.blocks[i]
		text := page.textOf(i)
		if weigh(text) > 160 {
			continue
		}
		m, ok := stampIn(text)
		if !b.Posted.IsZero() {
			m, ok = b.Posted, true
		}
		if ok {
			m.DateSource = "dateline"
			return m
		}
	}
	return Moment{}
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
