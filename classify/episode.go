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
				section = find(&all, services, day, false)
				cur, level = section, l.block.Level
			}
		} else if l.down() && !s.hypothetical(l) {
			past := l.has("topic", "background")
			switch {
			case !day.IsZero() && s.other(cur, day) && (day.Precision > extract.Year || len(services) > 0):
				names := services
				if len(names) == 0 {
					names = cur.services
				}
				cur = find(&all, names, day, past)
			case past && cur == main && i > 2 && day.IsZero() && s.own(l):
				names := services
				if len(names) == 0 {
					names = main.services
				}
				cur = find(&all, names, day, true)
			case len(services) > 0 && len(cur.services) > 0 && !s.related(services, cur.services) && !s.related(services, main.services) && s.own(l):
				cur = find(&all, services, day, past)
			}
		}
		for _, name := range services {
			if cur != main || l.down() {
				cur.serve(name)
			}
		}
		if cur.day.IsZero() && !day.IsZero() && (l.down() || cur != main) {
			cur.day = day
		}
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
	return kept
}

// mainDay looks for the day of the main episode where it is most likely told: in the first
// sentence that says that something did not work and names a day.
func (s *scene) mainDay(main *episode) {
	for i := range s.lines {
		l := &s.lines[i]
		if i > 12 {
			return
		}
		if d := s.day(l); !d.IsZero() && l.down() && !l.has("topic", "background") {
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
	down := false
	facts := !e.day.IsZero()
	for _, l := range e.lines {
		down = down || l.down()
		facts = facts || l.has("cause") || l.has("duration") || l.has("count", "affected_users", "problem_reports")
	}
	return down && facts && len(e.services) > 0
}

// find returns the episode of services and a day, a new one if there is none.
func find(all *[]*episode, services []string, day extract.Moment, past bool) *episode {
	for _, e := range *all {
		if !overlap(e.services, services) {
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

// day returns the day, month or year that a line itself tells, zero if none.
func (s *scene) day(l *line) extract.Moment {
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
		return d
	}
	return extract.Moment{}
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
