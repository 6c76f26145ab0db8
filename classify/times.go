package classify

// When it began and when it was over.

import "tocsin/extract"

// times are the moments between which the incident lasted. What a cue says comes first; then
// a window; then a clock time beside the words for failing or being well again; last, in a
// status thread, its first post and the one that says it is over.
func (s *scene) times(e *episode) []Claim {
	var start, end, day *Claim
	if e.main && s.doc.Reader == "status" {
		s.thread(&start, &end, &day)
		return list(day, start, end)
	}
	set := func(to **Claim, f Field, m *extract.Mention, at extract.Moment, derived string) {
		if *to != nil || at.IsZero() {
			return
		}
		c := claim(f, m, "")
		c.Moment, c.Derived = at, derived
		*to = &c
	}
	each := func(f func(l *line, m *extract.Mention)) {
		for _, l := range e.lines {
			if s.foreign(s.hit(l), e) {
				continue
			}
			for _, m := range l.of("time") {
				if m.Time != nil && !s.cued(m, "not_time") && !(s.cued(m, "state") && !l.has("cue", "over", "back")) {
					f(l, m)
				}
			}
		}
	}
	whole := func(t *extract.Period) bool { return t.Window && clock(t.Start) && clock(t.End) }
	each(func(l *line, m *extract.Mention) {
		t := m.Time
		well := l.has("impact", "recovery") || l.has("cue", "over", "back")
		switch {
		case t.Window && clock(t.Start) && (l.down() || s.cued(m, "start", "end", "length")):
			set(&start, Start, m, t.Start, "")
			if clock(t.End) {
				set(&end, End, m, t.End, "")
			}
		case s.cued(m, "start") && clock(t.Start) && !(s.cued(m, "end") && well):
			set(&start, Start, m, t.Start, "")
		case s.cued(m, "end") && !(l.has("cue", "not_over") && !l.has("cue", "over", "back")):
			at := t.End
			if at.IsZero() {
				at = t.Start
			}
			if !clock(at) {
				return
			}
			if end != nil && l.Start <= end.Start && end.End <= l.End && before(end.Moment, at) {
				end = nil // "online again at nine, and in order at ten"
			}
			set(&end, End, m, at, "")
		}
	})
	// What no cue ties: a full window; a clock time beside the words for failing; the one clock
	// time of a sentence that says that it is over.
	cued := start != nil
	each(func(l *line, m *extract.Mention) {
		if !cued && whole(m.Time) && (e.day.IsZero() || sameDay(e.day, m.Time.Start)) && !l.has("topic", "background", "howto") && !l.has("impact", "maintenance") {
			set(&start, Start, m, m.Time.Start, "")
			set(&end, End, m, m.Time.End, "")
		}
	})
	each(func(l *line, m *extract.Mention) {
		if clock(m.Time.Start) && !m.Time.Window && !s.cued(m, "end", "start") && l.down() && !l.has("impact", "recovery") {
			set(&start, Start, m, m.Time.Start, "")
		}
	})
	each(func(l *line, m *extract.Mention) {
		if clock(m.Time.Start) && !m.Time.Window && !s.cued(m, "start") && len(l.of("time")) == 1 && l.has("cue", "over", "back") && !l.has("cue", "not_over") {
			set(&end, End, m, m.Time.Start, "")
		}
	})
	if start != nil && end != nil && before(end.Moment, start.Moment) {
		end = nil // of something else
	}
	// The day: that of the episode where a sentence tells it, else the first that a sentence
	// on the failure tells, a month or day before a year.
	each(func(l *line, m *extract.Mention) {
		if m.Time.Start == e.day && e.day.Precision >= extract.Day {
			set(&day, Date, m, e.day, "")
		}
	})
	for _, least := range []extract.Precision{extract.Month, extract.Year} {
		each(func(l *line, m *extract.Mention) {
			at := m.Time.Start
			if at.Year > 0 && at.Precision >= least && at.DateSource != "text" && (l.down() || s.cued(m, "start")) && !s.ahead(at) {
				set(&day, Date, m, at, "")
			}
		})
	}
	if start != nil {
		c := *start
		c.Field = Date
		day = &c
	}
	if day == nil && !e.day.IsZero() && e.day.Year > 0 {
		for _, l := range e.lines {
			for _, m := range l.of("time") {
				if m.Time != nil && m.Time.Start == e.day {
					set(&day, Date, m, e.day, "")
				}
			}
		}
	}
	if e.main {
		s.posted(&start, &end, &day)
	}
	return list(day, start, end)
}

// list returns the claims that there are, with their values.
func list(claims ...*Claim) (out []Claim) {
	for _, c := range claims {
		if c == nil {
			continue
		}
		if c.Field == Date {
			c.Moment = c.Moment.Truncate(extract.Day)
		}
		c.Value = c.Moment.EDTF()
		out = append(out, *c)
	}
	return out
}

// posted fills what no sentence tells from when the document was written.
func (s *scene) posted(start, end, day **Claim) {
	var first, over *extract.Block
	updates := 0
	for i := range s.doc.Blocks {
		b := &s.doc.Blocks[i]
		if b.Kind != extract.Update || b.Posted.IsZero() {
			continue
		}
		updates++
		if first == nil || before(b.Posted, first.Posted) {
			first = b
		}
		for j := range s.lines {
			l := &s.lines[j]
			if l.block.Span == b.Span && (l.has("impact", "recovery") || b.Status == "resolved") && (over == nil || before(over.Posted, b.Posted)) {
				over = b
			}
		}
	}
	made := func(f Field, b extract.Span, at extract.Moment, derived string) *Claim {
		return &Claim{Span: b, Field: f, Moment: at, Standing: Confirmed, Derived: derived}
	}
	if updates > 1 {
		if *start == nil {
			*start = made(Start, first.Span, first.Posted, "posted")
			if *day == nil {
				*day = made(Date, first.Span, first.Posted, "posted")
			}
		}
		if *end == nil && over != nil && over != first {
			*end = made(End, over.Span, over.Posted, "posted")
		}
	}
	if *day == nil && !s.doc.Published.IsZero() && s.live() {
		*day = made(Date, s.lines[0].Span, s.doc.Published, "published")
		(*day).Moment.DateSource = "published"
	}
	if *day == nil && s.doc.Published.IsZero() && len(s.lines) > 0 {
		for _, l := range s.doc.Links {
			if at, ok := extract.PostTime(l); ok {
				*day = made(Date, s.lines[0].Span, extract.Moment{Year: at.Year(), Month: int(at.Month()), Day: at.Day(),
					Precision: extract.Day, DateSource: "post id", YearSource: "post id"}, "post id")
				return
			}
		}
	}
}

// live reports whether a document was written while the incident went on: it says "now"
// beside what does not work, or it is short and tells of no recovery. Only then is the day
// on which it was published the day of the incident.
func (s *scene) live() bool {
	well := false
	for i := range s.lines {
		l := &s.lines[i]
		well = well || l.has("impact", "recovery")
		if i > briefLines || !l.down() {
			continue
		}
		for _, m := range l.of("time") {
			if m.Time == nil {
				return true
			}
		}
	}
	return len(s.lines) > 0 && len(s.lines) <= briefLines && !well
}

func before(a, b extract.Moment) bool {
	x, _ := a.Bounds()
	y, _ := b.Bounds()
	return x.Before(y)
}
