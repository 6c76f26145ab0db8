package extract

// Times in a thread. What a post tells is told from when it was written: a clock time is the
// one nearest before it, "until now" ends with it, and a date that one post told is no
// anchor for the next. The clock of a thread is that of the zone that its posts tell most
// often; the stamps that the page puts before them do not count.

import (
	"time"
)

// How far after its post a clock time may lie; what is later than that was the day before.
// "By seven" may be a promise.
const (
	ahead    = time.Hour
	promised = 6 * time.Hour
)

// enter moves to the block in which a mention stands. A new post, or the end of one, ends
// what the text told before.
func (c *telling) enter(s Span) {
	for c.block < len(c.doc.Blocks)-1 && c.doc.Blocks[c.block].End <= s.Start {
		c.block++
	}
	c.label = false
	if c.block >= len(c.doc.Blocks) {
		return
	}
	b := &c.doc.Blocks[c.block]
	var post Moment
	if b.Kind == Update && b.Posted.Year > 0 && b.Posted.Precision >= Hour {
		post = b.Posted
		c.label = s.Start == b.Start
	}
	if post != c.post {
		c.post = post
		c.day, c.zone = time.Time{}, ""
	}
}

// stamped returns the period of the time that a post begins with where it is the time of
// the post.
func (c *telling) stamped(w *when) *Period {
	if !c.label || w.from != nil || w.to != nil || w.told&toldHour == 0 {
		return nil
	}
	s, ok := (reader{anchor: wallOf(c.post)}).read(w)
	if !ok || s.from.Hour() != c.post.Hour || s.from.Minute() != c.post.Minute {
		return nil
	}
	return &Period{Start: c.post}
}

// postAnchor returns the wall clock of the post in a zone, in its own where that is unknown.
func (c *telling) postAnchor(zone string) time.Time {
	at := wallOf(c.post)
	if zone == "" || c.post.Zone == "" {
		return at
	}
	there, ok := zoneOffset(zone, at)
	if !ok {
		return at
	}
	return at.Add(time.Duration(there-c.post.Offset) * time.Second)
}

// nearest puts a clock time told without a day on the day that fits its post best.
func nearest(s stretch, post time.Time) stretch {
	if !s.from.IsZero() && s.until.Before(s.from) && !s.until.IsZero() {
		s.until = s.until.AddDate(0, 0, 1)
	}
	t, last := s.until, post.Add(ahead)
	switch {
	case t.IsZero():
		t = s.from
	case s.from.IsZero():
		last = post.Add(promised)
	}
	days := 0
	for t.AddDate(0, 0, days).After(last) {
		days--
	}
	for !t.AddDate(0, 0, days+1).After(last) {
		days++
	}
	if !s.from.IsZero() {
		s.from = s.from.AddDate(0, 0, days)
	}
	if !s.until.IsZero() {
		s.until = s.until.AddDate(0, 0, days)
	}
	return s
}

// wallOf returns a moment as its wall clock shows it.
func wallOf(m Moment) time.Time {
	return time.Date(m.Year, time.Month(max(m.Month, 1)), max(m.Day, 1), m.Hour, m.Minute, m.Second, 0, time.UTC)
}

// houseZone returns the zone that the posts of a thread tell most often, the first told of
// those told as often; of another text the one zone that it tells.
func (c *telling) houseZone(found []saying) string {
	count := map[string]int{}
	best, thread := "", false
	for _, f := range found {
		c.enter(f.span)
		if c.label {
			continue
		}
		if zone, _ := f.when.zoned(); zone != "" {
			count[zone]++
		}
		thread = thread || !c.post.IsZero()
	}
	for _, f := range found {
		if zone, _ := f.when.zoned(); count[zone] > count[best] {
			best = zone
		}
	}
	if !thread && len(count) > 1 {
		best = ""
	}
	c.block, c.post, c.label, c.day, c.zone = 0, Moment{}, false, time.Time{}, ""
	return best
}

// A saying is a time of the text and where it stands.
type saying struct {
	when *when
	span Span
}
