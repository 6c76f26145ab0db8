package extract

// Parts of numbers told in words: a million and a half, three fifths, three twenty-fifths,
// one over twenty.

import (
	"math"
	"unicode"

	"tocsin/extract/phrase"
)

// share adds a part of the last multiplier, or of one: "a million and a half", "two and a
// half", "a hundred and a half".
func (s *sum) share(f float64) {
	n := f
	if s.scale >= 1000 {
		n *= s.scale
	}
	if len(s.parts) == 1 && s.scale == 1 {
		if sixtieths := 60 * f; sixtieths == math.Trunc(sixtieths) {
			s.point, s.pointed = int(sixtieths), sharePoint
		}
	}
	s.parts = append(s.parts, addend{low: n, up: n, share: f})
	s.and = false
	s.decimal = true
}

// divide makes parts of what was told last: "twenty and three fifths", or of all: "thirty
// fifths".
func (s *sum) divide(by float64) {
	s.decimal, s.article, s.divided = true, false, true
	n := len(s.parts)
	if n > 1 && s.parts[n-1].unit == 10 && !s.parts[n-1].zero && by < 10 {
		by += s.parts[n-1].low // one hundred thirty-fifths
		n--
		s.parts = s.parts[:n]
	}
	low, up := 0.0, 0.0
	for j := n - 1; j > 0; j-- {
		low, up = low+s.parts[j].low, up+s.parts[j].up
		if s.parts[j].zero && up < by {
			s.parts = append(s.parts[:j], addend{low: low / by, up: up / by})
			return
		}
	}
	low, up = 0, 0
	for _, p := range s.parts {
		low, up = low+p.low, up+p.up
	}
	s.parts = append(s.parts[:0], addend{low: low / by, up: up / by})
}

// quotient reads "one over twenty" where no word follows that it could count.
func (s *sum) quotient(run []*phrase.Match, i int) int {
	if len(s.parts) == 0 || i+1 >= len(run) {
		return 0
	}
	n, v := readNumber(run[i+1:])
	if v == nil || v.Low == 0 || v.Low != v.High || v.Ordinal || smaller(run[i]) && s.parts[0].low >= v.Low {
		return 0
	}
	last := run[i+n]
	for _, c := range last.Text[last.End:] {
		if c == ' ' {
			continue
		}
		if unicode.IsLetter(c) {
			return 0
		}
		break
	}
	s.divide(v.Low)
	s.done = true
	return n + 1
}

// tenths reads tens and a part that make one denominator: three twenty-fifths.
func (s *sum) tenths(t *term, run []*phrase.Match, i int) int {
	if s.figures != nil || s.and || s.terms != 1 || s.parts[0].up >= 10 || t.low < 20 || t.low >= 100 || math.Mod(t.low, 10) != 0 || i+1 >= len(run) {
		return 0
	}
	if d := termOf(run[i+1]); d.kind == termDivisor && d.low < 10 {
		s.divide(t.low + d.low)
		s.done = true
		return 2
	}
	return 0
}

// whole reads the share that is told after an "and" behind a full number: twenty-three and
// three fifths.
func (s *sum) whole(run []*phrase.Match, i int) int {
	if s.figures != nil || s.decimal || s.ordinal || s.percent {
		return 0
	}
	n, v := readNumber(run[i+1:])
	if v == nil || !v.divided || v.Low <= 0 || v.High >= 1 {
		return 0
	}
	s.parts = append(s.parts, addend{low: v.Low, up: v.High})
	s.terms, s.decimal, s.done, s.ended = s.terms+1, true, true, true
	return n + 1
}

// smaller reports whether the margin says that the numerator must be the smaller one.
func smaller(m *phrase.Match) bool { _, ok := m.Attrs["smaller"]; return ok }
