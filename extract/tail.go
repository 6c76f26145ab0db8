package extract

// Which blocks of a text are no part of the article: the menu above it, and the tags, link
// lists and footer below. Blocks are weighed by the running text in them; what lies outside
// of the heaviest run is Tail, if it is long enough to be more than a by-line.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// keepFilled leaves out blocks without a letter or digit (images, rulers).
func keepFilled(blocks []mdBlock) []mdBlock {
	out := blocks[:0]
	for _, b := range blocks {
		filled := false
		for _, g := range b.glyphs {
			if unicode.IsLetter(g.r) || unicode.IsDigit(g.r) {
				filled = true
				break
			}
		}
		if filled {
			out = append(out, b)
		}
	}
	return out
}

func plainOf(blocks []mdBlock) []rawBlock {
	out := make([]rawBlock, len(blocks))
	for i, b := range blocks {
		out[i] = b.rawBlock
	}
	return out
}

// titleBlock returns the index of the headline: the last block that repeats the title
// before running text begins, else a heading or a short line at the very start; -1 if
// there is none.
func titleBlock(d *Document, blocks []mdBlock) int {
	at, read := -1, 0
	for i, b := range blocks {
		s := strings.Join(strings.Fields(textOf(b.glyphs)), " ")
		if d.Title != "" && (s == d.Title || len(s) > 12 && (strings.HasPrefix(d.Title, s) || strings.HasPrefix(s, d.Title))) && weigh(s) < 2*weigh(d.Title) {
			at = i
		}
		if d.Title == "" && b.Kind == Heading && b.Level == 1 {
			return i
		}
		// A short heading with one right below it names the site or the section.
		if d.Title == "" && b.Kind == Heading && weigh(s) < 16 && i+1 < len(blocks) && blocks[i+1].Kind == Heading && blocks[i+1].Level > b.Level {
			return i + 1
		}
		if prose(b, s) {
			read += weigh(s)
		}
		if read > 250 || read > 0 && d.Title == "" || i == 400 {
			break
		}
	}
	if at < 0 && d.Title == "" {
		for i, b := range blocks {
			s := strings.TrimSpace(textOf(b.glyphs))
			if b.Kind == Heading || i == 0 && b.Kind == Paragraph && !prose(b, s) && weigh(s) < 200 {
				return i
			}
			if i == 2 {
				break
			}
		}
	}
	return at
}

// prose reports whether a block is running text: it has the length of a sentence, or is
// shorter and ends like one, and is no link.
func prose(b mdBlock, s string) bool {
	size := weigh(s)
	if b.Kind == Heading || b.linked*2 > b.runes {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»」』)） "))
	if sentenceEnd(last) && last != '!' && last != '！' && last != '?' && last != '？' {
		return size > 24
	}
	return size > 90
}

// markTails sets the Kind of blocks outside of the article.
func markTails(blocks []mdBlock, titleAt int) {
	if len(blocks) < 8 {
		return
	}
	weights := make([]int, len(blocks))
	for i, b := range blocks {
		s := strings.TrimSpace(textOf(b.glyphs))
		size := weigh(s)
		switch {
		case prose(b, s):
			weights[i] = size
		case b.linked*2 > b.runes:
			weights[i] = -20
		case b.Kind == Row:
			weights[i] = 4
		case digits(s):
			// A short line with a figure may be a fact of a list: "Canada: 400,000".
			weights[i] = -2
		default:
			weights[i] = -8
		}
	}
	from, until := heaviest(weights)
	if from == until {
		return
	}
	// The headline and what stands between it and the text belong to the article.
	if titleAt >= 0 && titleAt < from && from-titleAt < 12 {
		from = titleAt
	}
	// A sentence or two above it (what the site is for) do not.
	if titleAt > from && titleAt < until && sumOf(weights[from:titleAt])*8 < sumOf(weights[titleAt:until]) {
		from = titleAt
	}
	if surround(blocks[:from]) {
		for i := range from {
			blocks[i].Kind, blocks[i].Level = Tail, 0
		}
	}
	if surround(blocks[until:]) || copyright(blocks[until:]) {
		for i := until; i < len(blocks); i++ {
			blocks[i].Kind, blocks[i].Level = Tail, 0
		}
	}
}

// surround reports whether a run of blocks without running text is what stands around an
// article: half of it or more are links, or it is a dozen or more of short lines that
// are no list items. A list at the end of an article is part of it.
func surround(run []mdBlock) bool {
	links, lines, size := 0, 0, 0
	for _, b := range run {
		s := textOf(b.glyphs)
		switch {
		case b.linked*2 > b.runes && !strings.HasPrefix(strings.TrimSpace(s), "http"):
			links++
		case b.Kind != Item:
			lines++
			size += weigh(s)
		}
	}
	return len(run) >= 5 && links*2 >= len(run) || lines >= 12 && size <= 44*lines
}

func sumOf(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	return sum
}

func digits(s string) bool { return strings.ContainsAny(s, "0123456789") }

// copyright reports whether the last blocks hold the sign of a footer.
func copyright(blocks []mdBlock) bool {
	for _, b := range blocks {
		if s := textOf(b.glyphs); strings.Contains(s, "©") || strings.Contains(s, "ICP") {
			return true
		}
	}
	return false
}

// textDateline returns the time on a line of its own near the headline of a text, or behind
// a label there: "Date: …".
func textDateline(d *Document) (Moment, bool) {
	for _, s := range shortLines(d) {
		if m, ok := stampIn(s); ok && weigh(s) < 60 {
			m.DateSource = "dateline"
			return m, true
		}
		if _, value, ok := strings.Cut(strings.Replace(s, "：", ":", 1), ":"); ok {
			if m, ok := parseStamp(value); ok {
				m.DateSource = "dateline"
				return m, true
			}
		}
	}
	return Moment{}, false
}

// shortLines returns the lines near the headline of a text where its date may stand: no
// headings, as an event may be named by its day, and no running text.
func shortLines(d *Document) []string {
	var out []string
	seen, long := 0, 0
	for _, b := range d.Blocks {
		if b.Kind == Tail {
			continue
		}
		s := strings.TrimSpace(d.Text[b.Start:b.End])
		if seen++; seen > 10 || long > 1 {
			break
		}
		switch {
		case weigh(s) > 160:
			long++
		case weigh(s) < 80 && (b.Kind == Paragraph || b.Kind == Item):
			out = append(out, s)
		}
	}
	return out
}
