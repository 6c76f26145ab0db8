package extract

// Numbers in figures: thousands marks of every kind, decimals, signs, fractions, powers.

import (
	"math"
	"strconv"
	"strings"

	"tocsin/extract/phrase"
)

// grouped reports whether n groups from token i on are thousands: 1,674,200.
func (f *figures) grouped(i, n int) bool {
	if len(f.text(i)) > 3 || f.text(i)[0] == '0' {
		return false
	}
	for k := 1; k < n; k++ {
		if len(f.text(i+2*k)) != 3 {
			return false
		}
	}
	return true
}

// number reads figures with thousands marks and decimals.
func (f *figures) number(i int) int {
	var groups []int // tokens
	var seps []rune
	groups = append(groups, i)
	j := i + 1
	listed := f.tight(i) && f.mark(i-1) == ',' && f.digits(i-2) // 24 of 22,24,26
	for !listed && len(groups) < longestFigures {
		switch m := f.mark(j); {
		case (m == '.' || m == ',' || m == '\'') && f.tight(j) && f.tight(j+1) && f.digits(j+1) && !(m == ',' && f.wide(j) && len(f.text(j+1)) != 3):
			groups, seps, j = append(groups, j+1), append(seps, m), j+2
			continue
		case f.digits(j) && f.spaceGroup(groups, j):
			groups, seps, j = append(groups, j), append(seps, ' '), j+1
			continue
		}
		break
	}
	groups, seps = f.list(groups, seps)
	n := len(seps)
	whole, decimals := f.text(i), ""
	v := numeral{whole: true}
	thousands := ','
	if f.locale.Decimal == ',' {
		thousands = '.'
	}
	k := 0
	indian := n > 1 && seps[1] == ',' && seps[0] == ',' && !f.grouped(groups[0], 2)
	three := func(k int) bool { return (len(f.text(groups[k+1])) == 3 || indian) && len(f.text(groups[0])) <= 3 }
	// 800,000 is thousands in any language: nobody tells three noughts of decimals.
	if n > 0 && (seps[0] != f.locale.Decimal || n == 1 && seps[0] == ',' && f.text(groups[1]) == "000" || n > 1 && seps[1] == seps[0] || n > 1 && seps[n-1] != seps[0]) && three(0) && (f.text(i)[0] != '0') &&
		(seps[0] == ' ' || seps[0] == thousands || seps[0] == ',' && f.text(groups[1]) == "000" || seps[0] == '\'' || n > 1) {
		for k < n && seps[k] == seps[0] && (len(f.text(groups[k+1])) == 3 || indian) {
			whole += f.text(groups[k+1])
			k++
		}
	}
	if k < n && (seps[k] == '.' || seps[k] == ',') && (k == 0 || seps[k] != seps[0]) {
		if k > 0 || seps[k] == f.locale.Decimal || len(f.text(groups[k+1])) != 3 {
			decimals = f.text(groups[k+1])
			v.whole = false
			v.hundredths = k == 0 && len(decimals) == 2
			k++
		}
	}
	end := groups[k] + 1
	x, err := strconv.ParseFloat(whole+"."+decimals+"0", 64)
	if err != nil || math.IsInf(x, 0) {
		return end
	}
	if k == 0 && f.digits(i) {
		v.digits = len(whole)
	}
	if f.tight(end) && f.kind(end) == phrase.Letters && f.s.Text[f.s.Tokens[end].Start:f.s.Tokens[end].End] == "M" && !(f.tight(end+1) && f.digits(end+1)) {
		x, v.digits, v.unit, v.whole = x*1e6, 0, 1e6, true // 1.2M users
		end++
	}
	start := i
	if k == 0 && f.mark(i+1) == '/' && f.tight(i+1) && f.tight(i+2) && f.digits(i+2) && !(f.mark(i+3) == '/') && f.int(i+2) > f.int(i) && f.int(i) > 0 && f.int(i+2) <= 100 {
		x /= float64(f.int(i + 2))
		v.whole, v.digits, v.fraction = false, 0, true
		end = i + 3
	}
	x, end = f.power(x, end, &v)
	// A sign stands against the number and not against a word or a number before it.
	if f.mark(i-1) == f.locale.Decimal && f.tight(i) && k == 0 && (i == 1 || f.s.Tokens[i-1].Spaced || f.mark(i-2) == '-') {
		x, start, v.whole, v.digits = x/math.Pow(10, float64(len(whole))), i-1, false, 0
		if f.mark(i-2) == '-' {
			start, x, v.signed = i-2, -x, true
		}
	} else if m := f.mark(i - 1); m == '-' && f.tight(i) && (i == 1 || f.s.Tokens[i-1].Spaced && f.kind(i-2) != phrase.Digits) {
		start, x, v.signed = i-1, -x, true
	}
	if m := f.mark(start - 1); m != 0 && strings.ContainsRune("$€£¥₩₹￥", m) {
		v.price = true
	}
	if m := f.mark(end); m != 0 && strings.ContainsRune("$€£¥₩₹￥", m) {
		v.price = true
	}
	v.glued = f.tight(end) && f.kind(end) == phrase.Letters || f.mark(end) == '-' && f.tight(end) && f.tight(end+1) && f.kind(end+1) == phrase.Letters
	f.addNumber(start, end, x, v)
	return end
}

// spaceGroup reports whether the digits of token j go on with groups, told apart by a space:
// any fixed space, or a plain one where the language writes its thousands so.
func (f *figures) spaceGroup(groups []int, j int) bool {
	t := f.s.Tokens[j]
	last := f.s.Tokens[groups[len(groups)-1]]
	if !t.Spaced || t.End-t.Start != 3 || last.End-last.Start > 3 || len(groups) > 1 && last.End-last.Start != 3 || f.text(groups[0])[0] == '0' || groups[len(groups)-1] != j-1 {
		return false
	}
	switch gap := f.s.Text[last.End:t.Start]; gap {
	case " ":
		// A group that begins with a nought is no number of its own.
		return f.locale.Decimal == ',' || f.text(j)[0] == '0'
	case "\u00a0", "\u202f", "\u2009", "\u2007":
		return true
	}
	return false
}

// list cuts figures that are neither thousands nor decimals at their first comma: 22,24,26.
// Groups of two before one of three are thousands as India writes them.
func (f *figures) list(groups []int, seps []rune) ([]int, []rune) {
	commas := 0
	for commas < len(seps) && seps[commas] == ',' {
		commas++
	}
	if commas < 2 || commas < len(seps)-1 || f.grouped(groups[0], commas+1) {
		return groups, seps
	}
	for k := 1; k <= commas; k++ {
		if n := len(f.text(groups[k])); n != 2 && k < commas || k == commas && n != 3 {
			return groups[:1], nil
		}
	}
	return groups, seps
}

// power reads what stands against a number: 1.3e6, 2^-1, x10^4.
func (f *figures) power(x float64, end int, v *numeral) (float64, int) {
	at, base := end, x
	switch {
	case f.mark(at) == '^' && f.tight(at):
		at++
	case f.tight(at) && f.kind(at) == phrase.Letters && f.s.Folded(at) == "e":
		at++
		base = 10
	case f.tight(at) && f.kind(at) == phrase.Letters && f.s.Folded(at) == "x" && f.tight(at+1) && f.digits(at+1) && f.int(at+1) == 10 && f.mark(at+2) == '^' && f.tight(at+2):
		at += 3
		base = 10
	default:
		return x, end
	}
	sign := 1.0
	for m := f.mark(at); (m == '-' || m == '+') && f.tight(at) && at < end+6; m = f.mark(at) {
		if m == '-' {
			sign = -sign
		}
		at++
	}
	if !f.tight(at) || !f.digits(at) || len(f.text(at)) > 3 || f.tight(at+1) && f.kind(at+1) == phrase.Letters {
		return x, end
	}
	p := math.Pow(base, sign*float64(f.int(at)))
	if f.mark(end) != '^' {
		p *= x
	}
	if math.IsInf(p, 0) || math.IsNaN(p) {
		return x, end
	}
	v.whole, v.digits = p == math.Trunc(p), 0
	return p, at + 1
}

func (f *figures) addNumber(first, last int, x float64, v numeral) {
	v.Low, v.High, v.Bound, v.unit = x, x, Exact, max(v.unit, 1)
	f.s.Add("number", first, last, "figures", &v)
}
