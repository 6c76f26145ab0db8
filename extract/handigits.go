package extract

// Numbers that no sum makes: digits in Han characters written one by one, and fractions
// that name the denominator first.

import (
	"tocsin/extract/phrase"
)

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

// tensOf reads 十, 十五, 二十 or 二十五 from the front of run, and returns how many terms it
// took, 0 where there are none.
func tensOf(run []*phrase.Match) (terms, tens int) {
	digit := func(i int) int {
		if i < len(run) {
			if t := termOf(run[i]); t.han && t.kind == termNumber {
				return int(t.low)
			}
		}
		return 0
	}
	i, n := 0, 1
	if d := digit(0); d > 0 {
		i, n = 1, d
	}
	if i >= len(run) {
		return 0, 0
	}
	if t := termOf(run[i]); t.kind != termMultiplier || t.low != 10 || t.alone[0] == 0 {
		return 0, 0
	}
	if d := digit(i + 1); d > 0 {
		return i + 2, 10*n + d
	}
	return i + 1, 10 * n
}

// readParts reads 三分之一: denominator, part, numerator. A whole number and an "and" may
// stand before (三又一千分之五). A denominator that is a multiplier without a count (百分之五)
// makes a percentage.
func readParts(run []*phrase.Match) (int, *numeral) {
	run = run[:min(len(run), longestNumber)]
	at, and := 0, -1
	for ; at < len(run); at++ {
		k := termOf(run[at]).kind
		if k == termPart {
			break
		}
		if k == termPercent || k == termPoint || k == termAnd && (and >= 0 || at == 0) {
			return 0, nil
		}
		if k == termAnd {
			and = at
		}
	}
	if at == 0 || at+1 >= len(run) {
		return 0, nil
	}
	whole := 0.0
	if and > 0 {
		n, v := readNumber(run[:and])
		if n != and || v == nil || v.Low != v.High {
			return 0, nil
		}
		whole = v.Low
	}
	bare, below := true, 1.0
	for _, m := range run[and+1 : at] {
		t := termOf(m)
		bare = bare && t.kind == termMultiplier && t.low >= 100
		below *= t.low
	}
	if !bare {
		n, v := readNumber(run[and+1 : at])
		if n != at-and-1 || v == nil || v.Low == 0 {
			return 0, nil
		}
		below = v.Low
	}
	m, above := readNumber(run[at+1:])
	if above == nil || below == 0 {
		return 0, nil
	}
	f := &numeral{Number: Number{Low: above.Low / below, High: above.High / below, Bound: above.Bound}, words: true, unit: 1}
	if bare && and < 0 {
		f.Low, f.High, f.Percent = above.Low/below*100, above.High/below*100, true
		if below == 100 {
			f.Low, f.High = above.Low, above.High
		}
	}
	f.Low, f.High = f.Low+whole, f.High+whole
	return at + 1 + m, f
}
