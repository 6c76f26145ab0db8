package extract

// The values of a text by themselves, as `tocsin mentions` prints them: each with up to
// three readings, the preferred one first. The form is that of the suites other parsers
// are tested by: spans in code points, dates as YYYY-MM-DD, lengths in seconds.

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

// An Entity is a value seen in a text.
type Entity struct {
	Start  int     `json:"start"` // code points
	Length int     `json:"length"`
	Text   string  `json:"text"`
	Type   string  `json:"type"` // of the first value
	Values []Value `json:"values"`
}

// A Value is one reading of an Entity.
type Value struct {
	Type  string `json:"type"` // number, percentage, ordinal, duration, date, time, datetime, daterange, timerange, datetimerange
	Value string `json:"value,omitempty"`
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
	Grain string `json:"grain,omitempty"` // of a range: how long its ends are
}

// Entities returns the values that rules find in a text, in order. Relative words count
// from reference; a zone that the text tells moves a time into the reference's.
func Entities(rules *phrase.Rules, text string, reference time.Time) []Entity {
	found := rules.Scan(text)
	var times []*phrase.Match
	for _, m := range found.Matches {
		if m.Dim == "time" || m.Dim == "duration" {
			times = append(times, m)
		}
	}
	covered := func(m *phrase.Match) bool {
		for _, o := range times {
			if o != m && o.Dim == "time" && m.Dim == "duration" && o.Start <= m.Start && o.End >= m.End {
				return true
			}
			if o != m && o.Dim == "duration" && m.Dim == "time" && o.Start <= m.Start && o.End >= m.End && o.End-o.Start > m.End-m.Start {
				return true
			}
		}
		return false
	}
	var out []Entity
	add := func(m *phrase.Match, values []Value) {
		if len(values) == 0 {
			return
		}
		start, end := inner(m)
		out = append(out, Entity{utf8.RuneCountInString(text[:start]), utf8.RuneCountInString(text[start:end]), text[start:end], values[0].Type, values})
	}
	for _, m := range found.Matches {
		switch v := m.Value.(type) {
		case *numeral:
			if (v.Ordinal || v.pointed != 0) && slices.ContainsFunc(times, func(t *phrase.Match) bool { return t.Dim == "time" && t.Start <= m.Start && t.End >= m.End }) {
				continue // the 4th of May counts nothing, nor does 九点二十
			}
			if m.Dim != "number" || v.article || v.glued {
				continue
			}
			kind := "number"
			switch {
			case v.Ordinal:
				kind = "ordinal"
			case v.Percent:
				kind = "percentage"
			}
			value := plain(v.Low)
			if v.Percent {
				value += "%"
			}
			add(m, []Value{{Type: kind, Value: value}})
		case *span:
			if m.Dim == "duration" && !covered(m) {
				add(m, lengths(v))
			}
		case *when:
			if m.Dim == "time" && !covered(m) {
				add(m, readings(v, reference))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Entity) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// lengths lists the seconds of a length: with years as twelve months of 30 days beside
// years of 365. A vague one without a number has none.
func lengths(s *span) []Value {
	if s.Vague && s.countless {
		return nil
	}
	out := []Value{{Type: "duration", Value: plain(s.Low)}}
	months, other := 0.0, false
	years := false
	for _, p := range s.parts {
		switch p.grain {
		case year:
			months, years = months+12*p.n, true
		case month:
			months += p.n
		default:
			other = true
		}
	}
	if years && !other && len(s.parts) > 1 {
		out = append(out, Value{Type: "duration", Value: plain(months * 30 * 86400)})
	}
	return out
}

// inner returns the span of a finding without the words that only lead to it.
func inner(m *phrase.Match) (start, end int) {
	if _, ok := m.Attrs["trim"]; ok && len(m.Slots) > 0 {
		return m.Slots[0].Match.Start, m.Slots[len(m.Slots)-1].Match.End
	}
	return m.Start, m.End
}

// readings lists what a time may mean: the past before the future, the narrow parts of the
// day before the wide, the morning before the afternoon.
func readings(w *when, reference time.Time) []Value {
	wall := time.Date(reference.Year(), reference.Month(), reference.Day(), reference.Hour(), reference.Minute(), reference.Second(), 0, time.UTC)
	ambiguous := w.ambiguous() || w.from != nil && w.from.ambiguous() || w.to != nil && w.to.ambiguous()
	try := []reader{{anchor: wall}, {anchor: wall, future: true, wide: true}, {anchor: wall, future: true, wide: true, widest: true},
		{anchor: wall, wide: true}, {anchor: wall, future: true}, {anchor: wall, loose: true}}
	if w.told&toldWeekday != 0 && w.told&toldDay != 0 {
		try = []reader{{anchor: wall}, {anchor: wall, future: true}, {anchor: wall, loose: true}}
	}
	if ambiguous {
		try = []reader{{anchor: wall}, {anchor: wall, pm: true}, {anchor: wall, future: true}, {anchor: wall, future: true, pm: true}}
	}
	var out []Value
	for _, r := range try {
		if s, ok := r.read(w); ok {
			s = s.moved(w, reference)
			if v, ok := valueOfStretch(s, w); ok && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	for _, v := range hearings(w, wall) {
		if !slices.Contains(out, v) {
			out = slices.Insert(out, min(len(out), 1), v)
		}
	}
	return out[:min(len(out), 3)]
}

// hearings are further readings of steps from now: seven days ago to the hour, two years ago
// to the month; the next two weeks as the second week from now; the last ones up to now.
func hearings(w *when, wall time.Time) []Value {
	if (w.from == nil) != (w.to == nil) && w.length == nil {
		// What is open reaches up to now, or begins now.
		s, ok := reader{anchor: wall, future: w.from == nil}.read(w)
		if !ok || !s.dated || s.from.After(wall) || !s.until.IsZero() && s.until.Before(wall) {
			return nil
		}
		if s.from.IsZero() {
			s.from = wall
		} else {
			s.until = wall
		}
		return []Value{{Type: "datetimerange", Start: s.from.Format(time.DateTime), End: s.until.Format(time.DateTime), Grain: "second"}}
	}
	if w.from != nil || w.to != nil || w.clockGrain() != noGrain {
		return nil
	}
	if w.span < 0 && w.spanGrain >= day && w.base == nil {
		// The last three months reach up to now.
		from := step1(truncate(wall, day), w.spanGrain, w.span)
		return []Value{{Type: "datetimerange", Start: from.Format(time.DateTime), End: wall.Format(time.DateTime), Grain: "second"}}
	}
	if w.span > 1 && w.spanGrain >= day {
		from := step1(truncate(wall, w.spanGrain), w.spanGrain, w.span)
		if w.spanGrain == day {
			return []Value{{Type: "date", Value: from.Format(time.DateOnly)}}
		}
		return []Value{{Type: "daterange", Start: from.Format(time.DateOnly), End: after(from, w.spanGrain).Format(time.DateOnly)}}
	}
	if w.base != nil || len(w.shifts) != 1 || !w.shifts[0].exact || w.told != toldShift {
		return nil
	}
	t := step1(wall, w.shifts[0].grain, w.shifts[0].n)
	switch w.shifts[0].grain {
	case day, week:
		return []Value{{Type: "datetime", Value: truncate(t, hour).Format(time.DateTime)}}
	case year:
		from := truncate(t, month)
		return []Value{{Type: "daterange", Start: from.Format(time.DateOnly), End: after(from, month).Format(time.DateOnly)}}
	}
	return nil
}

func valueOfStretch(s stretch, w *when) (Value, bool) {
	layout, kind := time.DateOnly, "date"
	if s.timed {
		layout, kind = time.DateTime, "datetime"
		if !s.dated {
			layout, kind = time.TimeOnly, "time"
		}
	}
	text := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(layout)
	}
	if s.window || s.grain > day {
		if s.from.IsZero() && s.until.IsZero() {
			return Value{}, false
		}
		v := Value{Type: kind + "range", Start: text(s.from), End: text(s.until)}
		if s.endGrain > noGrain && s.endGrain <= year && s.endGrain != part && s.endGrain != weekend {
			v.Grain = grainNames[s.endGrain] // an end that was told may be meant with all of it
		}
		if s.timed && s.grain == part && !s.until.IsZero() && s.until.Equal(truncate(s.until, day)) {
			v.End = text(s.until.Add(-time.Second))
		}
		return v, true
	}
	return Value{Type: kind, Value: text(s.from)}, !s.from.IsZero()
}

// moved tells a time that has its own zone on the clock of the reference, where that has one.
func (s stretch) moved(w *when, reference time.Time) stretch {
	zone := w.zone
	for _, end := range []*when{w.from, w.to} {
		if zone == "" && end != nil {
			zone = end.zone
		}
	}
	if zone == "" || !s.timed || reference.Location() == time.UTC {
		return s
	}
	_, here := reference.Zone()
	move := func(t time.Time) time.Time {
		if there, ok := zoneOffset(zone, t); ok && !t.IsZero() {
			return t.Add(time.Duration(here-there) * time.Second)
		}
		return t
	}
	s.from, s.until = move(s.from), move(s.until)
	return s
}
