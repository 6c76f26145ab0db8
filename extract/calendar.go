package extract

// Days, months and weekdays that are told in part: sought around the anchor.

import "time"

// calendar finds the day, month or year that w tells.
func (r reader) calendar(w *when, anchor, t time.Time, shifted grain) (from time.Time, guessed, ok bool) {
	y, m, d := t.Date()
	hasYear := w.told&toldYear != 0 || shifted >= year
	hasMonth := w.told&toldMonth != 0 || shifted == month
	if w.told&toldYear != 0 {
		y = w.year
		if w.told&toldMonth == 0 && shifted != month {
			m, d = 1, 1
		}
	}
	if w.told&toldMonth != 0 {
		m = time.Month(w.month)
	}
	if w.told&toldDay != 0 {
		d = w.day
	} else if w.told&(toldMonth|toldYear) != 0 {
		d = 1
	}
	make := func(y int, m time.Month) (time.Time, bool) {
		first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		if d > daysIn(first.Year(), int(first.Month())) {
			return first, false
		}
		return first.AddDate(0, 0, d-1), true
	}
	switch {
	case w.told&toldWeekday != 0 && w.told&toldDay == 0:
		return r.weekday(w, anchor, t, shifted)
	case w.told&toldDay != 0 && !hasMonth && !hasYear, w.told&toldDay != 0 && !hasMonth:
		if shifted == week || shifted == day {
			hasMonth = true
		}
		return r.seek(w, anchor, func(n int) (time.Time, bool) { return make(y, m+time.Month(n)) })
	case !hasYear && w.told&toldMonth != 0:
		return r.seek(w, anchor, func(n int) (time.Time, bool) { return make(y+n, m) })
	}
	from, ok = make(y, m)
	return from, false, ok
}

// seek tries the candidates around the anchor, n steps away, and takes the nearest in the
// wanted direction. A weekday beside the date must fit where any does.
func (r reader) seek(w *when, anchor time.Time, candidate func(n int) (time.Time, bool)) (time.Time, bool, bool) {
	today := truncate(anchor, day)
	g := w.dayGrain()
	check := w.told&toldWeekday != 0 && !r.loose
	if w.directed {
		// next June, last June, this June
		n, best := 0, time.Time{}
		found := false
		for n = -2; n <= 2; n++ {
			c, ok := candidate(n)
			if !ok {
				continue
			}
			switch {
			case w.direction == 0 && n == 0, w.direction == 0 && !found && n == 0:
				return c, false, true
			case w.direction < 0 && !after(c, g).After(today):
				best, found = c, true
			case w.direction > 0 && c.After(today):
				return c, false, true
			}
		}
		return best, false, found
	}
	for pass := 0; pass < 2; pass++ {
		want := func(n int) bool { return pass == 1 || r.future == (n > 0) }
		var past, future time.Time
		for n := 0; n <= 12; n++ {
			for _, k := range []int{-n, n} {
				c, ok := candidate(k)
				if !ok || check && isoWeekday(c) != w.weekday {
					continue
				}
				if !c.After(today) && past.IsZero() {
					past = c
				}
				if !after(c, g).Before(today.AddDate(0, 0, 1)) && (future.IsZero() || c.Before(future)) {
					future = c
				}
			}
			_ = want
		}
		if check && !past.IsZero() && !future.IsZero() {
			// The nearer of the two, the past if it is near enough.
			if r.future || today.Sub(past) > 3*future.Sub(today) && today.Sub(past) > 400*24*time.Hour {
				return future, true, true
			}
			return past, true, true
		}
		if r.future && !future.IsZero() {
			return future, true, true
		}
		if !past.IsZero() {
			return past, true, true
		}
		if !future.IsZero() {
			return future, true, true
		}
		if !check {
			break
		}
		check = false // no year has that weekday: one of the two is wrong
	}
	return time.Time{}, false, false
}

// weekday finds Monday: the last one, or the one of the week that is told.
func (r reader) weekday(w *when, anchor, t time.Time, shifted grain) (time.Time, bool, bool) {
	monday := truncate(t, week)
	in := monday.AddDate(0, 0, w.weekday-1)
	if shifted == week {
		return in, false, true
	}
	if shifted == day {
		return truncate(t, day), false, true
	}
	if w.directed {
		return in.AddDate(0, 0, 7*w.direction), false, true
	}
	if w.told&(toldMonth|toldYear) != 0 {
		return in, false, false
	}
	today := truncate(anchor, day)
	switch {
	case r.future && in.Before(today):
		in = in.AddDate(0, 0, 7)
	case r.future && w.base == nil && in.Equal(today):
	case !r.future && in.After(today):
		in = in.AddDate(0, 0, -7)
	}
	return in, true, true
}

// nth finds the second week of, the last Monday of what else is told.
func (r reader) nth(w *when, anchor, t time.Time, shifted grain) (stretch, bool) {
	in := *w
	in.told &^= toldNth | toldTime
	in.nth, in.nthWeekday = 0, 0
	box, ok := stretch{}, false
	if in.dayGrain() != noGrain {
		q := r
		q.anchor = anchor
		in.base = nil
		box, ok = q.date(&in, anchor)
		if !ok {
			return box, false
		}
	} else {
		g := year
		switch {
		case w.nthWeekday != 0 || w.nthGrain == week && w.nth <= 5:
			g = month
		case w.nthGrain == day:
			g = month
		}
		box = stretch{from: truncate(t, g)}
		box.until = after(box.from, g)
	}
	s := stretch{grain: w.nthGrain, dated: true, yearGuessed: box.yearGuessed}
	n := w.nth
	if w.nthWeekday != 0 {
		first := box.from.AddDate(0, 0, (w.nthWeekday-isoWeekday(box.from)+7)%7)
		if n < 0 {
			last := box.until.AddDate(0, 0, -1)
			first = last.AddDate(0, 0, -(isoWeekday(last)-w.nthWeekday+7)%7).AddDate(0, 0, 7*(n+1))
			n = 1
		}
		s.from, s.grain = first.AddDate(0, 0, 7*(n-1)), day
		s.until = s.from.AddDate(0, 0, 1)
		return s, s.from.Before(box.until) || box.grain < month
	}
	first := truncate(box.from, w.nthGrain)
	if w.nthGrain == week && !first.Equal(box.from) {
		// A week belongs to the stretch that holds its Thursday; to a wide reader the first
		// is the first whole one.
		if r.wide || first.AddDate(0, 0, 3).Before(box.from) {
			first = first.AddDate(0, 0, 7)
		}
	}
	if n < 0 {
		last := truncate(box.until.Add(-time.Second), w.nthGrain)
		if w.nthGrain == week && !last.AddDate(0, 0, 3).Before(box.until) {
			last = last.AddDate(0, 0, -7)
		}
		s.from = step1(last, w.nthGrain, float64(n+1))
	} else {
		s.from = step1(first, w.nthGrain, float64(n-1))
	}
	s.until = after(s.from, w.nthGrain)
	return s, true
}

// season is the astronomical quarter, to the day it commonly begins.
func (r reader) season(w *when, anchor, t time.Time, shifted grain) (stretch, bool) {
	months := map[string]int{"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
	days := map[string]int{"spring": 20, "summer": 21, "autumn": 23, "winter": 21}
	y := t.Year()
	if w.told&toldYear != 0 {
		y = w.year
	}
	m, d := months[w.season], days[w.season]
	start := func(y int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	from := start(y)
	switch {
	case w.told&toldYear != 0 || shifted >= year:
	case w.directed && w.direction != 0:
		if from = start(y + w.direction); w.direction > 0 && start(y).After(anchor) {
			from = start(y)
		} else if w.direction < 0 && !addMonths(start(y), 3).After(anchor) {
			from = start(y)
		}
	case from.After(anchor) && !r.future && !w.directed:
		from = start(y - 1)
	}
	return stretch{from: from, until: addMonths(from, 3), grain: quarter, dated: true, yearGuessed: w.told&toldYear == 0}, true
}
