package extract

// Shapes that have no language: figures with their marks, 14:30, 2021-10-04, 10/4/2021,
// ISO times. What only looks like one is passed over: versions, addresses, telephone
// numbers, ratios, model names, links.

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

// A locale is what a language folder says of the writing of figures.
type locale struct {
	Decimal rune   // '.' or ','
	Order   string // dmy, mdy or ymd, of dates in figures
}

func localeOf(l Language) locale {
	c := locale{'.', "ymd"}
	if r, n := utf8.DecodeRuneInString(l.Decimal); n > 0 {
		c.Decimal = r
	}
	if l.Order != "" {
		c.Order = l.Order
	}
	return c
}

// shapes returns what finds the shapes of a sentence.
func shapes(l locale) func(*phrase.Sentence) {
	return func(s *phrase.Sentence) {
		f := figures{s: s, locale: l}
		for i := 0; i < len(s.Tokens); {
			switch {
			case s.Tokens[i].Kind == phrase.Digits:
				i = max(f.at(i), i+1)
			case s.Tokens[i].Kind == phrase.Letters && f.link(i) > i:
				i = f.link(i)
			default:
				switch f.mark(i) {
				case '(', '[':
					// Of a row of brackets only the innermost can hold a value.
					if !f.bracket(i + 1) {
						s.Add("bracket", i, i+1, "open", true)
					}
				case ')', ']':
					if !f.bracket(i - 1) {
						s.Add("bracket", i, i+1, "close", true)
					}
				}
				i++
			}
		}
	}
}

// longestFigures is how many groups of figures in a row are looked at together, so that a
// long row costs no more for each.
const longestFigures = 12

type figures struct {
	s      *phrase.Sentence
	locale locale
}

// mark returns the folded character of token i if it is a mark, else 0.
func (f *figures) mark(i int) rune {
	if i < 0 || i >= len(f.s.Tokens) || f.s.Tokens[i].Kind != phrase.Mark {
		return 0
	}
	t := f.s.Tokens[i]
	r, _ := utf8.DecodeRuneInString(f.s.Text[t.Start:t.End])
	if r < utf8.RuneSelf {
		return r
	}
	r, _ = utf8.DecodeRuneInString(phrase.Fold(f.s.Text[t.Start:t.End]))
	return r
}

func (f *figures) kind(i int) phrase.TokenKind {
	if i < 0 || i >= len(f.s.Tokens) {
		return phrase.Space
	}
	return f.s.Tokens[i].Kind
}

// tight reports whether token i exists and no space stands before it.
func (f *figures) tight(i int) bool { return i > 0 && i < len(f.s.Tokens) && !f.s.Tokens[i].Spaced }

func (f *figures) digits(i int) bool { return f.kind(i) == phrase.Digits }

func (f *figures) bracket(i int) bool {
	switch f.mark(i) {
	case '(', '[', ')', ']':
		return true
	}
	return false
}

// wide reports whether token i is wider than ASCII: a comma of Chinese text parts clauses.
func (f *figures) wide(i int) bool { return f.s.Tokens[i].End-f.s.Tokens[i].Start > 1 }

// text returns the ASCII digits of token i, "" where there is no token.
func (f *figures) text(i int) string {
	if i < 0 || i >= len(f.s.Tokens) {
		return ""
	}
	return f.s.Folded(i)
}

func (f *figures) int(i int) int {
	t := f.text(i)
	if len(t) > 9 {
		return math.MaxInt32
	}
	n, _ := strconv.Atoi(t)
	return n
}

// link returns the token after a web address or mail address that begins at i, or i.
func (f *figures) link(i int) int {
	w := f.s.Tokens[i].End - f.s.Tokens[i].Start
	if w < 3 || w > 5 || f.mark(i+1) == 0 || !f.tight(i+1) {
		return i
	}
	switch f.s.Folded(i) {
	case "http", "https", "ftp":
		if f.mark(i+1) != ':' || f.mark(i+2) != '/' {
			return i
		}
	case "www":
	default:
		return i
	}
	for i++; f.tight(i) && f.kind(i) != phrase.Han; i++ {
	}
	return i
}

// at reads the figures that begin at token i and returns the token after them.
func (f *figures) at(i int) int {
	if f.tight(i) && (f.mark(i-1) == '@' || f.mark(i-1) == '#' || f.mark(i-1) == '_') {
		return f.skip(i)
	}
	if f.tight(i) && f.kind(i-1) == phrase.Letters {
		return f.behind(i)
	}
	if f.tight(i) && f.mark(i-1) == '-' && f.tight(i-1) && f.kind(i-2) == phrase.Letters && f.kind(i-3) != phrase.Digits {
		return f.stuck(i) // GPT-4, us-east-1; but also Sep-23-2020
	}
	// How many groups of figures stand in a row, joined by which mark?
	j, groups := i+1, 1
	first := f.mark(j)
	same := true
	for groups < longestFigures && f.mark(j) != 0 && f.tight(j) && f.tight(j+1) && f.digits(j+1) {
		if f.mark(j) != first {
			same = false
		}
		groups++
		j += 2
	}
	if groups > 1 {
		switch first {
		case '-', '/', '.':
			if n := f.date(i); n > i {
				return n
			}
		case ':':
			return f.clock(i)
		}
	}
	switch {
	case groups > 3 && same && first == '.', groups == 3 && same && first == '.' && !f.grouped(i, 3), groups > 2 && same && (first == '-' || first == '/'):
		// Versions, network addresses, telephone and card numbers.
		return f.skip(i)
	}
	return f.number(i)
}

// skip passes over all that stands against the figures.
func (f *figures) skip(i int) int {
	for i++; f.tight(i) && (f.digits(i) || f.mark(i) != 0 && strings.ContainsRune(".-_/", f.mark(i)) && f.tight(i+1) && (f.digits(i+1) || f.kind(i+1) == phrase.Letters) || f.kind(i) == phrase.Letters); i++ {
	}
	return i
}

// behind reads figures that stand against letters before them: only those of a length or
// a clock (3h16, 2hr30, T12:30) are any; of others (Q3, October2) no more than the figures
// are told, which few files may use.
func (f *figures) behind(i int) int {
	clock := f.mark(i+1) == ':' && f.tight(i+1) && f.tight(i+2) && f.digits(i+2)
	switch {
	case clock:
		return f.clock(i)
	case f.kind(i-2) == phrase.Digits && f.tight(i-1):
		return f.number(i)
	}
	return f.stuck(i)
}

// stuck passes over figures that hang on letters and adds each group of four or fewer.
func (f *figures) stuck(i int) int {
	end := f.skip(i)
	for j := i; j < end; j++ {
		if n := len(f.text(j)); f.digits(j) && n <= 4 {
			x := float64(f.int(j))
			f.s.Add("stuck", j, j+1, "figures", &numeral{Number: Number{Low: x, High: x, Bound: Exact}, digits: n, whole: true, unit: 1})
		}
	}
	return end
}

// date reads three groups of figures as a date, or two with the year first or last, and
// returns the token after it, or i if they are none. A time may follow.
func (f *figures) date(i int) int {
	sep := f.mark(i + 1)
	three := f.mark(i+3) == sep && f.tight(i+3) && f.tight(i+4) && f.digits(i+4)
	more := func(j int) bool {
		m := f.mark(j)
		return f.tight(j) && (m == sep || m == '.' && sep != '.') && f.tight(j+1) && f.digits(j+1)
	}
	if f.tight(i) && (f.mark(i-1) == '/' || f.mark(i-1) == '=' || f.mark(i-1) == '.') {
		return i
	}
	if three {
		if more(i + 5) {
			return i
		}
		if sep == '.' && f.locale.Order != "dmy" && len(f.text(i)) < 4 && len(f.text(i+4)) < 4 && len(f.text(i))+len(f.text(i+2))+len(f.text(i+4)) < 6 {
			return i // a version: 1.20.10
		}
		w := &when{}
		if !w.figures(f.text(i), f.text(i+2), f.text(i+4), f.locale.Order) {
			return i
		}
		end := i + 5
		// 2018-12-1209:03: the time stands against the day.
		if len(f.text(i+4)) == 4 && len(f.text(i)) == 4 {
			return i
		}
		f.addParts(i, end)
		f.s.Add("date", i, end, "figures", w)
		return end
	}
	if more(i + 3) {
		return i
	}
	a, b := f.text(i), f.text(i+2)
	w := &when{}
	switch {
	case len(a) == 4 && len(b) <= 2 && (sep == '/' || sep == '-' || sep == '.' && len(b) == 2 && f.locale.Order == "ymd"):
		w.year, w.month = f.int(i), f.int(i+2)
		if !w.plausible() {
			return i
		}
		w.told = toldYear | toldMonth
	case len(b) == 4 && len(a) <= 2 && (sep == '/' || sep == '-'):
		w.year, w.month = f.int(i+2), f.int(i)
		if !w.plausible() {
			return i
		}
		w.told = toldYear | toldMonth
	case len(a) <= 2 && len(b) <= 2 && sep == '/' && len(a)+len(b) > 2:
		d, m := f.int(i+2), f.int(i)
		if f.locale.Order == "dmy" {
			d, m = m, d
		}
		if m > 12 && d <= 12 {
			d, m = m, d
		}
		w.month, w.day = m, d
		if !w.plausible() || d == 0 || f.int(i) == 24 && f.int(i+2) == 7 {
			return i // 24/7 is no day
		}
		w.told = toldMonth | toldDay
		f.addParts(i, i+3)
		f.s.Add("date", i, i+3, "slashed", w)
		return i + 3
	default:
		return i
	}
	f.addParts(i, i+3)
	f.s.Add("date", i, i+3, "figures", w)
	return i + 3
}

// addParts adds the figures of a date as numbers of their own.
func (f *figures) addParts(i, end int) {
	for ; i < end; i++ {
		if f.digits(i) {
			f.addNumber(i, i+1, float64(f.int(i)), numeral{digits: len(f.text(i)), whole: true})
		}
	}
}

// clock reads 14:30, 14:30:05, 14:30:05.250, with Z or an offset behind, and returns the
// token after it. Ratios, scores and odd minutes are passed over.
func (f *figures) clock(i int) int {
	h, m := f.text(i), f.text(i+2)
	end := i + 3
	w := &when{hour: f.int(i), minute: f.int(i + 2), told: toldHour | toldMinute, fixed: len(h) == 2 && h[0] == '0'}
	if len(m) != 2 || w.hour > 24 || w.minute > 59 || len(h) > 2 || w.hour == 24 && w.minute > 0 {
		return f.pass(i)
	}
	if f.mark(end) == ':' && f.tight(end) && f.tight(end+1) && f.digits(end+1) {
		if w.second = f.int(end + 1); len(f.text(end+1)) != 2 || w.second > 59 {
			return f.pass(i)
		}
		w.told |= toldSecond
		end += 2
		if f.mark(end) == ':' && f.tight(end) {
			return f.pass(i)
		}
		if m := f.mark(end); (m == '.' || m == ',') && f.tight(end) && f.tight(end+1) && f.digits(end+1) {
			end += 2
		}
	}
	// Scores and addresses: 0:3, ::1, 80:20:10.
	if f.tight(i) && (f.mark(i-1) == ':' || f.mark(i-1) == '.') {
		return f.pass(i)
	}
	w.told |= toldClock // its figures are no numbers of their own: 03:00 UTC is not 00 UTC
	end = f.offset(end, w)
	f.s.Add("clock", i, end, "figures", w)
	return end
}

// offset reads Z or ±hh:mm, ±hhmm after a clock into w.
func (f *figures) offset(j int, w *when) int {
	if f.tight(j) && f.kind(j) == phrase.Letters && f.s.Folded(j) == "z" {
		w.zone, w.told = "UTC", w.told|toldZone
		return j + 1
	}
	m := f.mark(j)
	if (m != '+' && m != '-') || !f.tight(j) || !f.tight(j+1) || !f.digits(j+1) {
		return j
	}
	h, minutes, end := f.text(j+1), "00", j+2
	switch {
	case len(h) == 4 && (m == '+' || w.told&toldSecond != 0):
		h, minutes = h[:2], h[2:]
	case len(h) == 2 && f.mark(j+2) == ':' && f.tight(j+2) && f.tight(j+3) && f.digits(j+3) && len(f.text(j+3)) == 2 && (m == '+' || w.told&toldSecond != 0):
		minutes, end = f.text(j+3), j+4
	case len(h) == 2 && m == '+':
	default:
		return j
	}
	if hh, _ := strconv.Atoi(h); hh > 14 {
		return j
	}
	w.zone, w.told = string(m)+h+":"+minutes, w.told|toldZone
	return end
}

// pass adds figures that stand around colons as plain numbers no file may use as a time.
func (f *figures) pass(i int) int {
	j := i
	for f.digits(j) && (j == i || f.tight(j)) {
		j++
		if f.mark(j) == ':' && f.tight(j) && f.tight(j+1) && f.digits(j+1) {
			j++
		}
	}
	return j
}
