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
