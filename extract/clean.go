package extract

// From the source of a document to its text. The text is the source
//
//	- in normal form C,
//	- without mark-up that was left in it (<cand>, <a href="…">) and with entities decoded,
//	- without zero-width characters, soft hyphens, direction marks and control characters,
//	- with LF as the only line end.
//
// No-break spaces stay: they hold numbers together. Everything is done on glyphs, each of
// which knows the bytes of the source that it stands for, and the segments of the document
// are what remains of that.

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A glyph is one rune of a text in the making and the bytes source[from:to] that it
// stands for. Neighbours with the same bytes stand for them together.
type glyph struct {
	r        rune
	from, to int32
}

// A rawBlock is a block that is not yet part of a text.
type rawBlock struct {
	Block
	glyphs []glyph
}

// glyphsOf returns the glyphs of source[s.Start:s.End] as it stands.
func glyphsOf(source string, s Span) []glyph {
	g := make([]glyph, 0, s.End-s.Start)
	for i, r := range source[s.Start:s.End] {
		from := s.Start + i
		n := utf8.RuneLen(r)
		if r == utf8.RuneError && !strings.HasPrefix(source[from:], "\ufffd") {
			n = 1
		}
		g = append(g, glyph{r, int32(from), int32(from + n)})
	}
	return g
}

// textOf returns the runes of g.
func textOf(g []glyph) string {
	var b strings.Builder
	b.Grow(len(g) + len(g)/2)
	for _, x := range g {
		b.WriteRune(x.r)
	}
	return b.String()
}

// cleanGlyphs applies the rules above.
func cleanGlyphs(g []glyph) []glyph {
	return composed(visible(decodedEntities(withoutTags(g))))
}

// withoutTags leaves out elements' tags. A tag is <name>, </name>, <name/> or <name
// attribute="…">, so that "a < b" and "<3" stay; <br> becomes a space.
func withoutTags(g []glyph) []glyph {
	if !slices.ContainsFunc(g, func(x glyph) bool { return x.r == '<' }) {
		return g
	}
	out := g[:0:0]
	for i := 0; i < len(g); i++ {
		if g[i].r == '<' {
			if n, name := tagAt(g[i:]); n > 0 {
				if name == "br" {
					out = append(out, glyph{' ', g[i].from, g[i+n-1].to})
				}
				i += n - 1
				continue
			}
		}
		out = append(out, g[i])
	}
	return out
}

// tagAt returns how many glyphs the tag at the start of g has, 0 if there is none, and
// its name.
func tagAt(g []glyph) (n int, name string) {
	i := 1
	if i < len(g) && g[i].r == '/' {
		i++
	}
	start := i
	for i < len(g) && i < start+20 && (asciiLetter(g[i].r) || i > start && (g[i].r >= '0' && g[i].r <= '9' || g[i].r == '-')) {
		i++
	}
	if i == start || i == len(g) {
		return 0, ""
	}
	name = strings.ToLower(textOf(g[start:i]))
	attribute := false
	if g[i].r == ' ' {
		for i < len(g) && i < start+2000 && g[i].r != '>' && g[i].r != '<' {
			attribute = attribute || g[i].r == '=' || g[i].r == '/'
			i++
		}
		if !attribute {
			return 0, ""
		}
	}
	if i < len(g) && g[i].r == '/' {
		i++
	}
	if i < len(g) && g[i].r == '>' {
		return i + 1, name
	}
	return 0, ""
}

// decodedEntities decodes &amp;, &#8217; and the like, once, where the semicolon is there.
func decodedEntities(g []glyph) []glyph {
	if !slices.ContainsFunc(g, func(x glyph) bool { return x.r == '&' }) {
		return g
	}
	out := make([]glyph, 0, len(g))
	for i := 0; i < len(g); i++ {
		if g[i].r != '&' {
			out = append(out, g[i])
			continue
		}
		end := i + 1
		for end < len(g) && end < i+34 && (asciiLetter(g[end].r) || g[end].r >= '0' && g[end].r <= '9' || g[end].r == '#') {
			end++
		}
		if end == len(g) || g[end].r != ';' || end == i+1 {
			out = append(out, g[i])
			continue
		}
		entity := textOf(g[i : end+1])
		decoded := html.UnescapeString(entity)
		if strings.HasSuffix(decoded, ";") && entity != "&semi;" && entity != "&#59;" {
			out = append(out, g[i])
			continue
		}
		for _, r := range decoded {
			out = append(out, glyph{r, g[i].from, g[end].to})
		}
		i = end
	}
	return out
}

// visible leaves out what is not seen and makes line ends LF.
func visible(g []glyph) []glyph {
	out := g[:0:0]
	for i, x := range g {
		switch {
		case x.r == '\r':
			if i+1 < len(g) && g[i+1].r == '\n' {
				continue
			}
			x.r = '\n'
		case x.r == '\t', x.r == '\n':
		case x.r == '\f', x.r == '\v', x.r == '\u0085', x.r == '\u2028', x.r == '\u2029':
			x.r = '\n'
		case x.r < ' ', x.r >= 0x7f && x.r < 0xa0,
			x.r == '\u00ad', x.r == '\u061c', x.r == '\u180e', x.r == '\ufeff',
			x.r >= '\u200b' && x.r <= '\u200f', x.r >= '\u202a' && x.r <= '\u202e',
			x.r >= '\u2060' && x.r <= '\u206f', x.r >= 0xe0000 && x.r < 0xe0080:
			continue
		}
		out = append(out, x)
	}
	return out
}

// composed brings g into normal form C, piece by piece.
func composed(g []glyph) []glyph {
	text := textOf(g)
	if norm.NFC.IsNormalString(text) {
		return g
	}
	out := make([]glyph, 0, len(g))
	for len(text) > 0 {
		n := norm.NFC.NextBoundaryInString(text, true)
		if n <= 0 {
			n = len(text)
		}
		piece := text[:n]
		k := utf8.RuneCountInString(piece)
		if normal := norm.NFC.String(piece); normal == piece {
			out = append(out, g[:k]...)
		} else {
			for _, r := range normal {
				out = append(out, glyph{r, g[0].from, g[k-1].to})
			}
		}
		text, g = text[n:], g[k:]
	}
	return out
}

// trimGlyphs cuts white space at both ends.
func trimGlyphs(g []glyph) []glyph {
	for len(g) > 0 && isSpace(g[0].r) {
		g = g[1:]
	}
	for len(g) > 0 && isSpace(g[len(g)-1].r) {
		g = g[:len(g)-1]
	}
	return g
}

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\f', '\v', '\u0085', '\u00a0', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000':
		return true
	}
	return r >= '\u2000' && r <= '\u200a'
}

// setText makes blocks, already clean, the text of d, one a line. Empty ones are left
// out. Glyphs must stand in the order of d.Source.
func (d *Document) setText(blocks []rawBlock) {
	var text strings.Builder
	d.Blocks, d.origin = nil, nil
	for _, b := range blocks {
		g := trimGlyphs(b.glyphs)
		if len(g) == 0 {
			continue
		}
		if text.Len() > 0 {
			text.WriteByte('\n')
		}
		b.Start = text.Len()
		for i := 0; i < len(g); {
			end := i + 1 // glyphs that stand for the same bytes go together
			for end < len(g) && g[end].from == g[i].from && g[end].to == g[i].to && g[i].to > g[i].from {
				end++
			}
			s := segment{text: text.Len(), source: int(g[i].from), m: int(g[i].to - g[i].from)}
			for _, x := range g[i:end] {
				text.WriteRune(x.r)
			}
			s.n = text.Len() - s.text
			d.addSegment(s, end == i+1 && d.Source[g[i].from:g[i].to] == string(g[i].r))
			i = end
		}
		b.End = text.Len()
		d.Blocks = append(d.Blocks, b.Block)
	}
	d.Text = text.String()
}

// addSegment appends s, to the last one where both are copies of the source and meet.
func (d *Document) addSegment(s segment, same bool) {
	if k := len(d.origin); same && k > 0 {
		last := &d.origin[k-1]
		if last.same && last.text+last.n == s.text && last.source+last.m == s.source {
			last.n += s.n
			last.m += s.m
			return
		}
	}
	s.same = same
	d.origin = append(d.origin, s)
}

// Original returns the place in Source that s, a place in Text, was made of. Where the
// bytes differ (entities, normal form, repairs) it is grown to whole pieces of the source.
// It is false where s lies outside Text or holds nothing of the source.
func (d *Document) Original(s Span) (Span, bool) {
	if s.Start < 0 || s.End > len(d.Text) || s.Start > s.End {
		return Span{}, false
	}
	first, _ := slices.BinarySearchFunc(d.origin, s.Start, func(g segment, at int) int {
		if g.text+g.n <= at {
			return -1
		}
		return 1
	})
	if first == len(d.origin) || d.origin[first].text >= s.End && s.Start != s.End {
		return Span{}, false
	}
	g := d.origin[first]
	out := Span{g.source, g.source}
	if g.same && s.Start > g.text {
		out.Start += s.Start - g.text
		out.End = out.Start
	}
	if s.Start == s.End {
		return out, true
	}
	for _, g := range d.origin[first:] {
		if g.text >= s.End {
			break
		}
		out.End = g.source + g.m
		if g.same && s.End < g.text+g.n {
			out.End = g.source + s.End - g.text
		}
	}
	return out, true
}

// CodePoints returns s, a place in text counted in bytes, counted in code points.
func CodePoints(text string, s Span) Span {
	start := utf8.RuneCountInString(text[:s.Start])
	return Span{start, start + utf8.RuneCountInString(text[s.Start:s.End])}
}
