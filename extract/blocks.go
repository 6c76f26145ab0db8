package extract

// From a tree of HTML to blocks: what a browser would set on lines of its own. White space
// is as a browser shows it; cells of a row and a term and its explanation are told apart by
// a tab. What no reader of an article reads (scripts, navigation, buttons, hidden elements)
// is left out. The text of the blocks, one a line, is the Source of an HTML document.

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxBlocks is how many blocks of a page are read. Tables of ten thousand rows are met;
// what has more is no text, and is cut with the quality "truncated".
const maxBlocks = 50_000

// An htmlBlock is a block of a page. Its Span lies in the walker's source.
type htmlBlock struct {
	Block
	linked int // bytes inside of links
	node   *html.Node
	glyphs []glyph // where they are not the source as it stands
}

// A walker writes the blocks of a tree.
type walker struct {
	source strings.Builder
	blocks []htmlBlock
	links  []foundLink
	base   *url.URL
	skip   func(*html.Node) bool // elements to leave out beside those that are never read
	posted func(*html.Node) (update, bool)
	layout map[*html.Node]bool // whether a table that was met lays the page out

	// The block being written.
	open   bool
	block  htmlBlock
	space  bool // white space is due before the next word
	breaks int  // <br> since the last word
	last   rune // written
	inline int  // > 0 inside of a cell: blocks do not end
	linked int  // > 0 inside of a link
}

// A foundLink is the target of a link and where in the source it stands.
type foundLink struct {
	target string
	at     int
}

// targets returns the links in blocks, each once.
func (w *walker) targets() []string {
	var out []string
	seen := map[string]bool{}
	k := 0
	for _, b := range w.blocks {
		for ; k < len(w.links) && w.links[k].at <= b.End; k++ {
			if l := w.links[k]; l.at >= b.Start && !seen[l.target] {
				seen[l.target] = true
				out = append(out, l.target)
			}
		}
	}
	return out
}

// cut keeps the blocks from up to until, and of the source what they stand in.
func (w *walker) cut(from, until int) *walker {
	out := &walker{base: w.base}
	if from >= until {
		return out
	}
	start, end := w.blocks[from].Start, w.blocks[until-1].End
	out.source.WriteString(w.source.String()[start:end])
	for _, b := range w.blocks[from:until] {
		b.Start -= start
		b.End -= start
		g := make([]glyph, len(b.glyphs))
		for i, x := range b.glyphs {
			g[i] = glyph{x.r, x.from - int32(start), x.to - int32(start)}
		}
		if b.glyphs != nil {
			b.glyphs = g
		}
		out.blocks = append(out.blocks, b)
	}
	for _, l := range w.links {
		if l.at >= start && l.at <= end {
			out.links = append(out.links, foundLink{l.target, l.at - start})
		}
	}
	return out
}

// A context is what an element passes on to those inside it.
type context struct {
	kind  Kind
	level int
	entry update
}

// An update is what an element says of the entry of a status thread that it is.
type update struct {
	posted Moment
	status string
}

// walk writes the blocks of n and returns the walker.
func (w *walker) walk(n *html.Node) *walker {
	w.node(n, context{kind: Paragraph})
	w.flush()
	return w
}

func (w *walker) node(n *html.Node, c context) {
	if len(w.blocks) >= maxBlocks {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n, c)
		return
	case html.DocumentNode:
		w.children(n, c)
		return
	case html.ElementNode:
	default:
		return
	}
	if unread(n) || w.skip != nil && w.skip(n) {
		return
	}
	if w.posted != nil {
		if u, ok := w.posted(n); ok {
			w.flush()
			c.kind, c.level, c.entry = Update, 0, u
			w.children(n, c)
			w.flush()
			return
		}
	}
	switch n.DataAtom {
	case atom.Br:
		w.breaks++
		return
	case atom.A:
		w.link(n, c)
		return
	case atom.Time:
		if m, ok := parseStamp(attr(n, "datetime")); ok && c.kind != Update {
			w.begin(n, c)
			if w.block.Posted.IsZero() {
				w.block.Posted = m
			}
		}
		w.children(n, c)
		return
	case atom.Pre:
		w.pre(n, c)
		return
	case atom.Tr:
		if w.inline == 0 && w.dataRow(n) {
			w.row(n, c)
			return
		}
	case atom.Dl:
		if w.inline == 0 {
			w.terms(n, c)
			return
		}
	}
	if !blockElement(n) {
		w.children(n, c)
		return
	}
	w.flush()
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		c.kind, c.level = Heading, int(n.Data[1]-'0')
	case atom.Li:
		if c.kind != Update {
			c.kind = Item
		}
	case atom.Blockquote:
		if c.kind != Update {
			c.kind = Quote
		}
	}
	w.children(n, c)
	w.flush()
}

func (w *walker) children(n *html.Node, c context) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.node(child, c)
	}
}

// begin opens a block for c if none is open.
func (w *walker) begin(n *html.Node, c context) {
	if w.open {
		return
	}
	w.open = true
	w.block = htmlBlock{Block: Block{Kind: c.kind, Level: c.level, Posted: c.entry.posted, Status: c.entry.status}, node: n}
	if c.kind != Heading {
		w.block.Level = 0
	}
	w.block.Start = w.source.Len()
	w.last = 0
}

// flush ends the open block; inside of a cell it is only a space.
func (w *walker) flush() {
	if w.inline > 0 {
		w.space = true
		return
	}
	w.breaks, w.space = 0, false
	if !w.open {
		return
	}
	w.open = false
	w.block.End = w.source.Len()
	if w.block.End > w.block.Start {
		w.blocks = append(w.blocks, w.block)
		w.source.WriteByte('\n')
	}
}

// text writes the words of a text node.
func (w *walker) text(n *html.Node, c context) {
	for _, r := range n.Data {
		switch r {
		case ' ', '\t', '\n', '\r', '\f':
			w.space = true
			continue
		}
		if w.breaks > 0 {
			w.lineBreak(r)
		}
		w.begin(n.Parent, c)
		if w.space && w.last != 0 && w.last != '\t' {
			w.write(' ')
		}
		w.space = false
		w.write(r)
	}
}

func (w *walker) write(r rune) {
	if r == utf8.RuneError || !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	w.source.WriteRune(r)
	w.last = r
	if w.linked > 0 {
		w.block.linked += utf8.RuneLen(r)
	}
}

// lineBreak decides what <br> before r is: one inside of a sentence that goes on in lower
// case is a space, any other ends the block.
func (w *walker) lineBreak(r rune) {
	goesOn := w.breaks == 1 && unicode.IsLower(r) && (unicode.IsLower(w.last) || w.last == ',')
	w.breaks = 0
	if goesOn {
		w.space = true
		return
	}
	w.flush()
}

func (w *walker) link(n *html.Node, c context) {
	block := hasBlock(n)
	if block {
		w.flush()
	}
	if target := absolute(w.base, attr(n, "href")); target != "" {
		w.links = append(w.links, foundLink{target, w.source.Len()})
	}
	w.linked++
	w.children(n, c)
	w.linked--
	if block {
		w.flush()
	}
}

// absolute resolves a link against the page; "" for what leads nowhere on the web.
func absolute(base *url.URL, href string) string {
	href = strings.TrimSpace(href)
	if href == "" || href[0] == '#' {
		return ""
	}
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// dataRow reports whether a table row holds data.
func (w *walker) dataRow(tr *html.Node) bool {
	table := tr.Parent
	for table != nil && table.DataAtom != atom.Table {
		table = table.Parent
	}
	if table != nil {
		layout, known := w.layout[table]
		if !known {
			if w.layout == nil {
				w.layout = map[*html.Node]bool{}
			}
			layout = layoutTable(table)
			w.layout[table] = layout
		}
		if layout {
			return false
		}
	}
	return dataCells(tr)
}

// row writes a table row as one block.
func (w *walker) row(n *html.Node, c context) {
	w.flush()
	if c.kind != Update {
		c.kind = Row
	}
	first := true
	for cell := n.FirstChild; cell != nil; cell = cell.NextSibling {
		if cell.Type != html.ElementNode || cell.DataAtom != atom.Td && cell.DataAtom != atom.Th {
			continue
		}
		if !first {
			w.tab(cell, c)
		}
		first = false
		w.inside(cell, c)
	}
	w.trimTabs()
	w.flush()
}

// inside writes n as part of the open block.
func (w *walker) inside(n *html.Node, c context) {
	w.inline++
	w.children(n, c)
	w.inline--
	w.space, w.breaks = false, 0
}

// tab sets a tab between two cells; an empty one keeps its place.
func (w *walker) tab(n *html.Node, c context) {
	w.begin(n, c)
	w.space = false
	w.write('\t')
}

// trimTabs drops a row that holds nothing but tabs.
func (w *walker) trimTabs() {
	if w.open && strings.Trim(w.source.String()[w.block.Start:], "\t") == "" {
		w.open = false
	}
}

// terms writes a list of terms: each term and its first explanation are one block.
func (w *walker) terms(n *html.Node, c context) {
	w.flush()
	outer := c
	if c.kind != Update {
		c.kind = Term
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type != html.ElementNode {
			continue
		}
		switch {
		case child.DataAtom == atom.Dt:
			w.flush()
			w.begin(child, c)
			w.inside(child, c)
		case child.DataAtom == atom.Dd && w.open && w.last != 0 && !hasBlock(child):
			w.tab(child, c)
			w.inside(child, c)
			w.flush()
		case child.DataAtom == atom.Div: // a pair may be wrapped
			w.flush()
			w.terms(child, outer)
		default:
			w.flush()
			w.node(child, outer)
			w.flush()
		}
	}
	w.flush()
}

// pre writes preformatted text: its paragraphs, list items and lines are blocks.
func (w *walker) pre(n *html.Node, c context) {
	if w.inline > 0 {
		w.children(n, c)
		return
	}
	w.flush()
	var raw strings.Builder
	rawText(n, &raw)
	start := w.source.Len()
	w.source.WriteString(strings.ToValidUTF8(raw.String(), "\ufffd"))
	w.source.WriteByte('\n')
	in := Span{start, w.source.Len()}
	var blocks []rawBlock
	if c.kind == Update { // the entries of Google Cloud are Markdown
		m := markdown{source: w.source.String(), base: w.base}
		blocks = plainOf(keepFilled(m.blocks(in)))
		for _, target := range m.links {
			w.links = append(w.links, foundLink{target, start})
		}
	} else {
		blocks = plainBlocks(w.source.String(), in)
	}
	for _, b := range blocks {
		if c.kind == Update && b.Kind != Heading || c.kind == Item || c.kind == Quote {
			b.Kind, b.Level = c.kind, 0
		}
		b.Posted, b.Status = c.entry.posted, c.entry.status
		w.blocks = append(w.blocks, htmlBlock{Block: b.Block, node: n, glyphs: b.glyphs})
	}
}

// rawText writes the text of n as it stands, <br> as a line end.
func rawText(n *html.Node, b *strings.Builder) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case n.DataAtom == atom.Br:
		b.WriteByte('\n')
	case n.Type == html.ElementNode && unread(n):
		return
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		rawText(child, b)
	}
}
