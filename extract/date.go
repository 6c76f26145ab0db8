package extract

// Dates. Every name of date.txt first takes what its slots tell, in whatever order they
// stand (clock.go); the name says what they make together:
//
//	date     the slots alone: {day} {monthname} {year}, {direction} {unit}, {shift}
//	ago      {duration} before the anchor; hence: after it. With text on the margin, before
//	         or after what the text told last (two days later)
//	from     {duration} before or after another {date}: sign=-1 on the margin for before
//	past     the last {cardinal} {unit}; coming: the next ones
//	nth      the {ordinal} {unit} or {dayname} of what else is told; n=-1 for the last
//	edge     the beginning, middle or end of a stretch
//	decade   {decade}; century
//	now      the anchor itself
//	first    the first {cardinal} {unit} of {date}; sign=-1 for the last
//	rest     what is left of {unit} from the anchor on
//	range    from one to another: the slots up to the first part told twice are the start
//	since, until   from or up to a date

import (
	"math"
	"strconv"

	"tocsin/extract/phrase"
)

var dateNames = []string{"date", "ago", "hence", "from", "past", "coming", "nth", "edge", "decade", "century", "now", "rest", "first", "range", "since", "until", "figures", "slashed"}

func buildDate(m *phrase.Match) any {
	if w := readDate(m); w != nil {
		return w
	}
	return nil
}

func readDate(m *phrase.Match) *when {
	if !ends(m) {
		return nil
	}
	w := &when{}
	switch m.Name {
	case "range":
		return readRange(m)
	case "since", "until":
		return readOpen(m)
	}
	for _, f := range m.Slots {
		if !w.take(f) {
			return nil
		}
	}
	_, w.approx = m.Attrs["approx"]
	_, text := m.Attrs["text"]
	w.text = w.text || text
	unit, number := firstOf(m, "unit"), numeralOf(firstOf(m, "number"))
	if q := m.Slot("stuckquarter"); q != nil {
		number = numeralOf(q)
	}
	if u, ok := m.Attrs["unit"]; ok && unit == nil {
		unit = &phrase.Match{Name: u, Dim: "unit"} // the saying itself is the unit
	}
	d := spanOf(firstOf(m, "duration"))
	var dir *step
	if s := firstOf(m, "step"); s != nil {
		if v := s.Value.(*step); v.grain == noGrain {
			dir = v
		}
	}
	if n, ok := m.Attrs["direction"]; ok {
		v, _ := strconv.Atoi(n)
		dir = &step{n: v}
	}
	switch m.Name {
	case "date":
		if dir != nil {
			w.text = w.text || dir.text
			if !w.direct(dir, unit) {
				return nil
			}
		} else if unit != nil {
			g, n := grainUnit(unit.Name)
			w.shifts = append(w.shifts, shift{g, 0 * n, false})
			w.told |= toldShift
		}
	case "ago", "hence":
		if d == nil {
			return nil
		}
		sign := 1.0
		if m.Name == "ago" {
			sign = -1
		}
		for _, p := range d.parts {
			if p.n*p.n > 1e10 {
				return nil
			}
			w.shifts = append(w.shifts, shift{p.grain, sign * p.n, true})
		}
		w.told |= toldShift
		w.approx = w.approx || d.Vague || d.Bound == Approx
	case "from":
		base, _ := valueOf[*when](firstOf(m, "date"))
		if base == nil || d == nil && unit == nil {
			return nil
		}
		sign := 1.0
		if s, ok := m.Attrs["sign"]; ok {
			sign, _ = strconv.ParseFloat(s, 64)
		}
		if sign == 0 && unit == nil {
			return nil
		}
		w = &when{base: base, told: toldShift}
		if sign == 0 {
			g, _ := grainUnit(unit.Name)
			w.shifts = append(w.shifts, shift{grain: g}) // the week of that day
		} else if d != nil {
			for _, p := range d.parts {
				w.shifts = append(w.shifts, shift{p.grain, sign * p.n, true})
			}
		} else {
			g, n := grainUnit(unit.Name)
			w.shifts = append(w.shifts, shift{g, sign * n, g <= day})
		}
		if d != nil && d.Bound == AtLeast && sign > 0 {
			return &when{from: w, open: since}
		}
		if d != nil && d.Bound == AtLeast && sign < 0 {
			return &when{to: w, open: until}
		}
	case "first":
		base := w
		if o, ok := valueOf[*when](firstOf(m, "date")); ok {
			base = o
		}
		if unit == nil && d == nil || base.told&toldDate == 0 {
			return nil
		}
		n, g := 1.0, noGrain
		if d != nil && len(d.parts) == 1 {
			n, g = d.parts[0].n, d.parts[0].grain
		} else if unit != nil && number != nil {
			var k float64
			g, k = grainUnit(unit.Name)
			n = number.Low * k
		}
		if g == noGrain || n <= 0 || n > 1000 {
			return nil
		}
		if m.Attrs["sign"] == "-1" {
			n = -n
		}
		w = &when{base: base, span: n, spanGrain: g, told: toldShift}
	case "past", "coming":
		n, g := 1.0, noGrain
		switch {
		case d != nil:
			if len(d.parts) != 1 {
				return nil
			}
			n, g = d.parts[0].n, d.parts[0].grain
		case unit != nil && number != nil && !number.Ordinal:
			var k float64
			g, k = grainUnit(unit.Name)
			n = number.Low * k
		case unit != nil:
			var k float64
			g, k = grainUnit(unit.Name)
			if a, ok := m.Attrs["n"]; ok {
				n, _ = strconv.ParseFloat(a, 64)
			}
			n *= k
		default:
			return nil
		}
		if n <= 0 || n > 1e6 {
			return nil
		}
		if dir != nil && dir.n < 0 || dir == nil && m.Name == "past" {
			n = -n
		}
		w.span, w.spanGrain = n, g
		w.told |= toldShift
	case "nth":
		if !w.ordinal(m, unit, number) {
			return nil
		}
	case "edge":
		if w.told&toldDate == 0 {
			if unit == nil {
				return nil
			}
			if dir == nil {
				dir = &step{}
			}
			if !w.direct(dir, unit) {
				return nil
			}
		}
		e := firstOf(m, "edge")
		if e != nil {
			w.edge = e.Name
		}
		if a, ok := m.Attrs["edge"]; ok {
			w.edge = a
		}
		w.partEdge, w.partHours = "", [2]float64{}
	case "decade":
		if number == nil {
			return nil
		}
		n := int(number.Low)
		if c := m.Slot("century"); c != nil {
			n = (int(numeralOf(c).Low)-1)*100 + int(numeralOf(m.Slot("decade")).Low)
		} else if n < 100 {
			n += 1900
		}
		if n < 1000 || n > 2100 {
			return nil
		}
		w.decade, w.told = n, w.told|toldDecade
	case "century":
		if number == nil || number.Low > 25 || number.Low < 1 {
			return nil
		}
		w.year, w.told = int(number.Low-1)*100+1, w.told|toldYear
		w.span, w.spanGrain = 1, century
	case "rest":
		if unit == nil {
			return nil
		}
		w.direct(&step{}, unit)
		w.edge = "later"
	case "now":
		w.told |= toldNow
	}
	if !w.plausible() || w.told == 0 {
		return nil
	}
	if _, ok := m.Attrs["bare"]; ok {
		w.bare = true
	}
	if a, ok := m.Attrs["part"]; ok {
		w.part, w.told = a, w.told|toldPart
	}
	if a, ok := m.Attrs["partedge"]; ok {
		w.partEdge, w.partHours = a, [2]float64{}
	}
	return w
}

// direct applies last, this or next to a unit, or to the weekday, month, season or part of
// the day told.
func (w *when) direct(dir *step, unit *phrase.Match) bool {
	switch {
	case unit != nil:
		g, n := grainUnit(unit.Name)
		switch unit.Name {
		case "weekend":
			g, n = weekend, 1
		case "quarter":
			g, n = quarter, 1
		case "half_year":
			g, n = half, 1
		case "decade":
			g, n = decade, 1
		case "century":
			g, n = century, 1
		case "night":
			w.part, w.told = "night", w.told|toldPart
		}
		w.shifts = append(w.shifts, shift{g, float64(dir.n) * n, false})
		w.told |= toldShift
	case w.told&toldWeekday != 0 || w.told&toldMonth != 0 && w.told&toldYear == 0 || w.told&toldSeason != 0:
		w.directed, w.direction = true, dir.n
	case w.told&toldPart != 0:
		w.shifts = append(w.shifts, shift{day, float64(dir.n), false})
		w.told |= toldShift
	case w.told&toldDay != 0:
		w.directed, w.direction = true, dir.n
	default:
		return false
	}
	return true
}

// ordinal makes the n-th unit or weekday of what is told.
func (w *when) ordinal(m *phrase.Match, unit *phrase.Match, number *numeral) bool {
	n := 0
	if a, ok := m.Attrs["n"]; ok {
		n, _ = strconv.Atoi(a)
	} else if number != nil && number.whole && math.Abs(number.Low) < 400 {
		n = int(number.Low)
	}
	if n == 0 {
		return false
	}
	if d := m.Slot("dayname"); d != nil {
		w.nth, w.nthGrain, w.nthWeekday = n, day, w.weekday
		w.told = w.told&^toldWeekday | toldNth
		if units := slotsOf(m, "unit"); len(units) > 0 {
			dir := 0
			if s := firstOf(m, "step"); s != nil {
				dir = s.Value.(*step).n
			}
			w.direct2(&step{n: dir}, units[0])
		}
		return true
	}
	var u *phrase.Match
	for _, f := range m.Slots {
		if f.Match.Dim == "unit" {
			u = f.Match // the first is counted, another tells of what
			break
		}
	}
	if u == nil {
		u = unit
	}
	if u == nil {
		return false
	}
	g, _ := unitOf(u.Name)
	if u.Name == "quarter" {
		g = quarter
	}
	w.nth, w.nthGrain = n, g
	w.told |= toldNth
	units := slotsOf(m, "unit")
	if len(units) > 1 {
		dir := 0
		if s := firstOf(m, "step"); s != nil {
			dir = s.Value.(*step).n
		}
		w.direct2(&step{n: dir}, units[1])
	} else if s := firstOf(m, "step"); s != nil && s.Value.(*step).grain == noGrain {
		return false
	}
	return true
}

// direct2 applies a direction to the stretch that an n-th part is of.
func (w *when) direct2(dir *step, unit *phrase.Match) {
	n, g, day := w.nth, w.nthGrain, w.nthWeekday
	w.direct(dir, unit)
	w.nth, w.nthGrain, w.nthWeekday = n, g, day
}

// readRange fills two times: slots go to the start until one tells a part again.
func readRange(m *phrase.Match) *when {
	from, to := &when{}, &when{}
	side := from
	split := 0
	whole := 0
	for _, f := range m.Slots {
		_, isWhen := f.Match.Value.(*when)
		if isWhen {
			whole++
		}
		if side == from && (isWhen && whole == 2 || !from.take(f)) {
			side = to
			split++
		} else if side == from {
			continue
		}
		if !to.take(f) {
			return nil
		}
	}
	if split == 0 || from.told == 0 || to.told == 0 || from.from != nil || to.from != nil || from.to != nil || to.to != nil {
		return nil
	}
	if !from.plausible() || !to.plausible() {
		return nil
	}
	lend(from, to)
	w := &when{from: from, to: to, approx: from.approx || to.approx}
	if _, ok := m.Attrs["approx"]; ok {
		w.approx = true
	}
	if a, ok := m.Attrs["minutes"]; ok && a == "" {
		_ = a
	}
	return w
}

// lend gives each end of a range what only the other tells: the month of "2 to 7 February",
// the "pm" of "5 to 6 pm", the day of "Monday from 5 to 6".
func lend(from, to *when) {
	f, t := from.dayGrain(), to.dayGrain()
	switch {
	case f == noGrain && t != noGrain && from.told&toldTime != 0:
		copyDate(from, to)
	case t == noGrain && f != noGrain && to.told&toldTime != 0:
		copyDate(to, from)
	default:
		if from.told&toldMonth == 0 && from.told&toldDay != 0 && to.told&toldMonth != 0 && to.told&toldDay != 0 && from.told&toldShift == 0 {
			from.month, from.told = to.month, from.told|toldMonth
		}
		if to.told&toldMonth == 0 && to.told&toldDay != 0 && from.told&toldMonth != 0 && to.told&toldShift == 0 {
			to.month, to.told = from.month, to.told|toldMonth
		}
		if from.told&(toldDay|toldMonth) != 0 && from.told&toldMonth == 0 && len(to.shifts) > 0 && len(from.shifts) == 0 {
			from.shifts, from.told = to.shifts, from.told|toldShift
		}
		if to.told&(toldDay|toldMonth) != 0 && to.told&toldMonth == 0 && len(from.shifts) > 0 && len(to.shifts) == 0 && from.dayGrain() == day && from.told&toldDay != 0 {
			to.shifts, to.told = from.shifts, to.told|toldShift
		}
		if from.told&toldYear == 0 && to.told&toldYear != 0 && from.told&toldMonth != 0 && len(from.shifts) == 0 {
			from.year, from.told = to.year, from.told|toldYear
			if from.month > to.month && to.told&toldMonth != 0 {
				from.year--
			}
		}
		if to.told&toldYear == 0 && from.told&toldYear != 0 && to.told&toldMonth != 0 && len(to.shifts) == 0 {
			to.year, to.told = from.year, to.told|toldYear
			if to.month < from.month {
				to.year++
			}
		}
	}
	if from.told&toldHour != 0 && to.told&toldHour != 0 {
		if from.told&toldMeridiem == 0 && to.told&toldMeridiem != 0 && !from.fixed && from.told&toldPart == 0 && from.hour <= 12 {
			from.told |= toldMeridiem
			// "11 to 1 pm" begins before noon.
			from.pm = to.pm && from.hour%12*60+from.minute <= to.hour%12*60+to.minute || !to.pm && from.hour%12 > to.hour%12
		}
		if from.told&toldPart == 0 && to.told&toldPart != 0 && !from.fixed && from.told&toldMeridiem == 0 {
			from.part, from.partEdge, from.told = to.part, to.partEdge, from.told|toldPart
		}
		if to.told&(toldPart|toldMeridiem) == 0 && from.told&toldPart != 0 && !to.fixed && to.dayGrain() == from.dayGrain() {
			to.part, to.partEdge, to.told = from.part, from.partEdge, to.told|toldPart
			if to.hour24() < from.hour24() {
				to.part, to.told = "", to.told&^toldPart
			}
		}
	}
	if from.told&toldZone == 0 && to.told&toldZone != 0 {
		from.zone, from.zoneOf, from.told = to.zone, to.zoneOf, from.told|toldZone
	}
	if to.told&toldZone == 0 && from.told&toldZone != 0 {
		to.zone, to.zoneOf, to.told = from.zone, from.zoneOf, to.told|toldZone
	}
}

// copyDate gives w the date of o.
func copyDate(w, o *when) {
	w.year, w.month, w.day, w.weekday = o.year, o.month, o.day, o.weekday
	w.shifts, w.directed, w.direction, w.base, w.text = o.shifts, o.directed, o.direction, o.base, o.text
	w.nth, w.nthGrain, w.nthWeekday = o.nth, o.nthGrain, o.nthWeekday
	w.shortYear, w.roc = o.shortYear, o.roc
	w.told |= o.told & toldDate
}

func readOpen(m *phrase.Match) *when {
	side := &when{}
	for _, f := range m.Slots {
		if !side.take(f) {
			return nil
		}
	}
	if u := firstOf(m, "unit"); u != nil && side.told == 0 {
		side.direct(&step{}, u)
	}
	if side.told == 0 || side.from != nil || side.to != nil || !side.plausible() {
		return nil
	}
	if m.Name == "since" {
		return &when{from: side, open: since}
	}
	return &when{to: side, open: until}
}
