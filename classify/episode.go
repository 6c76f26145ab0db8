package classify

// Which sentence tells of which incident. A document has a main episode, that of its
// headline and lead. A sentence that says that something did not work, on another day or of
// a service of its own, opens another; it lasts to the end of its paragraph, or, where a
// heading opened it, to the next heading of its level. What a document tells of the past
// ("a similar outage", "in 2021") is an episode of its own if it can be told from the main
// one by its day.

import (
	"slices"

	"tocsin/extract"
)

// An episode is the part of a document that tells of one incident.
type episode struct {
	main     bool
	day      extract.Moment // zero until told
	services []string       // canonical, in the order told
	lines    []*line
	past     bool // told as background
	row      bool // told by a row of a table: what stands in its cells is all of it
	aside    bool // told by a part of a sentence: only what failed and when is its own
}

// episodes divides a scene. The first is the main one.
func (s *scene) episodes() []*episode {
	main := &episode{main: true}
	all := []*episode{main}
	for _, m := range pick(s.title, "service") {
		main.serve(m.Name)
	}
	s.mainDay(main)

	cur, section := main, (*episode)(nil)
	var before *episode // that of the paragraph before
	level := 0
	var block *extract.Block
	for i := range s.lines {
		l := &s.lines[i]
		if l.block != block {
			block = l.block
			before, cur = cur, main
			if section != nil {
				cur = section
			}
			if before != nil && before != cur && before.past && l.has("topic", "background") && s.day(l).IsZero() {
				cur = before // "at the time": it goes on
			}
		}
		services, day := s.hit(l), s.day(l)
		if l.heading() {
			if section != nil && l.block.Level <= level {
				section, cur = nil, main
			}
			if i > 0 && l.block.Level > 1 && l.down() && (!day.IsZero() && s.other(main, day) || len(services) > 0 && !overlap(services, main.services) && len(main.services) > 0) {
				section = s.find(&all, services, day, false)
				cur, level = section, l.block.Level
			}
		} else if l.block.Kind == extract.Row && !day.IsZero() && (l.down() || l.has("duration") || l.has("cause")) {
			// A table of outages: a row each.
			names := services
			if len(names) == 0 {
				names = main.services
			}
			cur = s.find(&all, names, day, false)
			cur.row = true
		} else if l.down() && !s.hypothetical(l) {
			past := l.has("topic", "background")
			switch {
			case !day.IsZero() && s.other(cur, day) && (day.Precision > extract.Year || len(services) > 0):
				names := services
				if len(names) == 0 {
					names = cur.services
				}
				cur = s.find(&all, names, day, past)
			case past && cur == main && i > 2 && day.IsZero() && s.own(l):
				names := services
				if len(names) == 0 {
					names = main.services
				}
				cur = s.find(&all, names, day, true)
			case len(services) > 0 && len(cur.services) > 0 && !s.related(services, cur.services) && !s.related(services, main.services) && s.own(l):
				cur = s.find(&all, services, day, past)
			}
		}
		for _, name := range services {
			if cur != main || l.down() {
				cur.serve(name)
			}
		}
		if day.Precision > cur.day.Precision && (l.down() || cur != main) && !s.foreign(services, cur) && (cur.day.IsZero() || sameDay(cur.day, day)) {
			cur.day = day // what was told as a month is told as a day
		}
		all = s.asides(all, l)
		cur.lines = append(cur.lines, l)
	}
	kept := all[:1]
	for _, e := range all[1:] {
		if e.told() {
			kept = append(kept, e)
		} else if !e.past {
			main.lines = append(main.lines, e.lines...)
		}
	}
	slices.SortStableFunc(main.lines, func(a, b *line) int { return a.at - b.at })
	if len(kept) > 1 && !main.fails() {
		// The headline is about something else: the outage is told in passing.
		kept = kept[1:]
		kept[0].main = true
	}
	return kept
}

// asides adds an episode for each month or day of which a sentence on the main episode says,
// beside another day, that something failed then too.
func (s *scene) asides(all []*episode, l *line) []*episode {
	main := all[0]
	days := s.days(l)
	if len(days) < 2 || main.day.IsZero() || !l.down() {
		return all
	}
	for _, d := range days {
		if d.Precision < extract.Month || d.YearSource != "stated" || !s.long(main.day, d) {
			continue
		}
		if slices.ContainsFunc(all, func(e *episode) bool { return sameDay(e.day, d) }) {
			continue
		}
		names := s.hit(l)
		if len(names) == 0 {
			names = main.services
		}
		all = append(all, &episode{day: d, past: true, services: slices.Clone(names), lines: []*line{l}, aside: true})
	}
	return all
}

// long reports whether two moments lie so far apart that both cannot be of one incident.
func (s *scene) long(a, b extract.Moment) bool {
	x, _ := a.Bounds()
	y, _ := b.Bounds()
	days := x.Sub(y).Hours() / 24
	return days > 20 || days < -20
}

// fails reports whether an episode says that something did not work.
func (e *episode) fails() bool {
	return slices.ContainsFunc(e.lines, func(l *line) bool { return l.down() })
}

// mainDay looks for the day of the main episode where it is most likely told: in the first
// sentence that says that something did not work and names a day.
func (s *scene) mainDay(main *episode) {
	for i := range s.lines {
		l := &s.lines[i]
		if i > 12 {
			return
		}
		if d := s.day(l); d.Precision > extract.Year && l.down() && !l.has("topic", "background") {
			main.day = d
			return
		}
	}
}

func (e *episode) serve(name string) {
	if !slices.Contains(e.services, name) {
		e.services = append(e.services, name)
	}
}

// told reports whether an episode beside the main one says enough to be an incident: what
// failed, and when or how long or why.
func (e *episode) told() bool {
	facts := !e.day.IsZero()
	for _, l := range e.lines {
		facts = facts || l.has("cause") || l.has("duration") || l.has("count", "affected_users", "problem_reports")
	}
	return (e.fails() || e.row) && facts && len(e.services) > 0
}

// find returns the episode of services and a day, a new one if there is none.
func (s *scene) find(all *[]*episode, services []string, day extract.Moment, past bool) *episode {
	for _, e := range *all {
		if !s.related(e.services, services) {
			continue
		}
		if sameDay(e.day, day) || day.IsZero() && e.past && past {
			return e
		}
	}
	e := &episode{day: day, past: past, services: slices.Clone(services)}
	*all = append(*all, e)
	return e
}

// foreign reports whether services are all other companies' than the one that the episode is
// about, so that what is said of them is not said of it.
func (s *scene) foreign(services []string, e *episode) bool {
	return len(services) > 0 && len(e.services) > 0 && !s.related(services, e.services[:1])
}

// related reports whether two lists share a service or a provider.
func (s *scene) related(a, b []string) bool {
	if overlap(a, b) {
		return true
	}
	for _, x := range a {
		for _, y := range b {
			if s.by[x] != "" && s.by[x] == s.by[y] {
				return true
			}
		}
	}
	return false
}

func overlap(a, b []string) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

// hit returns the services that a line says failed.
func (s *scene) hit(l *line) (names []string) {
	for _, m := range s.failing(l) {
		name := m.Name
		if m.Dim == "name" {
			name = Unlisted + Name(s.words(m))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// own reports whether a line tells a fact that belongs to the services that it names.
func (s *scene) own(l *line) bool {
	for _, m := range l.ms {
		if m.Dim == "duration" && s.cued(m, "length") || m.Dim == "cause" && s.cued(m, "cause") {
			return true
		}
	}
	return false
}

// day returns the day, month or year that a line itself tells, zero if none: one with its
// year before one that is reckoned.
func (s *scene) day(l *line) (found extract.Moment) {
	for _, d := range s.days(l) {
		if found.IsZero() || found.YearSource != "stated" && d.YearSource == "stated" && d.Precision > extract.Year {
			found = d
		}
	}
	return found
}

// days returns all that a line tells, in order.
func (s *scene) days(l *line) (all []extract.Moment) {
	for _, m := range l.of("time") {
		if m.Time == nil {
			continue
		}
		d := m.Time.Start
		if d.IsZero() {
			d = m.Time.End
		}
		if d.IsZero() || d.DateSource == "text" && d.Precision >= extract.Hour || s.ahead(d) {
			continue
		}
		all = append(all, d)
	}
	return all
}

// ahead reports whether a moment lies after the document was written: no incident is told
// of before it happens.
func (s *scene) ahead(m extract.Moment) bool {
	if s.doc.Published.IsZero() {
		return false
	}
	from, _ := m.Bounds()
	_, written := s.doc.Published.Bounds()
	return from.After(written.AddDate(0, 0, 1))
}

// other reports whether a day is another than the episode's.
func (s *scene) other(e *episode, day extract.Moment) bool {
	if e.day.IsZero() {
		return false
	}
	return !sameDay(e.day, day)
}

// sameDay reports whether two moments may be of one day, or of neighbouring ones, as far as
// both are told.
func sameDay(a, b extract.Moment) bool {
	if a.IsZero() || b.IsZero() {
		return a.IsZero() && b.IsZero()
	}
	if a.Year == 0 || b.Year == 0 {
		return a.Month == b.Month && abs(a.Day-b.Day) <= 1
	}
	if min(a.Precision, b.Precision) < extract.Day {
		if a.Year != b.Year {
			return false
		}
		return a.Precision == extract.Year || b.Precision == extract.Year || a.Month == b.Month
	}
	x, _ := a.Bounds()
	y, _ := b.Bounds()
	gap := x.Sub(y).Hours()
	return gap <= 36 && gap >= -36
}

func abs(n int) int { return max(n, -n) }
