package extract

// Where on a page its article stands. Three signs tell it, none of them a word:
//
//	columns  in a table that only lays a page out, the cell with the most running text; the
//	         cells beside it, and rows below that span all columns, are something else
//	core     the smallest element that holds four fifths of the running text; what follows
//	         it is no article, however short its lines are
//	boxes    headlines of other articles: blocks that are links as a whole, and the label
//	         that stands before them

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// layoutTable reports whether a table lays a page out, and holds no data: it says so, it
// holds tables or the headline, or a cell without heads of columns holds several
// paragraphs or a list among other text.
func layoutTable(table *html.Node) bool {
	switch attr(table, "role") {
	case "presentation", "none":
		return true
	}
	heads := false
	paragraphs, breaks, lists := map[*html.Node]int{}, map[*html.Node]int{}, map[*html.Node]int{}
	loose := map[*html.Node]bool{} // text outside of lists
	var visit func(n, cell *html.Node, list bool) bool
	visit = func(n, cell *html.Node, list bool) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode && !list && strings.TrimSpace(c.Data) != "" {
				loose[cell] = true
			}
			if c.Type != html.ElementNode {
				continue
			}
			in, inList := cell, list
			switch c.DataAtom {
			case atom.Table, atom.H1, atom.H2:
				return true
			case atom.Th, atom.Thead, atom.Caption:
				heads = true
				in = c
			case atom.Td:
				in = c
			case atom.P:
				paragraphs[cell]++
			case atom.Br:
				breaks[cell]++
			case atom.Ul, atom.Ol:
				lists[cell]++
				inList = true
			}
			if visit(c, in, inList) {
				return true
			}
		}
		return false
	}
	if visit(table, nil, false) {
		return true
	}
	if heads {
		return false
	}
	for cell, n := range paragraphs {
		if n > 1 || n+breaks[cell] > 4 {
			return true
		}
	}
	for _, n := range breaks {
		if n > 4 {
			return true
		}
	}
	for cell := range lists {
		if loose[cell] {
			return true
		}
	}
	return false
}

// columns returns the cells and rows of layout tables that are not the column of the
// article. sizes are those of textSizes.
func columns(root *html.Node, sizes map[*html.Node]int) map[*html.Node]bool {
	out := map[*html.Node]bool{}
	for table := range root.Descendants() {
		if table.DataAtom != atom.Table || table.Type != html.ElementNode || !layoutTable(table) {
			continue
		}
		var main *html.Node // the row of columns with the most text
		most := 0
		for _, row := range rowsOf(table) {
			cells := cellsOf(row)
			if len(cells) < 2 {
				continue
			}
			largest := 0
			for _, cell := range cells {
				largest = max(largest, sizes[cell])
			}
			if largest > most {
				main, most = row, largest
			}
			for _, cell := range cells {
				// A time or a name beside what it belongs to is short.
				if size := sizes[cell]; largest >= 120 && size*2 < largest && (size >= 40 || size == 0) {
					out[cell] = true
				}
			}
		}
		if main == nil || most < 120 {
			continue
		}
		below := false
		for _, row := range rowsOf(table) {
			if row == main {
				below = true
				continue
			}
			cells := cellsOf(row)
			if !below || len(cells) != 1 {
				continue
			}
			if span, err := strconv.Atoi(attr(cells[0], "colspan")); err == nil && span > 1 && sizes[cells[0]]*4 < most {
				out[cells[0]] = true
			}
		}
	}
	return out
}

// rowsOf returns the rows of a table, not of tables inside.
func rowsOf(table *html.Node) []*html.Node {
	var out []*html.Node
	for c := table.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Tr:
			out = append(out, c)
		case atom.Tbody, atom.Thead, atom.Tfoot:
			out = append(out, rowsOf(c)...)
		}
	}
	return out
}

func cellsOf(row *html.Node) []*html.Node {
	var out []*html.Node
	for c := row.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.DataAtom == atom.Td || c.DataAtom == atom.Th) {
			out = append(out, c)
		}
	}
	return out
}

// textSizes counts for each block element the letters below it that are read and lie
// outside of links.
func textSizes(root *html.Node) map[*html.Node]int {
	sizes := map[*html.Node]int{}
	var count func(n *html.Node) int
	count = func(n *html.Node) int {
		if n.Type == html.TextNode {
			return weigh(n.Data)
		}
		if n.Type == html.ElementNode && (n.DataAtom == atom.A || unread(n)) {
			return 0
		}
		size := 0
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			size += count(c)
		}
		if n.Type != html.ElementNode || blockElement(n) {
			sizes[n] = size
		}
		return size
	}
	count(root)
	return sizes
}

// running reports whether block i is running text: it ends like a sentence or is longer
// than any label, and is no link, no heading and no notice of rights.
func (w *walker) running(i int) bool {
	b := w.blocks[i]
	s := w.textOf(i)
	size := weigh(s)
	share := 2 // of the text may be links; of a line, a third
	if size < 120 {
		share = 3
	}
	linked := b.linked*share > b.End-b.Start && !strings.Contains(s, "://") // an address written out is text
	if b.Kind == Heading || linked || strings.Contains(s, "©") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»」』)） "))
	if sentenceEnd(last) && last != '!' && last != '！' {
		return size > 24
	}
	return size > 90
}

// textOf returns the text of block i.
func (w *walker) textOf(i int) string {
	b := w.blocks[i]
	return strings.TrimSpace(w.source.String()[b.Start:b.End])
}

// core returns the smallest element that holds four fifths of the running text; nil if
// there is none.
func (w *walker) core() *html.Node {
	own, tops := map[*html.Node]int{}, map[*html.Node]int{}
	for i, b := range w.blocks {
		if b.node == nil || !w.running(i) {
			continue
		}
		size := weigh(w.textOf(i))
		own[b.node] += size
		top := b.node
		for top.Parent != nil {
			top = top.Parent
		}
		tops[top] += size
	}
	var core *html.Node // readability leaves the text in a tree of its own
	for top, size := range tops {
		if core == nil || size > tops[core] {
			core = top
		}
	}
	if core == nil {
		return nil
	}
	below := map[*html.Node]int{}
	var sum func(n *html.Node) int
	sum = func(n *html.Node) int {
		size := own[n]
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			size += sum(c)
		}
		if size > 0 {
			below[n] = size
		}
		return size
	}
	all := sum(core)
	for {
		next := core
		for c := core.FirstChild; c != nil; c = c.NextSibling {
			if below[c]*5 >= all*4 {
				next = c
			}
		}
		if next == core {
			return core
		}
		core = next
	}
}

// trim leaves out what is no article: blocks behind its core, unless they are long running
// text, and boxes of headlines.
func (w *walker) trim(headline string) {
	core := w.core()
	if core == nil {
		return
	}
	last := -1
	for i := range w.blocks {
		if within(w.blocks[i].node, core) {
			last = i
		}
	}
	drop := make([]bool, len(w.blocks))
	for i := range w.blocks {
		b := w.blocks[i]
		s := w.textOf(i)
		switch {
		case b.node == nil:
		case i > last:
			drop[i] = !w.running(i) || weigh(s) < 160
		case s == headline:
		case b.linked*2 > b.End-b.Start && b.Kind != Row && b.Kind != Term && !w.running(i) && weigh(s) > 16:
			drop[i] = true
		}
	}
	// A label stands before a box only.
	for i := len(drop) - 2; i >= 0; i-- {
		if s := w.textOf(i); !drop[i] && drop[i+1] && s != headline && i+1 <= last && weigh(s) <= 40 && !w.running(i) && label(s) && boxEnds(drop, i+1) {
			drop[i] = true
		}
	}
	kept := w.blocks[:0]
	for i, b := range w.blocks {
		if !drop[i] {
			kept = append(kept, b)
		}
	}
	w.blocks = kept
}

// trimThread leaves out the links around the entries of a thread, and the labels of lists
// of them.
func (w *walker) trimThread() {
	first, last := len(w.blocks), -1
	for i, b := range w.blocks {
		if b.Kind == Update {
			first, last = min(first, i), i
		}
	}
	kept := w.blocks[:0]
	for i, b := range w.blocks {
		linked := func(b htmlBlock) bool { return b.linked*2 > b.End-b.Start && (b.Kind != Heading || b.Level > 1) }
		drop := i < first && linked(b) || i > last && linked(b)
		if i > last && i+1 < len(w.blocks) && linked(w.blocks[i+1]) && label(w.textOf(i)) {
			drop = true
		}
		if !drop {
			kept = append(kept, b)
		}
	}
	w.blocks = kept
}

// boxEnds reports whether two or more blocks from at on are dropped, or all to the end.
func boxEnds(drop []bool, at int) bool {
	n := 0
	for at+n < len(drop) && drop[at+n] {
		n++
	}
	return n > 1 || at+n == len(drop)
}

// label reports whether a line is one that names what follows: no figure, no sentence.
func label(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return !strings.ContainsFunc(s, unicode.IsDigit) && !sentenceEnd(last)
}

// list reports whether a page has no running text of its own: none but a sentence that no
// headline stands over, or teasers, each a linked headline and a sentence or two. w is its
// main text, links how many links it has.
func (w *walker) list(page *walker, headline, links int) bool {
	text, longest := 0, 0
	for i := range w.blocks {
		if w.running(i) {
			n := weigh(w.textOf(i))
			text += n
			longest = max(longest, n)
		}
	}
	if text == 0 {
		return len(page.links) > 2
	}
	if text < 120 && headline < 0 && links > 2 {
		return true
	}
	// Teasers: running text that directly follows a linked headline.
	teasers, teased := 0, 0
	all := 0
	for i := range page.blocks {
		if !page.running(i) {
			continue
		}
		n := weigh(page.textOf(i))
		all += n
		for k := i - 1; k >= 0 && k >= i-3; k-- {
			b := page.blocks[k]
			if page.running(k) {
				break
			}
			if size := weigh(page.textOf(k)); b.linked*10 >= (b.End-b.Start)*8 && size >= 16 && size < 300 {
				if n < 500 {
					teasers++
					teased += n
				}
				break
			}
		}
	}
	return teasers > 2 && teased*10 >= all*7 && longest < 500
}

// linksOf counts the links below root.
func linksOf(root *html.Node) int {
	n := 0
	for d := range root.Descendants() {
		if d.DataAtom == atom.A && attr(d, "href") != "" {
			n++
		}
	}
	return n
}
