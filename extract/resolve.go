package extract

// From a time as told to stretches of time, on the wall clock of its zone. What is told
// without its month or year is sought around the anchor, the past first: news tells what
// has been. Nothing here guesses an anchor; document.go's moments are made in moments.go.

import (
	"math"
	"time"
)

// A stretch is a resolved time: from the first instant up to the first after it. An end
// that is not told is zero.
type stretch struct {
	from, until time.Time
	grain       grain
	window      bool // two ends were told, or a stretch of many days
	dated       bool // the date is told or follows; otherwise the day is the anchor's
	timed       bool // a time of day is told
	yearGuessed bool // the year is sought around the anchor
	endGrain    grain
}

// A reader says how what may be taken two ways is taken.
type reader struct {
	anchor time.Time // wall clock
	future bool      // dates without year are ahead
	wide   bool      // parts of the day at their widest
	loose  bool      // a weekday beside a date need not fit
	widest bool      // the morning begins at midnight
	pm     bool      // hours that may be before or after noon are after it
}

func (r reader) read(w *when) (stretch, bool) { return r.resolve(w, 0) }

func (r reader) resolve(w *when, depth int) (stretch, bool) {
	if depth > 6 {
		return stretch{}, false
	}
	if w.from != nil || w.to != nil {
		return r.ends(w, depth)
	}
	anchor := r.anchor
	if w.base != nil && w.span != 0 {
		// The first or last days of what is told.
		b, ok := r.resolve(w.base, depth+1)
		if !ok || b.from.IsZero() || b.until.IsZero() {
			return stretch{}, false
		}
		s := stretch{from: b.from, until: b.until, grain: w.spanGrain, endGrain: w.spanGrain, window: true, dated: true, yearGuessed: b.yearGuessed}
		if w.span > 0 {
			if r.wide && w.spanGrain == week {
				s.from = s.from.AddDate(0, 0, (8-isoWeekday(s.from))%7)
			}
			s.until = step1(s.from, w.spanGrain, w.span)
		} else {
			s.from = step1(s.until, w.spanGrain, w.span)
		}
		return s, true
	}
	if w.base != nil {
		b, ok := r.resolve(w.base, depth+1)
		if !ok || b.from.IsZero() {
			return stretch{}, false
		}
		anchor = b.from
		if w.base.clockGrain() == noGrain && w.told&toldShift != 0 {
			anchor = b.from
		}
	}
	if w.span != 0 {
		return r.spans(w, anchor)
	}
	s, ok := r.date(w, anchor)
	if !ok {
		return s, false
	}
	if w.edge != "" {
		s = r.edge(s, w.edge)
	}
	return r.timeOfDay(w, s)
}

// ends resolves a window.
func (r reader) ends(w *when, depth int) (stretch, bool) {
	var s stretch
	s.window = true
	if w.from != nil {
		a, ok := r.resolve(w.from, depth+1)
		if !ok {
			return s, false
		}
		s.from, s.grain, s.dated, s.timed, s.yearGuessed = a.from, a.grain, a.dated, a.timed, a.yearGuessed
		if w.length != nil {
			s.until = a.from.Add(time.Duration(w.length.High * float64(time.Second)))
			s.endGrain = minute
			return s, true
		}
	}
	if w.to == nil {
		return s, true
	}
	q := r
	if w.from != nil && w.from.dayGrain() != noGrain {
		q.anchor = s.from
		if w.to.told&(toldYear|toldShift) == 0 || w.to.told&(toldDay|toldWeekday|toldMonth) != 0 && w.to.told&toldYear == 0 {
			q.future = true
		}
		if w.to.directed || w.to.told&(toldShift|toldNow) != 0 {
			q = r
		}
	}
	b, ok := q.resolve(w.to, depth+1)
	if !ok {
		return s, false
	}
	if s.endGrain = b.grain; b.grain == quarter || b.grain == half {
		s.endGrain = noGrain
	}
	s.until = b.from
	if w.to.edge == "late" {
		s.until = b.until // up to the end of what is told
	}
	if w.from == nil {
		s.grain, s.dated, s.timed, s.yearGuessed = b.grain, b.dated, b.timed, b.yearGuessed
		return s, true
	}
	s.dated = s.dated || b.dated
	if w.from.dayGrain() == noGrain && w.to.dayGrain() != noGrain {
		s.from = onDay(s.from, b.from)
		if s.from.After(s.until) {
			s.from = s.from.AddDate(0, 0, -1)
		}
	}
	if b.timed && w.to.told&toldPart != 0 && w.to.told&toldHour == 0 {
		s.until = b.until
	}
	switch {
	case s.until.Before(s.from) && s.timed && b.timed && w.to.ambiguous() && s.until.Add(12*time.Hour).After(s.from):
		s.until = s.until.Add(12 * time.Hour) // 10:30 to 3
	case s.until.Before(s.from) && s.timed && b.timed:
		if s.dated {
			s.until = s.until.AddDate(0, 0, 1)
		}
	case s.until.Before(s.from):
		// 10月和5月间: the start lies in the year before, or the end in the one behind.
		if w.to.told&toldYear == 0 && w.to.told&toldMonth != 0 {
			if s.yearGuessed && !r.future {
				s.from = s.from.AddDate(-1, 0, 0)
			} else {
				s.until = s.until.AddDate(1, 0, 0)
			}
		} else {
			return s, false
		}
	}
	return s, true
}

func onDay(t, d time.Time) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// spans resolves the last three months, the next two hours.
func (r reader) spans(w *when, anchor time.Time) (stretch, bool) {
	s := stretch{grain: w.spanGrain, window: true, dated: true}
	g := w.spanGrain
	if g == century {
		from := time.Date(w.year-1, 1, 1, 0, 0, 0, 0, time.UTC)
		return stretch{from: from, until: from.AddDate(100, 0, 0), grain: century, window: true, dated: true}, true
	}
	if g < day {
		s.timed = true
	}
	if r.wide && g != weekend {
		// Whole ones, without the one that runs.
		from := truncate(anchor, g)
		if w.span < 0 {
			s.from, s.until = step1(from, g, w.span), from
		} else {
			s.from = step1(from, g, 1)
			s.until = step1(s.from, g, w.span)
		}
		s.endGrain = g
		return s, true
	}
	if g >= day {
		anchor = truncate(anchor, day)
	}
	if w.span < 0 {
		s.until, s.from = anchor, step1(anchor, g, w.span)
	} else {
		if g >= day {
			anchor = anchor.AddDate(0, 0, 1)
		}
		s.from, s.until = anchor, step1(anchor, g, w.span)
	}
	s.endGrain = g
	return s, true
}

// step1 steps n grains from t; parts of a grain are told in the next smaller one.
func step1(t time.Time, g grain, n float64) time.Time {
	k := int(n)
	rest := n - math.Trunc(n)
	switch g {
	case second:
		return t.Add(time.Duration(n * float64(time.Second)))
	case minute:
		return t.Add(time.Duration(n * float64(time.Minute)))
	case hour, part:
		return t.Add(time.Duration(n * float64(time.Hour)))
	case day:
		t = t.AddDate(0, 0, k)
		return t.Add(time.Duration(rest * 24 * float64(time.Hour)))
	case weekend, week:
		return t.AddDate(0, 0, 7*k+int(rest*7))
	case month:
		return addMonths(t, k).AddDate(0, 0, int(rest*30))
	case quarter:
		return addMonths(t, 3*k)
	case half:
		return addMonths(t, 6*k)
	case year:
		return addMonths(t, 12*k+int(math.Round(rest*12)))
	case decade:
		return addMonths(t, 120*k)
	case century:
		return addMonths(t, 1200*k)
	}
	return t
}

// addMonths keeps the day where the month has it, else takes the month's last.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC).AddDate(0, n, 0)
	d := min(t.Day(), daysIn(first.Year(), int(first.Month())))
	return first.AddDate(0, 0, d-1)
}

// truncate returns the first instant of the grain that t lies in.
func truncate(t time.Time, g grain) time.Time {
	y, m, d := t.Date()
	switch g {
	case second:
		return t.Truncate(time.Second)
	case minute:
		return t.Truncate(time.Minute)
	case hour:
		return time.Date(y, m, d, t.Hour(), 0, 0, 0, time.UTC)
	case part, day:
	case week:
		d -= isoWeekday(t) - 1
	case weekend:
		d += 6 - isoWeekday(t)
	case month:
		d = 1
	case quarter:
		m, d = (m-1)/3*3+1, 1
	case half:
		m, d = (m-1)/6*6+1, 1
	case year:
		m, d = 1, 1
	case decade:
		y, m, d = y/10*10, 1, 1
	case century:
		y, m, d = y/100*100, 1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// after returns the first instant after the grain that begins at t.
func after(t time.Time, g grain) time.Time {
	if g == weekend {
		return t.AddDate(0, 0, 2)
	}
	return step1(t, g, 1)
}

func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// date resolves the calendar part of w.
func (r reader) date(w *when, anchor time.Time) (stretch, bool) {
	g := w.dayGrain()
	s := stretch{grain: g, dated: g != noGrain}
	if g == noGrain {
		s.from = truncate(anchor, day)
		s.until, s.grain = s.from.AddDate(0, 0, 1), day
		return s, true
	}
	t := anchor
	if w.told&toldNow != 0 {
		s.from, s.until, s.grain = t, t.Add(time.Second), second
		s.timed = true
		return s, true
	}
	shifted := noGrain // the coarsest stretch that the shifts tell
	for _, x := range w.shifts {
		if !x.exact && x.grain > shifted {
			shifted = x.grain
		}
	}
	for _, x := range w.shifts {
		if x.exact {
			t = step1(t, x.grain, x.n)
			continue
		}
		if x.grain > day {
			t = truncate(t, x.grain)
		}
		t = step1(t, x.grain, x.n)
		if x.grain == weekend {
			t = truncate(t, weekend)
		}
	}
	if w.told&toldShift != 0 && w.told&(toldYear|toldMonth|toldDay|toldWeekday|toldNth|toldSeason) == 0 {
		if len(w.shifts) > 0 && w.shifts[len(w.shifts)-1].exact {
			if g < day {
				s.from, s.until, s.timed = t, t.Add(time.Second), true
				return s, true
			}
			if w.clockGrain() == noGrain && w.base != nil && w.base.clockGrain() != noGrain {
				s.from, s.until, s.timed = t, t.Add(time.Minute), true
				return s, true
			}
			g = day
		}
		if g < day {
			s.timed = true
			s.from, s.until = t, after(t, g)
			s.window = true
			if w.shifts[0].n > 0 {
				s.from, s.until = step1(t, g, -1), t // the next hour begins now
			}
			s.endGrain = g
			return s, true
		}
		s.from = truncate(t, g)
		s.until = after(s.from, g)
		s.grain = g
		return s, true
	}
	if w.told&toldDecade != 0 {
		s.from = time.Date(w.decade, 1, 1, 0, 0, 0, 0, time.UTC)
		s.until = s.from.AddDate(10, 0, 0)
		return s, true
	}
	if w.told&toldNth != 0 {
		return r.nth(w, anchor, t, shifted)
	}
	if w.told&toldSeason != 0 {
		return r.season(w, anchor, t, shifted)
	}
	from, guessed, ok := r.calendar(w, anchor, t, shifted)
	if !ok {
		return s, false
	}
	s.from, s.until, s.yearGuessed = from, after(from, g), guessed
	return s, true
}

// edge takes the beginning, middle or end of a stretch, or what of it lies before or behind
// the anchor.
func (r reader) edge(s stretch, which string) stretch {
	wide := r.wide
	if which == "earlier" || which == "later" {
		if !s.from.After(r.anchor) && s.until.After(r.anchor) {
			s.window = true
			a := r.anchor
			if s.grain > day {
				a = truncate(a, day)
			} else {
				s.timed = true
			}
			if which == "earlier" {
				s.until = a
			} else {
				s.from = a
			}
			return s
		}
		which = map[string]string{"earlier": "early", "later": "late"}[which]
	}
	n := s.until.Sub(s.from)
	at := func(share float64) time.Time {
		t := s.from.Add(time.Duration(float64(n) * share))
		if s.grain > day {
			t = truncate(t.Add(12*time.Hour), day)
		}
		return t
	}
	out := s
	out.window = true
	cut := func(early, midFrom, midTo, late time.Time) {
		switch which {
		case "early":
			out.until = early
		case "mid":
			out.from, out.until = midFrom, midTo
		case "late":
			out.from = late
		}
	}
	switch {
	case s.grain == day && which == "late":
		out.from = s.until.Add(-time.Second)
		out.until, out.grain, out.timed, out.window = s.until, second, true, false
		return out
	case s.grain == week && wide:
		cut(s.from.AddDate(0, 0, 3), s.from.AddDate(0, 0, 2), s.from.AddDate(0, 0, 5), s.from.AddDate(0, 0, 4))
	case s.grain == week:
		cut(s.from.AddDate(0, 0, 3), s.from.AddDate(0, 0, 2), s.from.AddDate(0, 0, 5), s.from.AddDate(0, 0, 3))
	case s.grain == month && r.widest:
		cut(s.from.AddDate(0, 0, 5), s.from.AddDate(0, 0, 10), s.from.AddDate(0, 0, 20), s.from.AddDate(0, 0, 24))
	case s.grain == year && r.widest:
		cut(addMonths(s.from, 2), addMonths(s.from, 4), addMonths(s.from, 8), addMonths(s.from, 10))
	case s.grain == month && wide:
		cut(s.from.AddDate(0, 0, 10), s.from.AddDate(0, 0, 10), s.from.AddDate(0, 0, 20), s.from.AddDate(0, 0, 20))
	case s.grain == month:
		cut(s.from.AddDate(0, 0, 15), s.from.AddDate(0, 0, 9), s.from.AddDate(0, 0, 20), s.from.AddDate(0, 0, 15))
	case s.grain == year && wide:
		cut(addMonths(s.from, 3), addMonths(s.from, 4), addMonths(s.from, 8), addMonths(s.from, 8))
	case s.grain == year:
		cut(addMonths(s.from, 6), addMonths(s.from, 4), addMonths(s.from, 8), addMonths(s.from, 6))
	default:
		cut(at(1./3), at(1./3), at(2./3), at(2./3))
	}
	return out
}
