package extract

// The files of numbers, durations and times: what names may stand at their margins and how
// a finding gets its value. The order is that of building: words, then lengths and clocks,
// then dates, then times of both, then numbers with their bounds, which no longer see the
// figures of a date.

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tocsin/extract/phrase"
)

// valueWords are the files of single words.
func valueWords() []phrase.Dim {
	return []phrase.Dim{
		{Name: "number", Check: checkNumber, Build: buildTerm, Join: joinNumbers, Describe: describeNumber},
		// Units of time; half_day and the like are units of their own.
		{Name: "unit", Names: []string{"second", "minute", "quarter_hour", "half_hour", "hour", "day", "half_day", "night", "weekend",
			"week", "fortnight", "month", "quarter", "half_year", "year", "decade", "century"}},
		{Name: "month", Names: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
			"spring", "summer", "autumn", "winter"}},
		{Name: "weekday", Names: weekdayNames},
		{Name: "daypart", Names: daypartNames()},
		{Name: "meridiem", Names: []string{"am", "pm"}},
		// Where in a stretch of time: "early", "at the end of".
		{Name: "edge", Names: []string{"early", "mid", "late", "earlier", "later"}},
		// Steps in time: -1 (last), 0 (this), +1 (next), and words that hold their unit:
		// day-1 (yesterday), year+0 (this year); with text they count from what was told.
		{Name: "step", Check: checkStep, Build: buildStep},
		{Name: "bound", Names: []string{"approx", "at_least", "at_most"}},
		{Name: "stuck"}, // of shapes: figures that hang on letters, Q3, October2
		{Name: "bracket", Names: []string{"open", "close"}}, // of shapes: a saying cannot hold one
		{Name: "zone", Check: checkZone, Build: buildZone},
	}
}

// valueDims are the files of the values built from those words.
func valueDims() []phrase.Dim {
	return []phrase.Dim{
		{Name: "clock", Layer: phrase.Values, Names: []string{"clock", "bare", "range"}, Build: buildClock, Passes: 5, Describe: describeWhen},
		{Name: "duration", Layer: phrase.Values, Names: durationNames, Build: buildDuration, Passes: 4, Describe: describeDuration},
		{Name: "date", Layer: phrase.Values, Names: dateNames, Build: buildDate, Passes: 3, Describe: describeWhen},
		{Name: "time", Layer: phrase.Values, Names: timeNames, Build: buildTime, Passes: 4, Describe: describeWhen},
		{Name: "amount", Layer: phrase.Values, Names: amountNames, Build: buildAmount, Passes: 2, Describe: describeNumber},
	}
}

// valueSlots are narrower names for their findings.
func valueSlots() []phrase.Slot {
	number := func(accept func(*numeral) bool) func(*phrase.Match) bool {
		return func(m *phrase.Match) bool { v, ok := m.Value.(*numeral); return ok && accept(v) }
	}
	whole := func(v *numeral, low, high float64) bool {
		return v.whole && v.Low == v.High && v.Low >= low && v.Low <= high && !v.signed && !v.Percent && !v.price && v.Bound == Exact
	}
	cardinal := func(low, high float64, digits int) func(*phrase.Match) bool {
		return number(func(v *numeral) bool {
			return whole(v, low, high) && !v.Ordinal && !v.article && v.digits <= digits
		})
	}
	named := func(names ...string) func(*phrase.Match) bool {
		return func(m *phrase.Match) bool {
			for _, n := range names {
				if m.Name == n {
					return true
				}
			}
			return false
		}
	}
	attr := func(key string, want bool) func(*phrase.Match) bool {
		return func(m *phrase.Match) bool { _, ok := m.Attrs[key]; return ok == want }
	}
	isWhen := func(accept func(*when) bool) func(*phrase.Match) bool {
		return func(m *phrase.Match) bool { w, ok := m.Value.(*when); return ok && accept(w) }
	}
	figure := func(m *phrase.Match) bool { c := m.Text[m.Start]; return c >= '0' && c <= '9' }
	return []phrase.Slot{
		// Numbers.
		{Name: "quantity", Dim: "number", Accept: number(func(v *numeral) bool { return !v.Ordinal && !v.Percent && !v.price })},
		{Name: "cardinal", Dim: "number", Accept: number(func(v *numeral) bool { return !v.Ordinal && !v.article })},
		{Name: "ordinal", Dim: "number", Accept: number(func(v *numeral) bool { return v.Ordinal })},
		{Name: "year", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 1500, 2199) && v.digits == 4 })},
		{Name: "yearwords", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 1500, 2199) && v.words && !v.Ordinal })},
		{Name: "yearhead", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 15, 20) && v.words && !v.Ordinal && !v.article })},
		{Name: "yeartail", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 1, 99) && v.words && !v.Ordinal && !v.article })},
		{Name: "quarternumber", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 1, 4) && !v.Ordinal })},
		{Name: "stuckquarter", Dim: "stuck", Accept: number(func(v *numeral) bool { return whole(v, 1, 4) })},
		{Name: "stuckday", Dim: "stuck", Accept: number(func(v *numeral) bool { return whole(v, 1, 31) && v.digits <= 2 })},
		{Name: "stuckyear", Dim: "stuck", Accept: number(func(v *numeral) bool { return whole(v, 1500, 2199) })},
		{Name: "weeknumber", Dim: "number", Accept: cardinal(1, 53, 2)},
		{Name: "dothour", Dim: "number", Accept: number(func(v *numeral) bool {
			return v.hundredths && !v.signed && v.Low >= 1 && v.Low < 24.595 && (v.Low-math.Floor(v.Low))*100 < 59.5
		})},
		{Name: "hourword", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 1, 12) && v.words && !v.Ordinal && !v.article })},
		{Name: "dayfigure", Dim: "number", Accept: func(m *phrase.Match) bool {
			v := numeralOf(m)
			return v != nil && figure(m) && v.Ordinal && v.Low >= 1 && v.Low <= 31
		}},
		{Name: "shortyear", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 0, 99) && v.digits == 2 })},
		{Name: "rocyear", Dim: "number", Accept: cardinal(1, 150, 3)},
		{Name: "monthnumber", Dim: "number", Accept: cardinal(1, 12, 2)},
		{Name: "day", Dim: "number", Accept: cardinal(1, 31, 2)},
		{Name: "dayordinal", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 1, 31) && v.Ordinal })},
		{Name: "hour", Dim: "number", Accept: cardinal(0, 24, 2)},
		{Name: "hourspan", Dim: "number", Accept: number(func(v *numeral) bool {
			return v.Bound == Range && v.words && v.High == v.Low+1 && v.Low >= 1 && v.High <= 12 && v.unit == 1 && !v.Percent
		})},
		// An hour and minutes that were read as decimals: 三点十五, 8点08; hourdigit is 三点五.
		{Name: "hourpoint", Dim: "number", Accept: number(func(v *numeral) bool {
			return v.pointed == 2 && v.Low >= 0 && v.Low < 25 && v.unit == 1 && !v.Percent && !v.signed && !v.Ordinal
		})},
		{Name: "hourdigit", Dim: "number", Accept: number(func(v *numeral) bool {
			return v.pointed == 1 && v.Low >= 0 && v.Low < 25 && v.unit == 1 && !v.Percent && !v.signed && !v.Ordinal
		})},
		{Name: "hourshare", Dim: "number", Accept: number(func(v *numeral) bool { return v.pointed == sharePoint && v.Low >= 1 && v.Low < 25 })},
		{Name: "digityear", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 10, 99) && v.words && v.digits == 2 })},
		{Name: "zeroyear", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 0, 9) && v.digits == 2 })},
		{Name: "secondnumber", Dim: "number", Accept: cardinal(0, 59, 2)},
		{Name: "lessminutes", Dim: "number", Accept: number(func(v *numeral) bool { return v.words && v.Low < 0 && v.Low > -60 })},
		{Name: "latehour", Dim: "number", Accept: cardinal(13, 24, 2)},
		{Name: "minute", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 0, 59) && !v.Ordinal && !v.article && v.digits <= 2 })},
		{Name: "minutes", Dim: "number", Accept: number(func(v *numeral) bool {
			return whole(v, 0, 59) && !v.Ordinal && (v.digits == 2 || v.words && v.Low >= 10)
		})},
		{Name: "century", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 15, 22) })},
		{Name: "decade", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 0, 2190) && int(v.Low)%10 == 0 })},
		{Name: "hhmm", Dim: "number", Accept: number(func(v *numeral) bool { return whole(v, 100, 2459) && v.digits >= 3 && int(v.Low)%100 < 60 })},
		// Words.
		{Name: "monthname", Dim: "month", Accept: func(m *phrase.Match) bool { return m.Name[0] <= '9' && attr("unsure", false)(m) }},
		{Name: "anymonth", Dim: "month", Accept: func(m *phrase.Match) bool { return m.Name[0] <= '9' }},
		{Name: "edgedpart", Dim: "daypart", Accept: func(m *phrase.Match) bool { return attr("edge", true)(m) || attr("alone", true)(m) }},
		{Name: "tonight", Dim: "step", Accept: attr("part", true)},
		{Name: "season", Dim: "month", Accept: func(m *phrase.Match) bool { return m.Name[0] > '9' }},
		{Name: "dayname", Dim: "weekday", Accept: attr("unsure", false)},
		{Name: "noon", Dim: "daypart", Accept: named("noon", "midnight")},
		{Name: "open", Dim: "bracket", Accept: named("open")},
		{Name: "close", Dim: "bracket", Accept: named("close")},
		{Name: "direction", Dim: "step", Accept: func(m *phrase.Match) bool { s := m.Value.(*step); return s.grain == noGrain && !s.after }},
		{Name: "directionafter", Dim: "step", Accept: func(m *phrase.Match) bool { s := m.Value.(*step); return s.grain == noGrain && s.after }},
		{Name: "shift", Dim: "step", Accept: func(m *phrase.Match) bool { return m.Value.(*step).grain != noGrain }},
		{Name: "longunit", Dim: "unit", Accept: attr("short", false)},
		{Name: "boundafter", Dim: "bound", Accept: attr("after", true)},
		{Name: "boundbefore", Dim: "bound", Accept: attr("after", false)},
		{Name: "clockunit", Dim: "unit", Accept: named("second", "minute", "hour")},
		{Name: "dayunit", Dim: "unit", Accept: named("day", "week", "weekend", "month", "quarter", "half_year", "year", "decade", "century", "fortnight")},
		// Values.
		{Name: "firmclock", Dim: "clock", Accept: isWhen(func(w *when) bool { return !w.bare })},
		{Name: "window", Dim: "clock", Accept: isWhen(func(w *when) bool { return w.from != nil })},
		{Name: "hours", Dim: "duration", Accept: func(m *phrase.Match) bool { s, ok := m.Value.(*span); return ok && s.smallest == hour }},
		{Name: "ahead", Dim: "duration", Accept: func(m *phrase.Match) bool { s, ok := m.Value.(*span); return ok && s.ahead }},
		{Name: "plaindate", Dim: "date", Accept: isWhen(func(w *when) bool { return w.from == nil && w.to == nil && w.grain() == day })},
		{Name: "monthdate", Dim: "date", Accept: isWhen(func(w *when) bool { return w.from == nil && w.to == nil && w.grain() >= week })},
		{Name: "daytime", Dim: "time", Accept: isWhen(func(w *when) bool { return w.from == nil && w.to == nil })},
	}
}

// A step is a direction in time, with its grain where the word holds one.
type step struct {
	grain grain
	n     int
	text  bool // from what the text told before
	after bool // stands after its unit
	part  string
}

// parseStep reads -1, +2, day-1, year+0.
func parseStep(name string) (step, error) {
	at := strings.IndexAny(name, "+-")
	if at < 0 {
		at = 0
	}
	s := step{grain: parseGrain(name[:at])}
	n, err := strconv.Atoi(name[at:])
	s.n = n
	if err != nil || at > 0 && s.grain == noGrain {
		return s, fmt.Errorf("%q is no step: want -1, 0, +1, or a unit and a step: day-1, week+0", name)
	}
	return s, nil
}

func checkStep(name string) error {
	_, err := parseStep(name)
	return err
}

func buildStep(m *phrase.Match) any {
	s, err := parseStep(m.Name)
	if err != nil {
		return nil
	}
	_, s.text = m.Attrs["text"]
	_, s.after = m.Attrs["after"]
	s.part = m.Attrs["part"]
	return &s
}

// A daypart is a stretch of the day, in hours; wide is how the most generous hearer takes it.
// hours=17..19 on the margin tells the wide ones of a saying.
type daypart struct {
	name             string
	from, until      float64
	wideFrom, wideTo float64
	pm               func(hour int) bool // whether an hour of 12 is after noon
}

func dayparts() []daypart {
	never := func(int) bool { return false }
	always := func(h int) bool { return h < 12 }
	return []daypart{
		{"small_hours", 0, 6, 0, 8, never},
		{"dawn", 4, 8, 4, 8, never},
		{"morning", 8, 12, 4, 12, never},
		{"forenoon", 8, 12, 4, 12, never},
		{"noon", 11, 13, 12, 14, func(h int) bool { return h < 6 }},
		{"afternoon", 12, 16, 12, 19, always},
		{"evening", 16, 20, 18, 24, func(h int) bool { return h >= 4 && h < 12 }},
		{"dusk", 17, 19, 17, 19, always},
		{"night", 20, 24, 18, 24, func(h int) bool { return h >= 6 && h < 12 }},
		{"midnight", 0, 0, 0, 0, never},
		{"daytime", 8, 18, 6, 18, never},
		{"business", 8, 18, 9, 17, func(h int) bool { return h < 7 }},
		{"lunch", 11, 13, 12, 14, func(h int) bool { return h < 6 }},
		{"dinner", 16, 20, 18, 21, always},
		{"breakfast", 8, 12, 6, 9, never},
	}
}

// hoursOf reads what hours= says on the margin of daypart.txt: 17..19.
func hoursOf(attr string) (hours [2]float64) {
	from, until, ok := strings.Cut(attr, "..")
	if !ok {
		return hours
	}
	hours[0], _ = strconv.ParseFloat(from, 64)
	hours[1], _ = strconv.ParseFloat(until, 64)
	return hours
}

func daypartNames() []string {
	var names []string
	for _, p := range dayparts() {
		names = append(names, p.name)
	}
	return names
}

func lookupDaypart(name string) (daypart, bool) {
	for _, p := range dayparts() {
		if p.name == name {
			return p, true
		}
	}
	return daypart{}, false
}

func describeWhen(m *phrase.Match) string {
	w, ok := m.Value.(*when)
	if !ok {
		return m.Name
	}
	return w.String()
}
