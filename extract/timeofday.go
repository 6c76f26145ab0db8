package extract

// The time of day within a resolved date: which half of the day an hour is in, and the
// hours of words like morning.

import "time"

// hour24 returns the hour on a clock of 24 hours, by what is told of its half of the day.
// 24 is the midnight that ends the day.
func (w *when) hour24() int {
	h := w.hour
	switch {
	case w.told&toldMeridiem != 0:
		if h < 12 && w.pm {
			return h + 12
		}
		if h == 12 && !w.pm {
			return 0
		}
	case w.told&toldPart != 0:
		p, _ := lookupDaypart(w.part)
		if h == 12 {
			switch w.part {
			case "small_hours", "midnight":
				return 0
			case "night", "evening":
				return 24
			}
		}
		if h < 12 && p.pm != nil && p.pm(h) && !(w.fixed && h == 0) {
			return h + 12
		}
	}
	return h
}

// ambiguous reports whether the hour may be before or after noon.
func (w *when) ambiguous() bool {
	return w.told&toldHour != 0 && w.told&(toldMeridiem|toldPart) == 0 && w.hour >= 1 && w.hour <= 12 && !w.fixed
}

// timeOfDay narrows a day to the time told.
func (r reader) timeOfDay(w *when, s stretch) (stretch, bool) {
	g := w.clockGrain()
	if g == noGrain {
		return s, true
	}
	s.timed = true
	d := truncate(s.from, day)
	if g == part {
		p, ok := lookupDaypart(w.part)
		if !ok {
			return s, false
		}
		from, until := p.from, p.until
		if r.wide {
			from, until = p.wideFrom, p.wideTo
			if r.widest && from == 4 {
				if from = 0; p.name == "forenoon" {
					from = 7
				}
			}
		}
		edge := w.partEdge
		if r.wide && w.partHours[1] > 0 {
			from, until, edge = w.partHours[0], w.partHours[1], ""
		}
		switch edge {
		case "early":
			until = from + max((until-from)/2, 0)
		case "late":
			from = from + (until-from)/2
		case "mid":
			from = from + (until-from)/2
			until = from
		}
		s.from = d.Add(time.Duration(from * float64(time.Hour)))
		s.until = d.Add(time.Duration(until * float64(time.Hour)))
		s.grain, s.window = part, true
		if w.nightTo != 0 {
			s.until = d.AddDate(0, 0, 1).Add(6 * time.Hour)
		}
		if !s.from.Before(s.until) {
			s.until, s.window, s.grain = s.from.Add(time.Minute), false, minute
		}
		return s, true
	}
	h := w.hour24()
	if r.pm && w.ambiguous() {
		if h < 12 {
			h += 12
		} else {
			h = 0
		}
	}
	// The small hours told as night belong to the next day: the night of Monday, at 2.
	if w.part == "night" && w.hour < 6 && h < 6 && w.nightTo != 0 {
		d = d.AddDate(0, 0, 1)
	}
	s.from = d.Add(time.Duration(h)*time.Hour + time.Duration(w.minute)*time.Minute + time.Duration(w.second)*time.Second)
	s.grain, s.window = g, false
	s.until = after(s.from, g)
	return s, true
}
