package extract

// Clock times. Both names of clock.txt fill hour, minute, second, half of the day, part of
// the day and zone from the slots in whatever order they stand; a bare one is a time only
// beside a date. What the margin may say besides:
//
//	minute=30    this many minutes past the hour; -15 before it
//	past, to     {minute} stands for minutes past, or before, the hour
//	hour=12      the hour where no slot tells it
//	approx       about then
//	trim         the finding spans the slots only (see duration.go)

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

func buildClock(m *phrase.Match) any {
	if !ends(m) || m.Name == "range" && afterMark(m) {
		return nil
	}
	if h := numeralOf(m.Slot("hourspan")); h != nil {
		return hourSpan(h, m)
	}
	if m.Name == "range" && m.Slot("window") == nil {
		if w := readRange(m); w != nil {
			return w
		}
		return nil
	}
	w := &when{bare: m.Name == "bare"}
	for _, f := range m.Slots {
		if !w.take(f) {
			return nil
		}
	}
	if h, ok := m.Attrs["hour"]; ok {
		w.hour, _ = strconv.Atoi(h)
		w.told |= toldHour
	}
	if w.from == nil && w.told&toldPart != 0 && w.told&toldHour == 0 && (w.part == "noon" || w.part == "midnight") {
		w.told |= toldHour | toldClock
		w.told &^= toldPart
		w.fixed = true
		if w.hour = 0; w.part == "noon" {
			w.hour = 12
		}
		w.part = ""
	}
	if w.from != nil && w.to != nil {
		if m.Name != "range" || w.told&(toldHour|toldMinute) != 0 {
			return nil
		}
		w.spread()
		return w
	}
	if w.told&toldHour == 0 {
		return nil
	}
	if l := m.Slot("lessminutes"); l != nil {
		w.addMinutes(int(numeralOf(l).Low))
	} else if a, ok := m.Attrs["minute"]; ok {
		n, _ := strconv.Atoi(a)
		w.addMinutes(n)
	} else if _, ok := m.Attrs["to"]; ok {
		n := w.minute
		w.minute = 0
		w.addMinutes(-n)
	} else if _, ok := m.Attrs["times"]; ok {
		n, _ := strconv.Atoi(m.Attrs["times"])
		w.minute *= n
	}
	if _, ok := m.Attrs["approx"]; ok {
		w.approx = true
	}
	if w.told&toldMeridiem != 0 && (w.hour > 12 && !w.pm && w.hour != 0) {
		return nil
	}
	if w.minute > 59 || w.second > 59 {
		return nil
	}
	return w
}

// ends reports whether a finding whose margin says last stands at the end of a clause: no
// word and no figure follows.
func ends(m *phrase.Match) bool {
	if _, ok := m.Attrs["last"]; !ok {
		return true
	}
	rest := strings.TrimLeft(m.Text[m.End:], " \u00a0")
	r, n := utf8.DecodeRuneInString(rest)
	if n == 0 || r == '\n' {
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest[n:])
	return strings.ContainsRune(".,;:!?)。，；！？）", r) && !unicode.IsDigit(next)
}

// hourSpan reads two hours told in one breath: 七八点.
func hourSpan(h *numeral, m *phrase.Match) any {
	w := &when{approx: true, from: &when{hour: int(h.Low), told: toldHour}, to: &when{hour: int(h.High), told: toldHour}}
	for _, f := range m.Slots {
		if f.Slot != "hourspan" && !(w.from.take(f) && w.to.take(f)) {
			return nil
		}
	}
	return w
}

// afterMark reports whether figures go on to the left: the 21 of 2016-02-21.
func afterMark(m *phrase.Match) bool {
	return m.Start > 1 && strings.IndexByte("-/.:", m.Text[m.Start-1]) >= 0 && m.Text[m.Start-2] >= '0' && m.Text[m.Start-2] <= '9'
}

// addMinutes sets the minutes past the hour, going back an hour for those before it.
func (w *when) addMinutes(n int) {
	w.told |= toldMinute
	w.minute += n
	if w.minute < 0 {
		w.minute += 60
		if w.hour--; w.hour < 0 {
			w.hour = 23
		} else if w.hour == 0 && w.told&(toldMeridiem|toldPart) != 0 {
			w.hour = 12
		}
	}
}

// take adds what one slot tells. It returns false where the part was told already.
func (w *when) take(f phrase.Filled) bool {
	m := f.Match
	put := func(bit told, to *int, n int) bool {
		if w.told&bit != 0 {
			return false
		}
		*to = n
		w.told |= bit
		return true
	}
	n := 0
	if v := numeralOf(m); v != nil {
		n = int(v.Low)
	}
	switch f.Slot {
	case "year", "yearwords", "stuckyear":
		return put(toldYear, &w.year, n)
	case "yearhead":
		return put(toldYear, &w.year, 100*n)
	case "yeartail":
		if w.told&toldYear == 0 || w.year%100 != 0 {
			return false
		}
		w.year += n
		return true
	case "dothour":
		w.minute = int(math.Round((numeralOf(m).Low - float64(n)) * 100))
		return put(toldHour|toldMinute, &w.hour, n)
	case "shortyear", "zeroyear", "digityear":
		w.shortYear = true
		return put(toldYear, &w.year, expandYear(n))
	case "rocyear":
		w.roc = true
		return put(toldYear, &w.year, n+1911)
	case "monthnumber":
		return put(toldMonth, &w.month, n)
	case "monthname", "anymonth":
		v, _ := strconv.Atoi(m.Name)
		return put(toldMonth, &w.month, v)
	case "season":
		if w.told&toldSeason != 0 {
			return false
		}
		w.season, w.told = m.Name, w.told|toldSeason
		return true
	case "day", "dayordinal", "dayfigure", "stuckday":
		return put(toldDay, &w.day, n)
	case "weekday", "dayname":
		for i, name := range weekdayNames {
			if name == m.Name {
				return put(toldWeekday, &w.weekday, i+1)
			}
		}
	case "hour", "latehour", "hourword":
		return put(toldHour, &w.hour, n)
	case "hourpoint", "hourdigit", "hourshare":
		v := numeralOf(m)
		return put(toldHour, &w.hour, int(v.Low)) && put(toldMinute, &w.minute, v.point)
	case "minute", "minutes":
		return put(toldMinute, &w.minute, n)
	case "secondnumber":
		return put(toldSecond, &w.second, n)
	case "hhmm":
		w.minute = n % 100
		return put(toldHour|toldMinute, &w.hour, n/100)
	case "meridiem":
		if w.told&toldMeridiem != 0 {
			return false
		}
		w.pm, w.told = m.Name == "pm", w.told|toldMeridiem
		return true
	case "daypart", "noon", "edgedpart":
		if w.told&toldPart != 0 {
			return false
		}
		w.part, w.told = m.Name, w.told|toldPart
		if e, ok := m.Attrs["edge"]; ok {
			w.partEdge = e
		}
		w.partHours = hoursOf(m.Attrs["hours"])
		return true
	case "edge":
		w.partEdge = m.Name
		if m.Name == "earlier" || m.Name == "later" {
			w.partEdge = map[string]string{"earlier": "early", "later": "late"}[m.Name]
		}
		return true
	case "zone":
		if w.told&toldZone != 0 {
			return false
		}
		w.zone, w.zoneOf, w.told = m.Name, m.Attrs["of"], w.told|toldZone
		return true
	case "shift", "tonight":
		s := m.Value.(*step)
		if len(w.shifts) > 0 {
			return false
		}
		w.shifts = append(w.shifts, shift{grain: s.grain, n: float64(s.n)})
		w.told |= toldShift
		w.text = w.text || s.text
		if s.part != "" {
			w.part, w.told = s.part, w.told|toldPart
		}
		return true
	case "unit", "longunit", "dayunit", "clockunit", "direction", "directionafter", "ordinal", "cardinal", "quantity", "lessminutes", "quarternumber", "stuckquarter", "ahead", "weeknumber", "number", "bound", "boundbefore", "boundafter", "duration", "hours", "century", "decade":
		return true // read by the name of the construction
	default:
		if o, ok := m.Value.(*when); ok {
			before := w.told
			if w.overlaps(o) {
				return false
			}
			bare := w.bare || before == 0
			if !w.merge(o) {
				return false
			}
			w.bare = bare && (w.bare || o.bare) && before == 0
			return true
		}
	}
	return true
}

// overlaps reports whether a part other than zone and weekday is told by both.
func (w *when) overlaps(o *when) bool {
	both := w.told & o.told &^ (toldZone | toldWeekday | toldMeridiem | toldClock | toldShift)
	if both&toldPart != 0 && (w.part == o.part || w.told&toldHour != 0 || o.told&toldHour != 0) {
		both &^= toldPart
	}
	if len(w.shifts) > 0 && len(o.shifts) > 0 {
		return true
	}
	if both&toldHour != 0 && w.hour%12 == o.hour%12 && w.minute == o.minute {
		both &^= toldHour | toldMinute | toldSecond
	}
	return both != 0
}
