package extract

// Lengths of time. The names of duration.txt:
//
//	count   {quantity} {unit}: as many units; times=2 on the margin multiplies
//	one     {unit} alone is one (an hour, all day)
//	half    half of {unit}
//	more    {quantity} {unit} and a part of one; by=1/2
//	sum     {duration} {duration}, the second smaller
//	tail    {duration} {minutes}: the figures count the next smaller unit (2 h 30)
//	clock   {clock} as hours and minutes
//	range   two lengths or two numbers and a unit
//	bound   {bound} {duration}
//	vague   a length without a value (for hours); n=3 is what it counts as where one is asked
//
// The attribute bound on the margin tells the bound that the saying holds (十二个多小时).
// The attribute trim on the margin leaves out of the finding what stands before its first
// and after its last slot: words that only tell that it is a length.

import (
	"math"
	"strconv"
	"strings"

	"tocsin/extract/phrase"
)

var durationNames = []string{"count", "one", "half", "more", "sum", "tail", "clock", "range", "bound", "vague"}

// A span is a length of time as told.
type span struct {
	Duration
	parts     []shift // as told: 2 hours, 15 minutes
	smallest  grain
	ahead     bool // told as "within": a bound that also is a window from now on
	countless bool // vague without a number to take it for
	whole     bool // no part of a unit told: "2.5 hours" is not
}

// unitOf returns the grain and the length in seconds of a name of unit.txt.
func unitOf(name string) (grain, float64) {
	const d = 86400
	switch name {
	case "second":
		return second, 1
	case "minute":
		return minute, 60
	case "quarter_hour":
		return minute, 900
	case "half_hour":
		return minute, 1800
	case "hour":
		return hour, 3600
	case "half_day":
		return hour, d / 2
	case "night":
		return part, d / 2
	case "day":
		return day, d
	case "weekend":
		return weekend, 2 * d
	case "week":
		return week, 7 * d
	case "fortnight":
		return week, 14 * d
	case "month":
		return month, 30 * d
	case "quarter":
		return quarter, 90 * d
	case "half_year":
		return half, 182.5 * d
	case "year":
		return year, 365 * d
	case "decade":
		return decade, 3650 * d
	case "century":
		return century, 36500 * d
	}
	return noGrain, 0
}

// grainUnit returns the grain in which calendar steps of a unit are made, and how many.
func grainUnit(name string) (grain, float64) {
	g, s := unitOf(name)
	switch name {
	case "quarter_hour":
		return minute, 15
	case "half_hour":
		return minute, 30
	case "half_day":
		return hour, 12
	case "night":
		return day, 1
	case "weekend":
		return week, 1
	case "fortnight":
		return week, 2
	case "quarter":
		return month, 3
	case "half_year":
		return month, 6
	case "decade":
		return year, 10
	case "century":
		return year, 100
	}
	_ = s
	return g, 1
}

func makeSpan(unit string, low, high float64) *span {
	g, seconds := unitOf(unit)
	step, n := grainUnit(unit)
	s := &span{smallest: g, whole: low == math.Trunc(low)}
	s.Low, s.High, s.Bound = low*seconds, high*seconds, Exact
	if low != high {
		s.Bound = Range
	}
	s.parts = []shift{{grain: step, n: n * low, exact: true}}
	return s
}

func spanOf(m *phrase.Match) *span {
	if m == nil {
		return nil
	}
	s, _ := m.Value.(*span)
	return s
}

func numeralOf(m *phrase.Match) *numeral {
	if m == nil {
		return nil
	}
	v, _ := m.Value.(*numeral)
	return v
}

// slotsOf returns what filled the slots of a dimension, in order.
func slotsOf(m *phrase.Match, dim string) []*phrase.Match {
	var out []*phrase.Match
	for _, f := range m.Slots {
		if f.Match.Dim == dim {
			out = append(out, f.Match)
		}
	}
	return out
}

func firstOf(m *phrase.Match, dim string) *phrase.Match {
	for _, f := range m.Slots {
		if f.Match.Dim == dim {
			return f.Match
		}
	}
	return nil
}

func buildDuration(m *phrase.Match) any {
	if s := readDuration(m); s != nil && s.High > 0 {
		if b, ok := m.Attrs["bound"]; ok && s.Bound == Exact {
			s.Bound = Bound(b)
		}
		return s
	}
	return nil
}

func readDuration(m *phrase.Match) *span {
	unit := firstOf(m, "unit")
	number := numeralOf(firstOf(m, "number"))
	times := 1.0
	if t, ok := m.Attrs["times"]; ok {
		times, _ = parseFraction(t)
	}
	switch m.Name {
	case "count":
		if unit == nil || number == nil || number.Low < 0 {
			return nil
		}
		s := makeSpan(unit.Name, number.Low*times, number.High*times)
		if number.Bound == AtLeast || number.Bound == Approx {
			s.Bound = number.Bound
		}
		return s
	case "one":
		if unit == nil {
			return nil
		}
		return makeSpan(unit.Name, times, times)
	case "half":
		if unit == nil {
			return nil
		}
		return makeSpan(unit.Name, times/2, times/2)
	case "more":
		by, err := parseFraction(m.Attrs["by"])
		if err != nil || unit == nil {
			return nil
		}
		n := 1.0
		if number != nil {
			n = number.Low
		}
		return makeSpan(unit.Name, n+by, n+by)
	case "sum":
		d := slotsOf(m, "duration")
		if len(d) != 2 {
			return nil
		}
		return addSpans(spanOf(d[0]), spanOf(d[1]))
	case "tail":
		s := spanOf(firstOf(m, "duration"))
		if n := slotsOf(m, "number"); s == nil && unit != nil && len(n) == 2 {
			s, number = makeSpan(unit.Name, numeralOf(n[0]).Low, numeralOf(n[0]).Low), numeralOf(n[1])
		}
		if s == nil || number == nil || !s.whole || s.Bound == Range {
			return nil
		}
		var next *span
		switch s.smallest {
		case hour:
			next = makeSpan("minute", number.Low, number.Low)
		case minute:
			next = makeSpan("second", number.Low, number.Low)
		default:
			return nil
		}
		if number.Low >= 60 {
			return nil
		}
		return addSpans(s, next)
	case "clock":
		w, _ := valueOf[*when](firstOf(m, "clock"))
		if w == nil || w.told&toldMinute == 0 || w.told&(toldMeridiem|toldPart|toldZone) != 0 {
			return nil
		}
		s := makeSpan("hour", float64(w.hour), float64(w.hour))
		s = addSpans(s, makeSpan("minute", float64(w.minute), float64(w.minute)))
		if s != nil && w.told&toldSecond != 0 {
			s = addSpans(s, makeSpan("second", float64(w.second), float64(w.second)))
		}
		return s
	case "range":
		return rangeSpan(m, unit)
	case "bound":
		s := spanOf(firstOf(m, "duration"))
		b := firstOf(m, "bound")
		if s == nil || b == nil || s.Vague && m.Attrs["vague"] == "" {
			return nil
		}
		c := *s
		if c.Bound == Exact || c.Bound == Approx {
			c.Bound = Bound(b.Name)
			_, c.ahead = b.Attrs["ahead"]
		}
		return &c
	case "vague":
		if unit == nil {
			return nil
		}
		n := 3.0
		if a, ok := m.Attrs["n"]; ok {
			n, _ = strconv.ParseFloat(a, 64)
		}
		s := makeSpan(unit.Name, n, n)
		_, counted := m.Attrs["n"]
		s.Vague, s.countless = true, !counted
		return s
	}
	return nil
}

func valueOf[T any](m *phrase.Match) (T, bool) {
	var none T
	if m == nil {
		return none, false
	}
	v, ok := m.Value.(T)
	return v, ok
}

// addSpans adds a smaller length to a longer one.
func addSpans(a, b *span) *span {
	if a == nil || b == nil || a.smallest <= b.smallest || a.Vague || b.Vague || !a.whole || b.Low >= secondsOf(a.smallest) && a.smallest > day && b.smallest >= day && b.Low >= 2*secondsOf(a.smallest) {
		return nil
	}
	if a.Bound == Range || a.Bound == AtMost || b.Bound == AtMost {
		return nil
	}
	s := &span{smallest: b.smallest, whole: b.whole}
	s.Low, s.High = a.Low+b.Low, a.High+b.High
	s.Bound = a.Bound
	if s.Bound == Exact {
		s.Bound = b.Bound
	}
	s.parts = append(append(s.parts, a.parts...), b.parts...)
	return s
}

func secondsOf(g grain) float64 { _, s := unitOf(grainNames[g]); return s }

// rangeSpan reads two lengths, or two numbers with one unit.
func rangeSpan(m *phrase.Match, unit *phrase.Match) *span {
	var ends []*span
	if d := slotsOf(m, "duration"); len(d) == 2 {
		ends = []*span{spanOf(d[0]), spanOf(d[1])}
	} else if n := slotsOf(m, "number"); len(n) == 1 && len(d) == 1 {
		// "10 to 12 hours": the number takes the unit of the length.
		s, v := spanOf(d[0]), numeralOf(n[0])
		if s == nil || v == nil || len(s.parts) != 1 {
			return nil
		}
		scale := s.Low / s.parts[0].n
		c := *s
		c.Low, c.High = v.Low*scale, v.High*scale
		ends = []*span{&c, s}
	} else if len(n) == 2 && unit != nil {
		a, b := numeralOf(n[0]), numeralOf(n[1])
		ends = []*span{makeSpan(unit.Name, a.Low, a.High), makeSpan(unit.Name, b.Low, b.High)}
	}
	if len(ends) != 2 || ends[0] == nil || ends[1] == nil || ends[0].Low >= ends[1].High || ends[0].Vague || ends[1].Vague {
		return nil
	}
	s := *ends[1]
	s.Low, s.High, s.Bound = ends[0].Low, ends[1].High, Range
	return &s
}

// describeDuration writes a length for examples: 2h30m, >=3h, 2h..3h, vague.
func describeDuration(m *phrase.Match) string {
	s := spanOf(m)
	if s == nil {
		return m.Name
	}
	return s.Duration.String()
}

// String writes a length as examples do: 2h30m, ~8h, >=3h, <=1d, 2h..3h, vague(3h). A day
// of a month and a year are counted in days.
func (d Duration) String() string {
	s := map[Bound]string{Approx: "~", AtLeast: ">=", AtMost: "<="}[d.Bound] + lengthText(d.Low)
	if d.Low != d.High {
		s += ".." + lengthText(d.High)
	}
	if d.Vague {
		return "vague"
	}
	return s
}

func lengthText(seconds float64) string {
	var b strings.Builder
	whole := math.Floor(seconds)
	for _, u := range []struct {
		name string
		n    float64
	}{{"d", 86400}, {"h", 3600}, {"m", 60}} {
		if whole >= u.n {
			b.WriteString(plain(math.Floor(whole/u.n)) + u.name)
			whole = math.Mod(whole, u.n)
		}
	}
	if rest := whole + seconds - math.Floor(seconds); rest > 0 || b.Len() == 0 {
		b.WriteString(plain(math.Round(rest*1000)/1000) + "s")
	}
	return b.String()
}
