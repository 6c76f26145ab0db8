package extract

// The evaluator of numbers: from a run of terms (number.go) to the numbers they tell. One
// pass from left to right: each term either goes on with the number or begins the next.

import (
	"math"
	"strconv"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

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
	dotted  bool // behind a point
	divided bool
	ended   bool // an "and" took the rest with it
	bound   Bound
	point   int
	pointed int
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
			if s.ended {
				end = i
			}
			if t.kind == termZero && len(s.parts) == 1 && s.terms == 1 {
				end = i
			}
		case termMinus:
		case termOrdinal:
			if s.done {
				end = i
			}
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
			return s.whole(run, i)
		} else if next.figures != nil && i+2 < len(run) && termOf(run[i+2]).kind == termMultiplier && termOf(run[i+2]).low >= s.parts[len(s.parts)-1].unit {
			return 0 // 3 hundred and 2 hundred are two numbers
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
		if i+1 >= len(run) || termOf(run[i+1]).kind != termOver && !s.fits(termOf(run[i+1])) {
			return 0
		}
		s.and = true
		return 1
	case termPoint:
		return s.decimals(run, i)
	case termOver:
		if first {
			// 几万: some of what follows.
			if t.alone[0] == 0 || i+1 >= len(run) {
				return 0
			}
			if next := termOf(run[i+1]); next.kind != termMultiplier || next.low < 10 {
				return 0
			}
			s.push(addend{low: t.alone[0], up: t.alone[1]}, t)
			return 1
		}
		s.over = true
		return 1
	case termOrdinal:
		if t.after {
			if s.terms != 1 || s.figures == nil || s.figures.digits == 0 || s.minus || run[i].Start != run[i-1].End {
				return 0
			}
			s.ordinal, s.done = true, true
			return 1
		}
		if !first || s.ordinal || s.minus || s.percent {
			return 0
		}
		s.ordinal = true
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
					if next := termOf(run[i+1]); next.kind == termMultiplier && next.low > t.low || next.kind == termNumber && t.low >= 1000 || next.kind == termOver {
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
		for j > 0 && (s.parts[j-1].up < t.low || t.low == 12 || j == 1 && s.figures != nil && s.scale == 1) {
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
		return s.tenths(t, run, i)
	}
	if s.and && t.low > 0 && t.low < 1 {
		s.share(t.low)
		return 1
	}
	s.push(addend{low: t.low, up: t.up, unit: resolution(t), zero: s.and}, t)
	s.ordinal = s.ordinal || t.ordinal
	if t.bound != "" {
		s.bound = t.bound
	}
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
		if t.low == 0 && t.up == 0 || last.low != last.up && last.times {
			return false // thousands of third parties
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
		return last.up < t.low || t.low == 12 || last.up == t.low && last.times && t.low >= 1e4
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
	one := false // told as one number
	if n, tens := tensOf(run[j:]); n > 0 {
		digits, j, one = strconv.Itoa(tens), j+n, true
	}
	for ; j < len(run) && !one; j++ {
		t := termOf(run[j])
		if t.kind == termZero {
			digits += "0"
			continue
		}
		if t.kind != termNumber || t.ordinal || t.low != t.up || t.low != math.Trunc(t.low) || t.low >= 100 && t.figures == nil {
			break
		}
		if t.figures != nil {
			if !t.figures.whole || t.figures.digits == 0 {
				break
			}
			digits += phrase.Fold(run[j].Words())
			one = true
			j++
			break
		}
		digits += strconv.Itoa(int(t.low))
		if t.low >= 10 {
			one = true
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
	f, err := strconv.ParseFloat("0."+digits, 64)
	if err != nil {
		return 0
	}
	s.parts = append(s.parts, addend{low: f, up: f})
	s.decimal, s.article, s.dotted = true, false, true
	// 点十五, 点零五 and 点30 may be minutes, 点一四 may not.
	if n, _ := strconv.Atoi(digits); n < 60 && (len(digits) == 1 || len(digits) == 2 && (one || digits[0] == '0')) {
		s.point, s.pointed = n, len(digits)
	}
	return j - i
}

// value adds the parts up.
func (s *sum) value(run []*phrase.Match) *numeral {
	v := &numeral{words: s.figures == nil, article: s.article && s.terms == 1 && !s.decimal, unit: s.scale, point: s.point, pointed: s.pointed}
	if s.figures != nil {
		f := *s.figures
		if s.terms == 1 && !s.decimal && !s.percent && !s.over && !s.minus && !s.ordinal && len(s.parts) == 1 {
			return &f
		}
		v.glued, v.price = f.glued && len(run) == 1, f.price
		if s.terms == 1 && s.ordinal {
			v.digits = f.digits
		}
	}
	v.whole, v.divided = !s.decimal, s.divided
	for i, p := range s.parts {
		low, up := p.low, p.up
		// 一百五 is 150: a digit after a multiplier counts its tenth.
		last := len(s.parts) - 1
		if s.dotted && last > 0 {
			last-- // 一千六点五
		}
		if i > 0 && i == last && !p.times && !p.zero && p.up < 10 && p.low >= 1 && s.parts[i-1].times && s.parts[i-1].unit >= 100 {
			if t := termOf(run[len(run)-1]); t.han || s.dotted && lastIsHan(run) || t.kind == termNumber && t.figures == nil && lastIsHan(run) {
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
	case s.bound != "":
		v.Bound = s.bound
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
