package classify

// Which mention is a fact of which incident. Each episode of a document gives a report; the
// claims of a report stand in the order of their fields and then of the text.

import (
	"cmp"
	"slices"

	"tocsin/extract"
)

// Judge says what a document claims of which incidents.
func (c *Classifier) Judge(d *extract.Document, r *extract.Reading) Judgement {
	s := newScene(d, r)
	score, features := c.relevance(s)
	j := Judgement{Relevance: logistic(score), Features: features, Signals: s.signals()}
	if score <= 0 {
		return j
	}
	for _, e := range s.episodes() {
		claims := s.claims(e)
		j.Reports = append(j.Reports, Report{Primary: e.main, Claims: claims})
	}
	j.Relevant = true
	return j
}

func (s *scene) claims(e *episode) []Claim {
	var out []Claim
	out = append(out, s.services(e)...)
	out = append(out, s.kind(e)...)
	out = append(out, s.times(e)...)
	out = append(out, s.lengths(e)...)
	out = append(out, s.counts(e)...)
	out = append(out, s.causes(e)...)
	out = append(out, s.regions(e)...)
	return out
}

// claim begins a claim with the evidence of a mention.
func claim(f Field, m *extract.Mention, value string) Claim {
	return Claim{Span: m.Span, Field: f, Value: value, Standing: Confirmed, Rule: m.Rule}
}

// services are those that the episode says did not work, the failing one first, and the
// provider of the first that has one.
func (s *scene) services(e *episode) []Claim {
	seen := map[string]bool{}
	var out []Claim
	take := func(l *line, m *extract.Mention) {
		name := Name(s.words(m))
		if seen[m.Name] || seen[name] {
			return
		}
		seen[m.Name], seen[name] = true, true
		c := claim(Service, m, m.Name)
		c.Unit = s.words(m)
		out = append(out, c)
	}
	ambiguous := func(m *extract.Mention) bool { _, cue := m.Attrs["cue"]; return cue }
	for _, l := range e.lines {
		if !l.down() && !l.heading() {
			continue
		}
		for _, m := range l.of("service") {
			if !s.spared(l, m) && !s.refuge(l, m) && (!ambiguous(m) || s.cued(m, "failing")) {
				take(l, m)
			}
		}
	}
	if len(out) == 0 {
		for _, l := range e.lines {
			for _, m := range l.of("service") {
				if slices.Contains(e.services, m.Name) && !s.spared(l, m) && !ambiguous(m) {
					take(l, m)
				}
			}
		}
	}
	for _, c := range out {
		by := ""
		var place *extract.Mention
		for _, l := range e.lines {
			for _, m := range l.of("service") {
				if m.Span == c.Span {
					by, place = m.Attrs["by"], m
				}
			}
		}
		if by == "" {
			continue
		}
		p := Claim{Span: place.Span, Field: Provider, Value: by, Unit: place.Attrs["by"], Standing: Confirmed, Rule: place.Rule, Derived: "service"}
		for i := range s.lines {
			if told := s.lines[i].of("provider", by); len(told) > 0 {
				p.Span, p.Unit, p.Rule, p.Derived = told[0].Span, s.words(told[0]), told[0].Rule, ""
				break
			}
		}
		out = append(out, p)
		break
	}
	return out
}

// spared reports whether a line says that a service was not affected.
func (s *scene) spared(l *line, m *extract.Mention) bool {
	for _, u := range l.of("impact", "unaffected") {
		if s.reaches(u, m) {
			return true
		}
	}
	return s.cued(m, "spared")
}

// refuge reports whether a service is named only as where users went.
func (s *scene) refuge(l *line, m *extract.Mention) bool { return s.cued(m, "refuge", "source") }

// hypothetical reports whether a line speaks of what could happen.
func (s *scene) hypothetical(l *line) bool { return l.has("topic", "howto") }

// kind is told by what stopped working, where it is told first and for most.
func (s *scene) kind(e *episode) []Claim {
	weight := map[string]float64{}
	first := map[string]*extract.Mention{}
	for i, l := range e.lines {
		w := 1.0
		if i < 3 || l.heading() {
			w = 3
		}
		for _, m := range l.of("impact") {
			weight[m.Name] += w
			if first[m.Name] == nil {
				first[m.Name] = m
			}
		}
	}
	value, m := "", (*extract.Mention)(nil)
	pick := func(v string, names ...string) {
		if value != "" {
			return
		}
		for _, n := range names {
			if first[n] != nil {
				value, m = v, first[n]
				return
			}
		}
	}
	outage := weight["outage"] + weight["symptom"]
	if weight["breach"] > outage {
		pick("security_breach", "breach")
	}
	if weight["restriction"] > outage {
		pick("access_restriction", "restriction")
	}
	if weight["maintenance"] > 2*outage {
		pick("maintenance", "maintenance")
	}
	if weight["partial"] >= outage {
		pick("partial_outage", "partial")
	}
	if weight["degraded"] > outage {
		pick("degraded_performance", "degraded")
	}
	pick("major_outage", "outage", "symptom")
	pick("partial_outage", "partial")
	pick("degraded_performance", "degraded")
	if m == nil {
		return nil
	}
	return []Claim{claim(Kind, m, value)}
}

func (s *scene) regions(e *episode) []Claim {
	seen := map[string]bool{}
	var out []Claim
	for _, l := range e.lines {
		if !l.down() && !s.listed(l) {
			continue
		}
		for _, m := range l.of("region") {
			if !seen[m.Name] {
				seen[m.Name] = true
				c := claim(Region, m, m.Name)
				c.Unit = s.words(m)
				out = append(out, c)
			}
		}
	}
	return out
}

// times are the moments between which the incident lasted. What a cue says comes first; then
// a window; then a clock time beside the words for failing or being well again; last, in a
// status thread, its first post and the one that says it is over.
func (s *scene) times(e *episode) []Claim {
	var start, end, day *Claim
	set := func(to **Claim, f Field, m *extract.Mention, at extract.Moment, derived string) {
		if *to != nil || at.IsZero() {
			return
		}
		c := claim(f, m, "")
		c.Moment, c.Derived = at, derived
		*to = &c
	}
	clock := func(m extract.Moment) bool { return m.Precision >= extract.Hour && m.Year > 0 }
	each := func(f func(l *line, m *extract.Mention)) {
		for _, l := range e.lines {
			for _, m := range l.of("time") {
				if m.Time != nil && !s.cued(m, "not_time") {
					f(l, m)
				}
			}
		}
	}
	each(func(l *line, m *extract.Mention) {
		t := m.Time
		switch {
		case t.Window && clock(t.Start) && (l.down() || s.cued(m, "start", "end", "length")):
			set(&start, Start, m, t.Start, "")
			if clock(t.End) {
				set(&end, End, m, t.End, "")
			}
		case s.cued(m, "start") && clock(t.Start):
			set(&start, Start, m, t.Start, "")
		case s.cued(m, "end"):
			at := t.End
			if at.IsZero() {
				at = t.Start
			}
			if clock(at) {
				set(&end, End, m, at, "")
			}
		}
	})
	each(func(l *line, m *extract.Mention) {
		if clock(m.Time.Start) && !m.Time.Window && !s.cued(m, "end", "start") && l.down() && !l.has("impact", "recovery") {
			set(&start, Start, m, m.Time.Start, "")
		}
	})
	each(func(l *line, m *extract.Mention) {
		dated := m.Time.Start.Precision >= extract.Year && m.Time.Start.Year > 0
		if dated && (l.down() || s.cued(m, "start")) && !m.Time.Start.IsZero() && m.Time.Start.DateSource != "text" {
			set(&day, Date, m, m.Time.Start, "")
		}
	})
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
	var out []Claim
	for _, c := range []*Claim{day, start, end} {
		if c == nil {
			continue
		}
		switch c.Field {
		case Date:
			c.Moment = c.Moment.Truncate(extract.Day)
			c.Value = c.Moment.EDTF()
		default:
			c.Value = c.Moment.EDTF()
		}
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
	if *day == nil && !s.doc.Published.IsZero() && len(s.lines) > 0 {
		*day = made(Date, s.lines[0].Span, s.doc.Published, "published")
		(*day).Moment.DateSource = "published"
	}
}

func before(a, b extract.Moment) bool {
	x, _ := a.Bounds()
	y, _ := b.Bounds()
	return x.Before(y)
}

// lengths are how long the incident lasted, as told. Where nobody tells it but both ends are
// known, it is reckoned from them and marked so.
func (s *scene) lengths(e *episode) []Claim {
	var out []Claim
	for _, l := range e.lines {
		for _, m := range l.of("duration") {
			if m.Duration == nil || m.Duration.Vague || s.cued(m, "not_length") || !s.cued(m, "length") {
				continue
			}
			c := claim(Length, m, "")
			c.Low, c.High, c.Bound = m.Duration.Low, m.Duration.High, m.Duration.Bound
			if !slices.ContainsFunc(out, func(o Claim) bool { return o.Low == c.Low && o.High == c.High }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// counts are how many were hit, and how a total is shared among countries.
func (s *scene) counts(e *episode) []Claim {
	var out, parts []Claim
	for _, l := range e.lines {
		for _, m := range l.of("count") {
			n := m.Count
			if n == nil || n.Kind == "" || n.Percent || s.cued(m, "population") {
				continue
			}
			if regions := l.of("region"); s.listed(l) && len(l.of("count")) == 1 && len(regions) == 1 && n.Kind == "affected_users" {
				c := claim(Breakdown, m, regions[0].Name)
				c.Low, c.High, c.Bound, c.Unit = n.Low, n.High, n.Bound, n.Unit
				parts = append(parts, c)
				continue
			}
			if !s.cued(m, "affected") && !(n.Kind == "problem_reports") && !(n.Kind == "affected_users" && l.down() && !l.has("topic", "background")) {
				continue
			}
			c := claim(Affected, m, n.Kind)
			c.Low, c.High, c.Bound, c.Unit = n.Low, n.High, n.Bound, n.Unit
			if !slices.ContainsFunc(out, func(o Claim) bool { return o.Value == c.Value && o.Low == c.Low && o.High == c.High }) {
				out = append(out, c)
			}
		}
	}
	if len(parts) < 2 {
		for i := range parts {
			parts[i].Field, parts[i].Value = Affected, "affected_users"
		}
	}
	out = append(out, parts...)
	slices.SortStableFunc(out, func(a, b Claim) int { return cmp.Compare(b.Field, a.Field) })
	return out
}

// listed reports whether a line is an entry of a list or table.
func (s *scene) listed(l *line) bool {
	return l.block.Kind == extract.Item || l.block.Kind == extract.Row || l.block.Kind == extract.Term
}
