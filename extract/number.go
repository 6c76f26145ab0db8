package extract

// Numbers. The names in number.txt are small terms that one evaluator puts together:
//
//	21            a number; words of one Han character may also be digits of a longer one
//	3..9          a vague number
//	*1000         a multiplier; alone=1 on the margin lets it stand alone, alone=1..9 as that many
//	1/2           a part of what follows (half a million) or a number of its own
//	+1/2          a half of the last multiplier, or of one (a million and a half)
//	^21           an ordinal; ^*100 an ordinal multiplier (hundredth)
//	/4            a part named after a number (three quarters)
//	and           joins two numbers
//	point         before decimals in words
//	minus         before a negative number
//	zero          a nought that only keeps a place (一百零五)
//	over          "and some more" within or after a number (三十多万)
//	percent       after or before a number; times=10 on the margin where it counts tenths (成),
//	              times=1/10 for thousandths (千分之)
//	quotient      stands between numerator and denominator (one over twenty); smaller on the
//	              margin wants the first to be the smaller
//	part          stands between denominator and numerator (三分之一)
//	ordinal       before a number makes it one (第三十七); with after on the margin, against
//	              figures before it (255e)
//
// On the margin, over with alone=1..9 is that many of a multiplier that follows (几万), and
// bound= tells the bound that a number word or an over holds (百余, 一千余).
// The attribute article marks words that are a number only before a unit or a multiplier
// ("a", "un", 一): alone they are told to nobody. The attribute plain on a number forbids
// to count on from it, upper wants capitals.

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

// A numeral is a number as read, with what later files must know of its writing.
type numeral struct {
	Number
	digits     int  // of a whole number in figures without marks, 0 otherwise
	words      bool // told in words
	whole      bool // no decimals told
	article    bool // "a", "un", 一: no number of its own
	glued      bool // letters stand against it: 5xx, A100
	price      bool // a currency sign stands before it
	signed     bool
	fraction   bool    // 1/4
	divided    bool    // three fifths
	term       *term   // itself as a term of a longer number
	hundredths bool    // told with two decimals: 8.30
	unit       float64 // of the last multiplier: 1.5万 has 10000
	point      int     // decimals that may be minutes: 点十五, 点零五, 点30
	pointed    int     // how many figures those decimals have: one or two; sharePoint for a share told (8 et demie)
}

// sharePoint is pointed where a share of one was told and point counts it in sixtieths.
const sharePoint = -1

type termKind uint8

const (
	termNumber termKind = iota
	termMultiplier
	termHalf // +1/2
	termDivisor
	termAnd
	termPoint
	termMinus
	termZero
	termOver
	termPercent
	termPart
	termQuotient
	termOrdinal
)

// A term is what a word of number.txt adds to a number.
type term struct {
	kind    termKind
	low, up float64
	ordinal bool
	article bool
	plain   bool
	alone   [2]float64
	bound   Bound   // that the word holds: 百余
	after   bool    // an ordinal that stands behind its figures
	times   float64 // of a percent: 成 has 10
	han     bool    // one Han character: may be a digit among digits
	figures *numeral
}

var termWords = map[string]termKind{"and": termAnd, "point": termPoint, "minus": termMinus, "zero": termZero,
	"over": termOver, "quotient": termQuotient, "percent": termPercent, "part": termPart, "ordinal": termOrdinal}

// parseTerm reads a name of number.txt.
func parseTerm(name string) (term, error) {
	if k, ok := termWords[name]; ok {
		return term{kind: k}, nil
	}
	t := term{}
	rest := name
	if r, ok := strings.CutPrefix(rest, "^"); ok {
		t.ordinal, rest = true, r
	}
	if r, ok := strings.CutPrefix(rest, "*"); ok {
		t.kind, rest = termMultiplier, r
	} else if r, ok := strings.CutPrefix(rest, "+"); ok {
		t.kind, rest = termHalf, r
	} else if r, ok := strings.CutPrefix(rest, "/"); ok {
		t.kind, rest = termDivisor, r
	}
	low, up, ranged := strings.Cut(rest, "..")
	var err error
	if t.low, err = parseFraction(low); err == nil && ranged {
		t.up, err = parseFraction(up)
	} else {
		t.up = t.low
	}
	if err != nil || t.low < 0 || t.up < t.low {
		return t, fmt.Errorf("%q is no number: want 21, 3..9, *1000, 1/2, +1/2, ^21, /4, and, point, minus, zero, over, percent, part or ordinal", name)
	}
	return t, nil
}

func parseFraction(s string) (float64, error) {
	a, b, ok := strings.Cut(s, "/")
	x, err := strconv.ParseFloat(a, 64)
	if err != nil || !ok {
		return x, err
	}
	y, err := strconv.ParseFloat(b, 64)
	if err == nil && y == 0 {
		err = strconv.ErrRange
	}
	return x / y, err
}

func checkNumber(name string) error {
	_, err := parseTerm(name)
	return err
}

// buildTerm gives a word of number.txt its term.
func buildTerm(m *phrase.Match) any {
	t, err := parseTerm(m.Name)
	if err != nil {
		return nil
	}
	_, t.article = m.Attrs["article"]
	_, t.plain = m.Attrs["plain"]
	t.bound = Bound(m.Attrs["bound"])
	_, t.after = m.Attrs["after"]
	if _, ok := m.Attrs["upper"]; ok && (m.Words() != strings.ToUpper(m.Words()) || strings.HasPrefix(m.Text[m.End:], ".")) {
		return nil
	}
	if a, ok := m.Attrs["times"]; ok {
		t.times, _ = parseFraction(a)
	}
	if a, ok := m.Attrs["alone"]; ok {
		low, up, ranged := strings.Cut(a, "..")
		t.alone[0], _ = strconv.ParseFloat(low, 64)
		t.alone[1] = t.alone[0]
		if ranged {
			t.alone[1], _ = strconv.ParseFloat(up, 64)
		}
	}
	if t.kind == termNumber && t.low < 10 || t.kind == termZero {
		r, n := utf8.DecodeRuneInString(m.Words())
		t.han = n == m.End-m.Start && r >= 0x3007
	}
	return &t
}

// describeNumber writes a number for examples: 21, 3..9, 5%, #3, >=30.
func describeNumber(m *phrase.Match) string {
	v, ok := m.Value.(*numeral)
	if !ok {
		return m.Name
	}
	return v.Number.String()
}

// String writes a number as examples do: 21, 3..9, ~10, >=30, <=5, 20%, #3.
func (n Number) String() string {
	s := map[Bound]string{Approx: "~", AtLeast: ">=", AtMost: "<="}[n.Bound]
	if n.Ordinal {
		s += "#"
	}
	s += plain(n.Low)
	if n.Low != n.High {
		s += ".." + plain(n.High)
	}
	if n.Percent {
		s += "%"
	}
	return s
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
