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
//	point         before decimals in words; not=分刻 forbids these characters behind them
//	minus         before a negative number
//	zero          a nought that only keeps a place (一百零五)
//	over          "and some more" within or after a number (三十多万)
//	percent       after or before a number; times=10 on the margin where it counts tenths (成),
//	              times=1/10 for thousandths (千分之)
//	quotient      stands between numerator and denominator (one over twenty); smaller on the
//	              margin wants the first to be the smaller
//	part          stands between denominator and numerator (三分之一)
//
// The attribute article marks words that are a number only before a unit or a multiplier
// ("a", "un", 一): alone they are told to nobody. The attribute plain on a number forbids
// to count on from it.

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
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
	term       *term   // itself as a term of a longer number
	hundredths bool    // told with two decimals: 8.30
	unit       float64 // of the last multiplier: 1.5万 has 10000
}

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
)

// A term is what a word of number.txt adds to a number.
type term struct {
	kind    termKind
	low, up float64
	ordinal bool
	article bool
	plain   bool
	alone   [2]float64
	not     string  // characters that must not follow
	times   float64 // of a percent: 成 has 10
	han     bool    // one Han character: may be a digit among digits
	figures *numeral
}

var termWords = map[string]termKind{"and": termAnd, "point": termPoint, "minus": termMinus, "zero": termZero,
	"over": termOver, "quotient": termQuotient, "percent": termPercent, "part": termPart}

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
		return t, fmt.Errorf("%q is no number: want 21, 3..9, *1000, 1/2, +1/2, ^21, /4, and, point, minus, zero, over, percent or part", name)
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
	t.not = m.Attrs["not"]
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

// A sum adds up the terms of one number. parts grow smaller from the first to the last.
type sum struct {
	parts   []addend
	from    int // first term
	and     bool
	scale   float64 // last multiplier
	percent bool
	per     *term // the word that tells percents
	ordinal bool
	minus   bool
	over    bool
	figures *numeral
	terms   int
	article bool
	decimal bool // decimals were told in words
	done    bool // nothing may follow
}

type addend struct {
	low, up float64
	unit    float64 // what follows must be smaller than this
	times   bool    // a multiplier made it
	zero    bool    // a 零 or an "and" stood before it
	share   float64 // of a share: its part of the multiplier
}

// longestNumber is of how many terms a number may be told.
const longestNumber = 40

// joinNumbers puts a run of terms together: one finding for each number.
func joinNumbers(run []*phrase.Match) []*phrase.Match {
	if len(run) == 1 {
		if t, ok := run[0].Value.(*numeral); ok {
			_ = t
			return run
		}
	}
	var out []*phrase.Match
	for i := 0; i < len(run); {
		n, value := readNumber(run[i:])
		if value != nil {
			if n == 1 {
				m := *run[i]
				m.Value = value
				out = append(out, &m)
			} else {
				out = append(out, phrase.Merge(run[i:i+n], "number", value))
			}
		}
		i += max(n, 1)
	}
	return out
}

func termOf(m *phrase.Match) *term {
	switch v := m.Value.(type) {
	case *term:
		return v
	case *numeral:
		if v.term == nil {
			v.term = &term{low: v.Low, up: v.High, figures: v}
		}
		return v.term
	}
	return &term{kind: termAnd}
}

// readNumber reads one number from the front of run and returns how many terms it took.
// The value is nil where the terms make no number.
func readNumber(run []*phrase.Match) (int, *numeral) {
	if n, v := readHanDigits(run); n > 0 {
		return n, v
	}
	if n, v := readParts(run); n > 0 {
		return n, v
	}
	run = run[:min(len(run), longestNumber)]
	var s sum
	end, i := 0, 0
	s.scale = 1
	for i < len(run) && !s.done {
		t := termOf(run[i])
		used := s.add(t, run, i)
		if used == 0 {
			break
		}
		i += used
		switch t.kind {
		case termAnd, termZero:
			if t.kind == termZero && len(s.parts) == 1 && s.terms == 1 {
				end = i
			}
		case termMinus:
		case termPercent:
			if len(s.parts) > 0 {
				end = i
			}
		default:
			end = i
		}
	}
	if end == 0 {
		return 1, nil
	}
	return end, s.value(run[:end])
}

// add takes a term into the sum and returns how many terms it used, 0 where it does not fit.
func (s *sum) add(t *term, run []*phrase.Match, i int) int {
	first := len(s.parts) == 0
	switch t.kind {
	case termMinus:
		if !first || s.minus {
			return 0
		}
		s.minus = true
		return 1
	case termPercent:
		if first && i > 0 {
			return 0
		}
		if !first {
			s.done = true
		}
		if first && s.percent {
			return 0
		}
		if s.percent || s.ordinal {
			return 0
		}
		if t.times >= 1 && (first || s.parts[0].up > 10 && s.figures == nil || s.over) {
			return 0
		}
		s.percent, s.per = true, t
		return 1
	case termAnd:
		if first || s.and || i+1 >= len(run) {
			return 0
		}
		if n, v := readParts(run[i+1:]); n > 0 && v.Low < 1 {
			s.parts = append(s.parts, addend{low: v.Low, up: v.High}) // 三又五分之一
			s.terms, s.decimal, s.done = s.terms+1, true, true
			return n + 1
		}
		if next := termOf(run[i+1]); next.kind == termAnd || next.kind == termPercent {
			return 0
		} else if s.figures != nil && next.figures != nil && s.scale == 1 || !s.fits(next) {
			return 0
		}
		s.and = true
		return 1
	case termZero:
		if first {
			if i+1 < len(run) && termOf(run[i+1]).kind == termPoint {
				s.push(addend{low: 0, up: 0, unit: 1}, t)
				return 1
			}
			s.push(addend{low: 0, up: 0, unit: 1}, t)
			s.done = true
			return 1
		}
		if i+1 >= len(run) || !s.fits(termOf(run[i+1])) {
			return 0
		}
		s.and = true
		return 1
	case termPoint:
		return s.decimals(run, i)
	case termOver:
		if first {
			return 0
		}
		s.over = true
		return 1
	case termHalf:
		if first || s.done || s.figures != nil && s.scale == 1 && !s.and && s.figures.digits > 2 {
			return 0
		}
		s.share(t.low)
		return 1
	case termDivisor:
		if first || t.low == 0 || s.figures != nil && t.low <= 4 {
			return 0 // 3 quarters are nine months
		}
		s.divide(t.low)
		return 1
	case termQuotient:
		return s.quotient(run, i)
	case termPart:
		return 0
	case termMultiplier:
		if !first && t.alone[0] > 0 && t.low*t.alone[1] < s.parts[len(s.parts)-1].unit {
			s.push(addend{low: t.alone[0] * t.low, up: t.alone[1] * t.up, unit: t.low, times: true, zero: s.and}, t) // 一万零十二
			return 1
		}
		if first {
			if t.alone[0] == 0 {
				if i+1 < len(run) && t.low >= 100 {
					// 百万, mille millions: a multiplier of a multiplier counts from one.
					if next := termOf(run[i+1]); next.kind == termMultiplier && next.low > t.low || next.kind == termNumber && t.low >= 1000 {
						s.push(addend{low: t.low, up: t.up, unit: t.low, times: true}, t)
						s.scale = t.low
						return 1
					}
				}
				return 0
			}
			s.push(addend{low: t.alone[0] * t.low, up: t.alone[1] * t.up, unit: t.low, times: true}, t)
			s.scale = t.low
			s.ordinal = s.ordinal || t.ordinal
			return 1
		}
		if !s.fits(t) {
			return 0
		}
		if last := &s.parts[len(s.parts)-1]; last.share > 0 && s.scale > 1 {
			// A billion and a quarter million: the share is of what follows.
			last.low, last.up, last.unit = last.share*t.low, last.share*t.low, 0
			s.terms++
			return 1
		}
		low, up := 0.0, 0.0
		j := len(s.parts)
		for j > 0 && (s.parts[j-1].up < t.low || j == 1 && s.figures != nil && s.scale == 1) {
			j--
			low += s.parts[j].low
			up += s.parts[j].up
		}
		s.parts = append(s.parts[:j], addend{low: low * t.low, up: up * t.up, unit: t.low, times: true, zero: s.and})
		s.scale, s.and, s.ordinal = t.low, false, s.ordinal || t.ordinal
		s.article = false
		s.terms++
		return 1
	}
	if t.ordinal && !first && s.terms == 1 && !s.article && s.parts[0].low == 1 && s.parts[0].up == 1 && s.parts[0].unit == 0 && t.low >= 3 && !s.minus {
		s.divide(t.low) // one eighth
		return 1
	}
	if !first && !s.fits(t) {
		return 0
	}
	if s.and && t.low > 0 && t.low < 1 {
		s.share(t.low)
		return 1
	}
	s.push(addend{low: t.low, up: t.up, unit: resolution(t), zero: s.and}, t)
	s.ordinal = s.ordinal || t.ordinal
	s.done = t.ordinal || t.plain
	return 1
}

func (s *sum) push(p addend, t *term) {
	if t.figures != nil {
		s.figures = t.figures
	}
	s.article = t.article && len(s.parts) == 0
	s.parts = append(s.parts, p)
	s.and = false
	s.terms++
}

// share adds a part of the last multiplier, or of one: "a million and a half", "two and a
// half", "a hundred and a half".
func (s *sum) share(f float64) {
	n := f
	if s.scale >= 1000 {
		n *= s.scale
	}
	s.parts = append(s.parts, addend{low: n, up: n, share: f})
	s.and = false
	s.decimal = true
}

// divide makes parts of what was told last: "twenty and three fifths", or of all: "thirty
// fifths".
func (s *sum) divide(by float64) {
	s.decimal, s.article = true, false
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
	if v == nil || v.Low == 0 || v.Low != v.High || v.Ordinal || smaller(run[i]) && s.parts[0].low > v.Low {
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

// smaller reports whether the margin says that the numerator must be the smaller one.
func smaller(m *phrase.Match) bool { _, ok := m.Attrs["smaller"]; return ok }

// resolution tells what may still be added to a number: ones to 20, nothing to 21.
func resolution(t *term) float64 {
	if t.figures != nil || t.low != math.Trunc(t.low) || t.low != t.up {
		return 0
	}
	for r := 1000.0; r >= 10; r /= 10 {
		if t.low >= 2*r-1e-9 && math.Mod(t.low, r) == 0 || t.low >= 100 && math.Mod(t.low, r) == 0 {
			return r
		}
	}
	return 0
}

// fits reports whether a term may follow.
func (s *sum) fits(t *term) bool {
	last := s.parts[len(s.parts)-1]
	switch t.kind {
	case termNumber:
		if t.low == 0 && t.up == 0 {
			return false
		}
		if s.figures != nil && t.figures == nil && s.scale == 1 {
			return t.low < 1 && t.low > 0 && s.and
		}
		if t.figures != nil && t.figures.fraction {
			return s.figures != nil && s.figures.digits > 0 && s.scale == 1 && len(s.parts) == 1
		}
		if t.figures != nil && s.figures == nil && !last.times {
			return false
		}
		return t.up < last.unit || t.low < 1 && t.low > 0 && s.and && last.unit <= 1
	case termMultiplier:
		if s.percent && s.done {
			return false
		}
		if t.alone[0] > 0 && t.low*t.alone[1] < last.unit {
			return true
		}
		if len(s.parts) == 1 && s.figures != nil && s.scale == 1 || last.share > 0 && s.scale > 1 {
			return true // 1200k
		}
		// The parts below the multiplier are multiplied; at least one must be.
		return last.up < t.low || last.up == t.low && last.times && t.low >= 1e4
	case termHalf:
		return true
	case termPoint:
		return false
	}
	return t.kind == termDivisor
}

// decimals reads "point four seven": digits one by one, or one number.
func (s *sum) decimals(run []*phrase.Match, i int) int {
	if len(s.parts) == 0 || s.figures != nil && !s.figures.whole || s.decimal {
		return 0
	}
	digits, j := "", i+1
	for ; j < len(run); j++ {
		t := termOf(run[j])
		if t.kind == termZero {
			digits += "0"
			continue
		}
		if t.kind != termNumber || t.ordinal || t.low != t.up || t.low != math.Trunc(t.low) || t.low >= 100 && t.figures == nil || t.article && false {
			break
		}
		if t.figures != nil {
			if termOf(run[i]).not != "" && s.parts[0].up != 0 {
				return 0 // 8点30
			}
			digits += strings.TrimSpace(run[j].Words())
			j++
			break
		}
		digits += strconv.Itoa(int(t.low))
		if t.low >= 10 {
			if t.low >= 20 && math.Mod(t.low, 10) == 0 && j+1 < len(run) {
				if n := termOf(run[j+1]); n.kind == termNumber && n.low >= 1 && n.low < 10 && n.figures == nil {
					digits = digits[:len(digits)-1] + strconv.Itoa(int(n.low))
					j++
				}
			}
			j++
			break
		}
	}
	if digits == "" || j < len(run) && termOf(run[j]).kind == termMultiplier && termOf(run[j]).low < 1000 {
		return 0 // 三点五十 is a clock
	}
	// 三点五分 is a clock, 三点五 a number.
	if not := termOf(run[i]).not; not != "" {
		if next, _ := utf8.DecodeRuneInString(run[j-1].Text[run[j-1].End:]); strings.ContainsRune(not, next) {
			return 0
		}
	}
	f, err := strconv.ParseFloat("0."+digits, 64)
	if err != nil {
		return 0
	}
	s.parts = append(s.parts, addend{low: f, up: f})
	s.decimal, s.article = true, false
	return j - i
}

// value adds the parts up.
func (s *sum) value(run []*phrase.Match) *numeral {
	v := &numeral{words: s.figures == nil, article: s.article && s.terms == 1 && !s.decimal, unit: s.scale}
	if s.figures != nil {
		f := *s.figures
		if s.terms == 1 && !s.decimal && !s.percent && !s.over && !s.minus && len(s.parts) == 1 {
			return &f
		}
		v.glued, v.price = f.glued && len(run) == 1, f.price
	}
	v.whole = !s.decimal
	for i, p := range s.parts {
		low, up := p.low, p.up
		// 一百五 is 150: a digit after a multiplier counts its tenth.
		if i > 0 && i == len(s.parts)-1 && !p.times && !p.zero && p.up < 10 && p.low >= 1 && s.parts[i-1].times && s.parts[i-1].unit >= 100 {
			if t := termOf(run[len(run)-1]); t.han || t.kind == termNumber && t.figures == nil && lastIsHan(run) {
				low, up = low*s.parts[i-1].unit/10, up*s.parts[i-1].unit/10
			}
		}
		v.Low += low
		v.High += up
	}
	if s.per != nil && s.per.times != 0 && !(s.per.times == 10 && v.Low > 10) {
		v.Low, v.High = v.Low*s.per.times, v.High*s.per.times
	}
	if s.minus {
		v.Low, v.High, v.signed = -v.High, -v.Low, true
	}
	if v.Low != math.Trunc(v.Low) {
		v.whole = false
	}
	v.Bound = Exact
	switch {
	case v.Low != v.High:
		v.Bound = Range
	case s.over:
		v.Bound = AtLeast
	}
	v.Percent, v.Ordinal = s.percent, s.ordinal
	return v
}

func lastIsHan(run []*phrase.Match) bool {
	r, _ := utf8.DecodeLastRuneInString(run[len(run)-1].Words())
	return r >= 0x3007
}

// readHanDigits reads digits written one by one (二零二一, 九八), and two neighbouring
// digits as a span (三四). It takes nothing where a multiplier follows more than two.
func readHanDigits(run []*phrase.Match) (int, *numeral) {
	n := 0
	for n < len(run) {
		t, ok := run[n].Value.(*term)
		if !ok || !t.han || n > 0 && run[n].Start != run[n-1].End {
			break
		}
		n++
	}
	if n < 2 {
		return 0, nil
	}
	a, b := termOf(run[0]), termOf(run[1])
	if n == 2 && a.kind == termNumber && b.kind == termNumber && b.low == a.low+1 && a.low > 0 {
		v := &numeral{Number: Number{Low: a.low, High: b.low, Bound: Range}, words: true, whole: true, unit: 1}
		// 七八百, 五六万: the multipliers behind belong to both.
		k := 2
		for k < len(run) {
			t := termOf(run[k])
			if t.kind == termOver {
				k++
				continue
			}
			if t.kind != termMultiplier {
				break
			}
			v.Low, v.High, v.unit = v.Low*t.low, v.High*t.low, t.low
			k++
		}
		return k, v
	}
	if n == 2 && (a.kind == termZero || a.low == 0) && len(run) > 2 {
		return 0, nil
	}
	if n < len(run) && termOf(run[n]).kind == termMultiplier {
		return 0, nil
	}
	f := 0.0
	for _, m := range run[:n] {
		f = f*10 + termOf(m).low
	}
	v := &numeral{Number: Number{Low: f, High: f, Bound: Exact}, words: true, whole: true, unit: 1, digits: n}
	if n < len(run) && termOf(run[n]).kind == termPoint {
		return 0, nil
	}
	return n, v
}

// readParts reads 三分之一: denominator, part, numerator.
func readParts(run []*phrase.Match) (int, *numeral) {
	at := 0
	run = run[:min(len(run), longestNumber)]
	for at < len(run) && termOf(run[at]).kind != termPart {
		if k := termOf(run[at]).kind; k == termAnd || k == termPercent || k == termPoint {
			return 0, nil
		}
		at++
	}
	if at == 0 || at+1 >= len(run) {
		return 0, nil
	}
	n, below := readNumber(run[:at])
	if n != at || below == nil || below.Low == 0 {
		return 0, nil
	}
	m, above := readNumber(run[at+1:])
	if above == nil {
		return 0, nil
	}
	f := above.Low / below.Low
	return at + 1 + m, &numeral{Number: Number{Low: f, High: f, Bound: Exact}, words: true, unit: 1}
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
