package extract

// Times: dates and clocks put together, and the windows between two. The names of time.txt:
//
//	time     the slots together: {date} {clock}, {time} {zone}
//	range    from one time to another (date.go)
//	since, until   one end told
//	within   the next {duration} from the anchor, or back with sign=-1
//	for      {time} and the {duration} that begins there
//	night    the night from {weekday} to {weekday}, or to what the second slot tells
//	from     {duration} before or after a {time}: sign=-1

import (
	"strconv"

	"tocsin/extract/phrase"
)

var timeNames = []string{"time", "range", "since", "until", "within", "for", "night", "from", "ago", "hence"}

func buildTime(m *phrase.Match) any {
	if w := readTime(m); w != nil {
		return w
	}
	return nil
}

func readTime(m *phrase.Match) *when {
	if !ends(m) {
		return nil
	}
	switch m.Name {
	case "range":
		return readRange(m)
	case "since", "until":
		return readOpen(m)
	case "ago", "hence":
		return readDate(m)
	case "night":
		w := &when{}
		days := slotsOf(m, "weekday")
		if len(days) == 2 {
			w.take(m.Slots[0])
			for i, n := range weekdayNames {
				if n == days[1].Name {
					w.nightTo = i + 1
				}
			}
		} else {
			for _, f := range m.Slots {
				if !w.take(f) {
					break // the second day is told by the first
				}
			}
		}
		if w.told&toldDate == 0 {
			return nil
		}
		w.part, w.told = "night", w.told|toldPart
		return w
	}
	d := spanOf(firstOf(m, "duration"))
	w := &when{}
	for _, f := range m.Slots {
		if !w.take(f) {
			return nil
		}
	}
	if _, ok := m.Attrs["approx"]; ok {
		w.approx = true
	}
	switch m.Name {
	case "time":
		if w.told&toldMeridiem != 0 && w.told&toldHour == 0 {
			// "Friday pm"
			w.part = map[bool]string{false: "morning", true: "afternoon"}[w.pm]
			w.told = w.told&^toldMeridiem | toldPart
		}
		if w.edge != "" && w.told&toldPart != 0 && w.partEdge == "" && (w.edge == "early" || w.edge == "late") {
			w.partEdge, w.edge = w.edge, "" // early Thursday morning
		}
		if g := w.dayGrain(); g > day && w.told&toldTime != 0 {
			return nil // a year has no five o'clock
		}
		if w.bare || w.told == 0 && w.from == nil && w.to == nil {
			return nil
		}
		if unit := firstOf(m, "unit"); unit != nil {
			dir := &step{}
			if s := firstOf(m, "step"); s != nil {
				dir = s.Value.(*step)
			}
			w.direct(dir, unit)
		} else if s := firstOf(m, "step"); s != nil && s.Value.(*step).grain == noGrain {
			if !w.direct(s.Value.(*step), nil) {
				return nil
			}
		}
		if w.told&toldDate != 0 && (w.from != nil || w.to != nil) {
			w.spread()
		}
	case "within":
		if d == nil {
			return nil
		}
		sign := 1.0
		if s, ok := m.Attrs["sign"]; ok {
			sign, _ = strconv.ParseFloat(s, 64)
		}
		if len(d.parts) == 0 {
			return nil
		}
		w.told |= toldShift
		w.span, w.spanGrain = sign*d.parts[0].n, d.parts[0].grain
	case "for":
		if w.from != nil && w.open == since {
			w = w.from
		}
		if d == nil || w.told == 0 || w.from != nil {
			return nil
		}
		c := *w
		w = &when{from: &c, length: &d.Duration}
	case "from":
		base := &when{}
		for _, f := range m.Slots {
			if o, ok := f.Match.Value.(*when); ok && !base.merge(o) {
				return nil
			}
		}
		if d == nil || base.told == 0 {
			return nil
		}
		sign := 1.0
		if s, ok := m.Attrs["sign"]; ok {
			sign, _ = strconv.ParseFloat(s, 64)
		}
		w = &when{base: base, told: toldShift}
		for _, p := range d.parts {
			w.shifts = append(w.shifts, shift{p.grain, sign * p.n, true})
		}
	}
	return w
}

// spread gives the ends of a window the date that stands beside it.
func (w *when) spread() {
	give := func(end *when) *when {
		if end == nil {
			return nil
		}
		c := *end
		if c.dayGrain() == noGrain {
			copyDate(&c, w)
		} else {
			if c.told&toldYear == 0 && w.told&toldYear != 0 {
				c.year, c.told = w.year, c.told|toldYear
			}
			if c.told&toldMonth == 0 && w.told&toldMonth != 0 {
				c.month, c.told = w.month, c.told|toldMonth
			}
			if len(c.shifts) == 0 && len(w.shifts) > 0 {
				c.shifts, c.told = w.shifts, c.told|toldShift
			}
		}
		if c.told&toldZone == 0 && w.told&toldZone != 0 {
			c.zone, c.zoneOf, c.told = w.zone, w.zoneOf, c.told|toldZone
		}
		if c.told&(toldPart|toldMeridiem) == 0 && w.told&toldPart != 0 && c.told&toldHour != 0 {
			c.part, c.told = w.part, c.told|toldPart
		}
		if c.told&(toldPart|toldMeridiem) == 0 && w.told&toldMeridiem != 0 && c.told&toldHour != 0 {
			c.pm, c.told = w.pm, c.told|toldMeridiem
		}
		return &c
	}
	w.from, w.to = give(w.from), give(w.to)
	zone, of, told := w.zone, w.zoneOf, w.told&toldZone
	*w = when{from: w.from, to: w.to, open: w.open, length: w.length, approx: w.approx, zone: zone, zoneOf: of, told: told}
}
