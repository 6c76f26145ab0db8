package extract

// From plain text to blocks: paragraphs stand between blank lines; a list item and a heading
// are blocks of their own; lines that were broken at a fixed width are joined, others are a
// block each.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plainBlocks returns the blocks of source[in.Start:in.End]. A block's Span lies in source;
// its glyphs leave out the mark of an item and the line ends inside.
func plainBlocks(source string, in Span) []rawBlock {
	var blocks []rawBlock
	for _, lines := range paragraphs(lineSpans(source, in), source) {
		wrapped := hardWrapped(source, lines)
		var group []Span
		kind := Paragraph
		flush := func() {
			if len(group) > 0 {
				blocks = append(blocks, joined(source, group, kind))
			}
			group, kind = nil, Paragraph
		}
		for _, line := range lines {
			mark, item := bullet(source[line.Start:line.End])
			indented := strings.HasPrefix(source[line.Start:line.End], "  ")
			goesOn := len(group) > 0 && (kind == Item && indented || kind == Paragraph && wrapped)
			if item || !goesOn {
				flush()
			}
			if item {
				kind = Item
			}
			group = append(group, Span{line.Start + mark, line.End})
		}
		flush()
	}
	return blocks
}

// joined makes one block of lines. The line ends between become a space, or nothing where
// Han meets Han.
func joined(source string, lines []Span, kind Kind) rawBlock {
	b := rawBlock{Block: Block{Kind: kind, Span: Span{lines[0].Start, lines[len(lines)-1].End}}}
	for i, line := range lines {
		if i > 0 {
			line.Start += len(source[line.Start:line.End]) - len(strings.TrimLeft(source[line.Start:line.End], " \t\u3000"))
			last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(source[:lines[i-1].End], " \t\r\u3000"))
			first, _ := utf8.DecodeRuneInString(source[line.Start:line.End])
			if !wide(last) || !wide(first) {
				end := lines[i-1].End
				b.glyphs = append(trimGlyphsRight(b.glyphs), glyph{' ', int32(end), int32(line.Start)})
			}
		}
		b.glyphs = append(b.glyphs, glyphsOf(source, line)...)
	}
	return b
}

// trimGlyphsRight cuts white space at the end.
func trimGlyphsRight(g []glyph) []glyph {
	for len(g) > 0 && isSpace(g[len(g)-1].r) {
		g = g[:len(g)-1]
	}
	return g
}

// wide reports whether r is written without spaces around it.
func wide(r rune) bool {
	if r < 0x2e80 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff61
}

// lineSpans returns the lines of source[in.Start:in.End] without their ends.
func lineSpans(source string, in Span) []Span {
	var lines []Span
	at := in.Start
	for line := range strings.Lines(source[in.Start:in.End]) {
		lines = append(lines, Span{at, at + len(strings.TrimRight(line, "\r\n"))})
		at += len(line)
	}
	return lines
}

// paragraphs parts lines at the blank ones.
func paragraphs(lines []Span, source string) [][]Span {
	var out [][]Span
	var current []Span
	for _, line := range lines {
		if strings.TrimSpace(source[line.Start:line.End]) == "" {
			if current != nil {
				out = append(out, current)
			}
			current = nil
			continue
		}
		current = append(current, line)
	}
	if current != nil {
		out = append(out, current)
	}
	return out
}

// hardWrapped reports whether the lines of a paragraph were broken at a fixed width: all
// but the last are about as long as each other, and most end amid a sentence.
func hardWrapped(source string, lines []Span) bool {
	if len(lines) < 2 {
		return false
	}
	longest, amid := 0, 0
	widths := make([]int, len(lines))
	for i, line := range lines {
		text := strings.TrimSpace(source[line.Start:line.End])
		for _, r := range text {
			widths[i]++
			if wide(r) {
				widths[i]++
			}
		}
		longest = max(longest, widths[i])
		if i == len(lines)-1 {
			break
		}
		if r, _ := utf8.DecodeLastRuneInString(text); !sentenceEnd(r) && r != ':' && r != '：' {
			amid++
		}
	}
	if longest < 40 || longest > 110 || amid*2 < len(lines)-1 {
		return false
	}
	for _, w := range widths[:len(widths)-1] {
		// A line is broken before a word that no longer fits; few words have more than
		// twenty letters.
		if w < longest-22 {
			return false
		}
	}
	return true
}

// sentenceEnd reports whether r ends a sentence in writing of any kind.
func sentenceEnd(r rune) bool { return unicode.Is(unicode.STerm, r) || r == '…' }

// bullet reports whether line is a list item, and returns the length of its mark. The
// number of an item is no mark: it may be a day ("4. Oktober").
func bullet(line string) (mark int, item bool) {
	rest := strings.TrimLeft(line, " \t")
	indent := len(line) - len(rest)
	for _, mark := range []string{"- ", "* ", "+ ", "• ", "· ", "– ", "— ", "-\t", "*\t", "•\t", "•", "●", "◦", "▪", "■ "} {
		if strings.HasPrefix(rest, mark) && len(rest) > len(mark) {
			return indent + len(mark), true
		}
	}
	n := countFigures(rest)
	return indent, n > 0 && n < 3 && n+1 < len(rest) && (rest[n] == '.' || rest[n] == ')') && rest[n+1] == ' '
}
