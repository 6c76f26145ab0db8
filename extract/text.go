package extract

// Markdown and plain text, with or without front matter. Source is the file as it was
// decoded, and every span of the text leads back into it.
//
//	---                          front matter, see frontmatter.go
//	title: …
//	---
//	# Heading                    the marks of headings, emphasis, links, images, quotes and
//	* [label](target)            items are left out; labels stay
//
// Pages that a crawler turned into Markdown bring their menus and footers along. Such runs
// of short blocks at both ends are kept as Tail. Signs of no language tell them: no
// sentence in them, links without other words, tags, a copyright line.

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/crawler"
)

// readText returns the document of a text.
func (r *Reader) readText(source string, p *crawler.Page) ([]*Document, error) {
	d := &Document{Reader: "text", Source: source}
	body := Span{0, len(source)}
	if strings.HasPrefix(source, "\ufeff") {
		body.Start = len("\ufeff")
	}
	var front frontMatter
	front, body = readFrontMatter(source, body)
	d.URL, d.Title, d.Site, d.Lang = front.url, cleanString(front.title), cleanString(front.site), front.lang
	d.Published, d.Modified = front.published, front.modified
	m := markdown{source: source}
	m.base, _ = url.Parse(d.URL)
	blocks := m.blocks(body)
	if len(blocks) == 0 { // the head tells what the text was to tell
		for _, at := range front.summaries {
			blocks = append(blocks, m.blocks(at)...)
		}
	}
	title := glyphsOf(d.Title, Span{0, len(d.Title)})
	texts := []*[]glyph{&title}
	for i := range blocks {
		blocks[i].glyphs = cleanGlyphs(blocks[i].glyphs)
		texts = append(texts, &blocks[i].glyphs)
	}
	d.Links = m.links
	if m.full {
		d.addQuality("truncated")
	}
	r.repair(d, texts)
	d.Title = textOf(title)
	blocks = keepFilled(blocks)
	titleAt := titleBlock(d, blocks)
	if d.Title == "" && titleAt >= 0 {
		d.Title = strings.TrimSpace(textOf(blocks[titleAt].glyphs))
	}
	markTails(blocks, titleAt)
	d.setText(plainOf(blocks))
	if d.Text == "" {
		return nil, ErrNoText
	}
	d.datelines = shortLines(d)
	if stamp, ok := textDateline(d); ok && (d.Published.IsZero() || differ(d.Published, stamp) || stamp.Precision > d.Published.Precision) {
		d.Published = stamp
	}
	if when, ok := urlDate(d.URL); ok && d.Published.IsZero() {
		d.Published = when
	}
	if d.Published.IsZero() && !d.Modified.IsZero() {
		d.Published = d.Modified
		d.Published.DateSource, d.Published.YearSource = "modified", "modified"
	}
	return []*Document{d}, nil
}

// differ reports whether two moments tell of different days, by ten days at most: the
// front matter of a crawl often has the day after, or that of another zone.
func differ(a, b Moment) bool {
	from, _ := a.Bounds()
	other, _ := b.Bounds()
	days := from.Sub(other).Hours() / 24
	return a.Date() != b.Date() && days < 10 && days > -10
}

// markdown reads the blocks of a Markdown text. A plain text is one without marks.
type markdown struct {
	source string
	base   *url.URL
	links  []string
	seen   map[string]bool // links
	full   bool            // there are more blocks than are read

	sought int // glyphs looked at for links; above maxSought brackets are brackets
}

const maxSought = 20 << 20

// A mdBlock is a rawBlock and what tells tails.
type mdBlock struct {
	rawBlock
	runes  int // of text
	linked int // of these inside links
	image  bool
	tag    bool // a heading of the first level among others: "# ChatGPT"
}

// blocks returns the blocks of source[body.Start:body.End].
func (m *markdown) blocks(body Span) []mdBlock {
	var out []mdBlock
	fence := ""
	var text []Span // lines not yet read
	flush := func() {
		if len(text) == 0 {
			return
		}
		for _, b := range plainBlocks(m.source, Span{text[0].Start, text[len(text)-1].End}) {
			out = append(out, m.inline(b))
		}
		text = nil
	}
	lines := lineSpans(m.source, body)
	for i, line := range lines {
		if len(out)+len(text) >= maxBlocks {
			m.full = true
			break
		}
		s := m.source[line.Start:line.End]
		trim := strings.TrimSpace(s)
		indent := len(s) - len(strings.TrimLeft(s, " \t"))
		switch {
		case fence != "":
			if strings.HasPrefix(trim, fence) {
				fence = ""
			} else if trim != "" {
				out = append(out, mdBlock{rawBlock: rawBlock{Block{Kind: Paragraph}, glyphsOf(m.source, line)}})
			}
		case strings.HasPrefix(trim, "```"), strings.HasPrefix(trim, "~~~"):
			flush()
			fence = trim[:3]
		case headingLevel(trim) > 0:
			flush()
			level := headingLevel(trim)
			from := line.Start + indent + level
			end := line.Start + indent + len(strings.TrimRight(trim, "# "))
			if end > from {
				out = append(out, m.inline(rawBlock{Block{Kind: Heading, Level: level}, glyphsOf(m.source, Span{from, end})}))
			}
		case rule(trim):
			// Under a line of text it makes it a heading.
			if (trim[0] == '=' || trim[0] == '-') && len(text) > 0 && i > 0 && text[len(text)-1] == lines[i-1] && strings.TrimSpace(m.source[lines[i-1].Start:lines[i-1].End]) != "" {
				title := text[len(text)-1]
				text = text[:len(text)-1]
				flush()
				out = append(out, m.inline(rawBlock{Block{Kind: Heading, Level: 1}, glyphsOf(m.source, title)}))
				continue
			}
			flush()
		case strings.HasPrefix(trim, ">"):
			flush()
			from := line.Start + indent
			for from < line.End && (m.source[from] == '>' || m.source[from] == ' ') {
				from++
			}
			if from < line.End {
				out = append(out, m.inline(rawBlock{Block{Kind: Quote}, glyphsOf(m.source, Span{from, line.End})}))
			}
		case len(trim) > 1 && trim[0] == '|' && strings.Count(trim, "|") > 1:
			flush()
			if strings.Trim(trim, "|:- ") != "" {
				out = append(out, m.inline(rawBlock{Block{Kind: Row}, tableRow(glyphsOf(m.source, Span{line.Start + indent, line.Start + indent + len(trim)}))}))
			}
		default:
			text = append(text, line)
		}
	}
	flush()
	for i := range out {
		for _, g := range out[i].glyphs {
			if !isSpace(g.r) {
				out[i].runes++
			}
		}
	}
	return out
}

// headingLevel returns the level of a heading "## …", 0 for any other line. A hashtag is
// none: the marks are followed by a space.
func headingLevel(line string) int {
	n := len(line) - len(strings.TrimLeft(line, "#"))
	if n < 1 || n > 6 || n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return 0
	}
	return n
}

// rule reports whether a line is a ruler: ---, ***, ___, ===.
func rule(line string) bool {
	if len(line) < 3 || !strings.Contains("-*_=", line[:1]) {
		return false
	}
	return strings.Trim(line, line[:1]+" ") == ""
}

// tableRow turns the bars between cells into tabs.
func tableRow(g []glyph) []glyph {
	var out []glyph
	for i, x := range g {
		if x.r != '|' {
			out = append(out, x)
			continue
		}
		out = trimGlyphsRight(out)
		if i > 0 && i < len(g)-1 {
			out = append(out, glyph{'\t', x.from, x.to})
		}
	}
	// The space after a tab is padding.
	spaced := out[:0]
	for i, x := range out {
		if x.r == ' ' && (i == 0 || len(spaced) > 0 && spaced[len(spaced)-1].r == '\t') {
			continue
		}
		spaced = append(spaced, x)
	}
	return spaced
}

// inline leaves out the marks inside of a block: images, links but for their labels,
// emphasis, code marks and backslashes.
func (m *markdown) inline(b rawBlock) mdBlock {
	out := mdBlock{rawBlock: rawBlock{Block: b.Block}}
	g := b.glyphs
	out.glyphs = make([]glyph, 0, len(g))
	for i := 0; i < len(g); {
		if g[i].r == '\\' && i+1 < len(g) && strings.ContainsRune("\\`*_{}[]()#+-.!|>~", g[i+1].r) {
			out.glyphs = append(out.glyphs, glyph{g[i+1].r, g[i].from, g[i+1].to})
			i += 2
			continue
		}
		if g[i].r == '!' && i+1 < len(g) && g[i+1].r == '[' {
			if _, _, end, ok := m.linkAt(g, i+1); ok {
				out.image = true
				i = end
				continue
			}
		}
		if g[i].r == '[' {
			if label, target, end, ok := m.linkAt(g, i); ok {
				m.link(target)
				inner := m.inline(rawBlock{Block: b.Block, glyphs: label})
				out.image = out.image || inner.image
				out.linked += len(inner.glyphs)
				out.glyphs = append(out.glyphs, inner.glyphs...)
				i = end
				continue
			}
		}
		if g[i].r == '<' && i+8 < len(g) && g[i+1].r == 'h' {
			if n := slices.IndexFunc(g[i:], func(x glyph) bool { return x.r == '>' || x.r == ' ' }); n > 0 && g[i+n].r == '>' && m.link(textOf(g[i+1:i+n])) {
				out.glyphs = append(out.glyphs, g[i+1:i+n]...)
				out.linked += n - 1
				i += n + 1
				continue
			}
		}
		if n := bareLink(g[i:]); n > 0 && (i == 0 || !asciiLetter(g[i-1].r)) {
			m.link(textOf(g[i : i+n]))
			out.glyphs = append(out.glyphs, g[i:i+n]...)
			i += n
			continue
		}
		if n := emphasis(g, i); n > 0 {
			i += n
			continue
		}
		out.glyphs = append(out.glyphs, g[i])
		i++
	}
	return out
}

// linkAt reads [label](target) at g[i].
func (m *markdown) linkAt(g []glyph, i int) (label []glyph, target string, end int, ok bool) {
	if m.sought > maxSought {
		return nil, "", 0, false
	}
	depth := 0
	j := i
	for ; j < len(g) && j < i+2000; j++ {
		if g[j].r == '[' {
			depth++
		} else if g[j].r == ']' {
			if depth--; depth == 0 {
				break
			}
		}
	}
	m.sought += j - i
	if j+1 >= len(g) || g[j].r != ']' || g[j+1].r != '(' {
		return nil, "", 0, false
	}
	depth = 0
	for k := j + 1; k < len(g) && k < j+4000; k++ {
		if g[k].r == '(' {
			depth++
		} else if g[k].r == ')' {
			if depth--; depth == 0 {
				target, _, _ = strings.Cut(strings.TrimSpace(textOf(g[j+2:k])), " ")
				return g[i+1 : j], strings.Trim(target, "<>"), k + 1, true
			}
		}
	}
	return nil, "", 0, false
}

// bareLink returns how many glyphs a URL at the start of g has.
func bareLink(g []glyph) int {
	if len(g) < 10 || g[0].r != 'h' {
		return 0
	}
	if head := textOf(g[:8]); !strings.HasPrefix(head, "http://") && head != "https://" {
		return 0
	}
	n := slices.IndexFunc(g, func(x glyph) bool { return x.r <= ' ' || x.r >= utf8.RuneSelf || strings.ContainsRune("<>\"`|", x.r) })
	if n < 0 {
		n = len(g)
	}
	for n > 0 && strings.ContainsRune(".,;:!?)]'*_", g[n-1].r) {
		n--
	}
	return n
}

// emphasis returns how many marks of emphasis or code stand at g[i]. A single * or _
// between letters or digits (5*3, snake_case) and one with spaces around are none.
func emphasis(g []glyph, i int) int {
	r := g[i].r
	if r != '*' && r != '_' && r != '`' && r != '~' {
		return 0
	}
	n := 1
	for i+n < len(g) && g[i+n].r == r {
		n++
	}
	before, after := ' ', ' '
	if i > 0 {
		before = g[i-1].r
	}
	if i+n < len(g) {
		after = g[i+n].r
	}
	plain := func(r rune) bool { return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	switch {
	case r == '`':
		return n
	case r == '~' && n != 2:
		return 0
	case n > 4 && isSpace(before) && isSpace(after): // masked words: ******
		return 0
	case isSpace(before) && isSpace(after):
		return 0
	case r == '_' && plain(before) && plain(after):
		return 0
	case r == '*' && n == 1 && unicode.IsDigit(before) && unicode.IsDigit(after):
		return 0
	case n > 4 && (wide(before) || wide(after)) && !isSpace(before) && !isSpace(after):
		return 0
	}
	return n
}

// link notes the target of a link and reports whether it leads to the web.
func (m *markdown) link(target string) bool {
	t := absolute(m.base, target)
	if t == "" {
		return false
	}
	if !m.seen[t] {
		if m.seen == nil {
			m.seen = map[string]bool{}
		}
		m.seen[t] = true
		m.links = append(m.links, t)
	}
	return true
}
