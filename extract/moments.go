package extract

// From the times of a document to moments. The anchor of what is told relatively or in part
// is, in this order: in a thread, when the post was written (posted.go); when the document
// was published; when a post was written that it links to; the one day that the text dates
// fully; else none, and what needs one stays untold. A date that the text tells becomes the
// anchor of what follows it: of clock times, of "the next day", of zones. Without an anchor
// a date without year takes the year of another in its month, or that which its weekday picks.

import (
	"time"

	"tocsin/extract/phrase"
)

// A telling is what the text has told so far.
type telling struct {
	doc    *Document
	anchor time.Time // wall clock of the anchor, zero if there is none
	source string    // where the anchor came from

	day   time.Time   // last day told, zero if none
	zone  string      // zone that was told last since
	full  time.Time   // latest day told with its year
	only  time.Time   // the day told with its year, zero where there are several
	years map[int]int // month to the year that it is told with, -1 where there are several

	block int    // index of the block that is read
	post  Moment // when it was posted, zero outside of a thread
	label bool   // the time read stands where a post begins
	house string // zone of the thread, or the only one of the text, "" if none is told
	begun bool   // a zone was told
}

// resolve gives every time of a reading its moments. found are the findings that the
// mentions were made of, in the same order.
func resolve(d *Document, r *Reading, found []*phrase.Match) {
	c := telling{doc: d}
	c.anchor, c.source = anchorOf(d)
	if c.anchor.IsZero() {
		c.gather(found)
	}
	var times []saying
	var at []int
	for i, m := range found {
		if w, ok := m.Value.(*when); ok && m.Dim == "time" {
			times, at = append(times, saying{w, r.Mentions[i].Span}), append(at, i)
		}
	}
	c.house = c.houseZone(times)
	periods := map[Span]*Period{}
	for i, t := range times {
		c.enter(t.span)
		p := c.stamped(t.when)
		if p == nil {
			p = c.period(t.when)
		}
		if p != nil {
			r.Mentions[at[i]].Time = p
			periods[t.span] = p
		}
	}
	for i := range r.Mentions {
		share(r.Mentions[i].Parts, periods)
	}
}

// gather collects the dates that a text without anchor tells with their years.
func (c *telling) gather(found []*phrase.Match) {
	c.years = map[int]int{}
	several := false
	for _, m := range found {
		w, ok := m.Value.(*when)
		if !ok || m.Dim != "time" || w.told&toldYear == 0 || w.told&toldMonth == 0 {
			continue
		}
		if y, ok := c.years[w.month]; ok && y != w.year {
			c.years[w.month] = -1
		} else {
			c.years[w.month] = w.year
		}
		s, ok := (reader{anchor: time.Date(w.year, 1, 1, 0, 0, 0, 0, time.UTC)}).read(w)
		if !ok {
			continue
		}
		if s.from.After(c.full) {
			c.full = s.from
		}
		if w.told&toldDay != 0 {
			d := truncate(s.from, day)
			several = several || !c.only.IsZero() && d != c.only
			c.only = d
		}
	}
	if several {
		c.only = time.Time{}
	}
}

// share gives the times in the slots of cues the moments that they have in the text.
func share(parts []Mention, periods map[Span]*Period) {
	for i := range parts {
		if parts[i].Dim == "time" {
			parts[i].Time = periods[parts[i].Span]
		}
		share(parts[i].Parts, periods)
	}
}

// anchorOf returns the wall clock from which relative words are told in a document.
func anchorOf(d *Document) (time.Time, string) {
	if d.Published.Precision >= Day {
		m := d.Published
		at := time.Date(m.Year, time.Month(m.Month), m.Day, m.Hour, m.Minute, m.Second, 0, time.UTC)
		if d.Zone != "" && m.Zone != "" && m.Precision >= Hour {
			if there, ok := zoneOffset(d.Zone, at); ok {
				at = at.Add(time.Duration(there-m.Offset) * time.Second)
			}
		}
		return at, "published"
	}
	for _, l := range d.Links {
		if t, ok := PostTime(l); ok {
			return t.UTC(), "post id"
		}
	}
	return time.Time{}, ""
}

// relative reports whether a time cannot be told without a day to tell it from.
func (w *when) relative() bool {
	if w.from != nil || w.to != nil {
		return (w.from == nil || w.from.relative()) && (w.to == nil || w.to.relative())
	}
	if w.base != nil {
		return w.base.relative()
	}
	return w.told&toldYear == 0 && w.span == 0 || w.told&(toldShift|toldNow) != 0 || w.span != 0
}

// counted reports whether a time counts hours or less from another: it tells no day of its
// own.
func (w *when) counted() bool {
	if w.span != 0 {
		return w.spanGrain < day
	}
	for _, s := range w.shifts {
		if s.grain >= day {
			return false
		}
	}
	return len(w.shifts) > 0
}

// dated reports whether a time names a day, month or year at all.
func (w *when) dated() bool {
	if w.from != nil || w.to != nil {
		return w.from != nil && w.from.dated() || w.to != nil && w.to.dated()
	}
	return w.told&toldDate != 0 || w.base != nil || w.span != 0
}

// fromText reports whether a time counts from what the text told before.
func (w *when) fromText() bool {
	return w.text || w.from != nil && w.from.fromText() || w.to != nil && w.to.fromText() || w.base != nil && w.base.fromText()
}

// zoned returns the zone told, "" if none, and the when that tells it.
func (w *when) zoned() (string, *when) {
	for _, x := range []*when{w, w.from, w.to} {
		if x != nil && x.zone != "" {
			return x.zone, x
		}
	}
	return "", nil
}

func (c *telling) period(w *when) *Period {
	if w.told == toldNow || w.span != 0 {
		return nil // "now", "the last days" tell when the text was written
	}
	dated, text := w.dated(), w.fromText()
	r := reader{anchor: c.anchor}
	source := "stated"
	zone, by := w.zoned()
	posted := !c.post.IsZero()
	if posted {
		if zone == "" && c.house != "" {
			r.anchor = c.postAnchor(c.house)
		} else {
			r.anchor = c.postAnchor(zone)
		}
	}
	near := posted && !dated && c.day.IsZero()
	switch {
	case near:
		source = "posted"
	case posted && dated && (!text || c.day.IsZero()):
		if w.relative() && w.told&toldMonth == 0 {
			source = "posted"
		}
	case !dated && !c.day.IsZero(), text && !c.day.IsZero():
		if text && w.counted() {
			return nil // "seven hours later", and nobody told the hour
		}
		r.anchor, source = c.day, "text"
	case !dated && c.anchor.IsZero() && !c.only.IsZero():
		r.anchor, source = c.only, "text"
	case !dated:
		if c.anchor.IsZero() {
			return nil
		}
		source = c.source
	case w.relative() && c.anchor.IsZero() && w.monthTold() != 0:
		// Month and day, no year, no anchor.
		year := c.years[w.monthTold()]
		source = "stated"
		if year <= 0 {
			var ok bool
			if year, ok = c.yearOf(w); !ok {
				return nil
			}
			source = "weekday"
		}
		r.anchor = time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
	case w.relative():
		if c.anchor.IsZero() {
			return nil
		}
		if w.told&toldMonth == 0 {
			source = c.source
		}
	}
	if r.anchor.IsZero() {
		r.anchor = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	s, ok := r.read(w)
	if !ok {
		return nil
	}
	switch over := !dated && !s.from.IsZero() && !s.until.IsZero() && s.until.Before(s.from); {
	case near:
		s = nearest(s, r.anchor)
	case over && source == "text":
		s.until = s.until.AddDate(0, 0, 1)
	case over:
		s.from = s.from.AddDate(0, 0, -1)
	}
	zoneSource := "stated"
	switch {
	case zone != "":
	case source == "text" && c.zone != "":
		zone, zoneSource, by = c.zone, "text", nil
	case c.house != "" && (posted || c.begun):
		zone, zoneSource, by = c.house, "text", nil
	case posted:
		zone, zoneSource, by = c.post.Zone, "posted", nil
	}
	if !dated && zone != "" && c.zone != "" && zone != c.zone && source == "text" {
		s = c.within(s, zone)
	}
	stamp := c.stamp(w)
	c.begun = c.begun || zoneSource == "stated" && zone != "" && !stamp
	p := &Period{Window: w.from != nil || w.to != nil}
	made := func(t time.Time, g grain) Moment {
		if t.IsZero() {
			return Moment{}
		}
		if w.told&toldPart != 0 && w.told&toldTime == toldPart && w.part != "noon" && w.part != "midnight" {
			g = max(g, day) // "in the middle of the night" is no clock
		}
		m := momentAt(t, g)
		m.Approx = w.approx
		m.DateSource, m.YearSource = source, source
		if source == "stated" && w.told&toldYear == 0 && s.yearGuessed {
			m.YearSource = c.source
		}
		if source == "weekday" {
			m.DateSource = "stated"
		}
		if c.anchor.IsZero() && !posted && source == "stated" && w.told&toldYear == 0 {
			m.YearSource = "text"
		}
		if zone != "" && m.Precision >= Hour {
			if n, ok := zoneOffset(zone, t); ok {
				m.Zone, m.Offset, m.ZoneSource = zone, n, zoneSource
				if by != nil {
					m.Doubt = by.doubt(t)
				}
			}
		}
		return m
	}
	p.Start = made(s.from, s.grain)
	if p.Window {
		p.End = made(s.until, s.endGrain)
	}
	if stamp {
		return p
	}
	if dated && !w.counted() && w.told&toldNow == 0 && !s.from.IsZero() && s.grain <= day {
		c.day, c.zone = truncate(s.from, day), zone
	} else if !dated && zone != "" {
		c.zone = zone
	}
	return p
}

// stamp reports whether a clock with a zone is when the document was published, to the second
// as a machine prints it: it says nothing of the zone that the text tells its own times in.
func (c *telling) stamp(w *when) bool {
	m := c.doc.Published
	if m.Precision < Second || w.zone == "" || w.told&toldSecond == 0 || w.hour != m.Hour || w.minute != m.Minute || w.second != m.Second {
		return false
	}
	n, ok := zoneOffset(w.zone, time.Date(m.Year, time.Month(m.Month), m.Day, m.Hour, m.Minute, m.Second, 0, time.UTC))
	return ok && n == m.Offset
}

// monthTold returns the month that a time, or one of its ends, tells; 0 if none.
func (w *when) monthTold() int {
	for _, x := range []*when{w, w.from, w.to} {
		if x != nil && x.told&toldMonth != 0 {
			return x.month
		}
	}
	return 0
}

// yearOf picks the year of a month and day from the weekday told with them: the first that
// fits after the latest day that the text dates fully.
func (c *telling) yearOf(w *when) (int, bool) {
	x := w
	if x.told&toldWeekday == 0 && w.from != nil {
		x = w.from
	}
	if x.told&toldWeekday == 0 || x.told&toldDay == 0 || c.full.IsZero() {
		return 0, false
	}
	for year := c.full.Year(); year < c.full.Year()+12; year++ {
		t := time.Date(year, time.Month(x.month), x.day, 0, 0, 0, 0, time.UTC)
		if t.Month() == time.Month(x.month) && t.After(c.full) && isoWeekday(t) == x.weekday {
			return year, true
		}
	}
	return 0, false
}

// within puts a clock of another zone on the day on which it falls into the day that the
// text told.
func (c *telling) within(s stretch, zone string) stretch {
	here, ok1 := zoneOffset(c.zone, c.day)
	there, ok2 := zoneOffset(zone, c.day)
	if !ok1 || !ok2 || s.from.IsZero() {
		return s
	}
	local := s.from.Add(time.Duration(here-there) * time.Second)
	shift := 0
	for local.AddDate(0, 0, shift).Before(c.day) {
		shift++
	}
	for !local.AddDate(0, 0, shift).Before(c.day.AddDate(0, 0, 1)) {
		shift--
	}
	s.from = s.from.AddDate(0, 0, shift)
	if !s.until.IsZero() {
		s.until = s.until.AddDate(0, 0, shift)
	}
	return s
}

// momentAt tells an instant as finely as its grain.
func momentAt(t time.Time, g grain) Moment {
	m := Moment{Year: t.Year(), Month: int(t.Month()), Day: t.Day(), Hour: t.Hour(), Minute: t.Minute(), Second: t.Second()}
	switch {
	case g == second:
		m.Precision = Second
	case g == minute:
		m.Precision = Minute
	case g == hour:
		m.Precision = Hour
	case g <= day:
		m.Precision = Day
	case g <= half: // a week begins on no day that was told
		m.Precision = Month
	default:
		m.Precision = Year
	}
	return m.Truncate(m.Precision)
}
