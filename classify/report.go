package classify

// Which mention is a fact of which incident. Each episode of a document gives a report; the
// claims of a report stand in the order of their fields and then of the text.

import (
	"slices"
	"strings"
	"unicode/utf8"

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
		if !e.main && !slices.ContainsFunc(claims, func(c Claim) bool { return c.Field == Service }) {
			continue
		}
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
	if e.aside {
		return out
	}
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
		seen[name] = true
		value := Unlisted + name
		if m.Dim == "service" {
			value, seen[m.Name] = m.Name, true
		}
		c := claim(Service, m, value)
		c.Unit = s.words(m)
		out = append(out, c)
	}
	for _, l := range e.lines {
		for _, m := range s.failing(l) {
			take(l, m)
		}
	}
	if len(out) == 0 {
		for _, l := range e.lines {
			for _, m := range s.named(l) {
				if slices.Contains(e.services, m.Name) && !s.spared(l, m) {
					take(l, m)
				}
			}
		}
	}
	if len(out) == 0 && e.main {
		// The text speaks of "the service": whose page it is says which.
		out = s.apart(pick(s.title, "service"), s.doc.Title, "title")
		if len(out) == 0 {
			out = s.apart(pick(s.site, "service"), s.doc.Site, "site")
		}
	}
	return append(out, s.provider(out)...)
}

// apart claims the first service found outside of the text.
func (s *scene) apart(ms []*extract.Mention, text, from string) []Claim {
	for _, m := range ms {
		if _, ambiguous := m.Attrs["cue"]; !ambiguous {
			s.by[m.Name] = m.Attrs["by"]
			return []Claim{{Field: Service, Value: m.Name, Unit: text[m.Start:m.End], Standing: Confirmed, Rule: m.Rule, Derived: from}}
		}
	}
	return nil
}

// provider claims the company behind the first service that has one, by the words of the
// text that name it, if there are any.
func (s *scene) provider(services []Claim) []Claim {
	for _, c := range services {
		by := s.by[c.Value]
		if by == "" {
			continue
		}
		p := Claim{Span: c.Span, Field: Provider, Value: by, Unit: by, Standing: Confirmed, Rule: c.Rule, Derived: "service"}
		for i := range s.lines {
			if told := s.lines[i].of("provider", by); len(told) > 0 {
				p.Span, p.Unit, p.Rule, p.Derived = told[0].Span, s.words(told[0]), told[0].Rule, ""
				break
			}
		}
		return []Claim{p}
	}
	return nil
}

// failing returns the services that a line says did not work: those that a cue ties to the
// failure, or that stand in a sentence or heading that tells of it; and with one of a list
// all of it.
func (s *scene) failing(l *line) (out []*extract.Mention) {
	var all []*extract.Mention
	var hit []bool
	var refused *extract.Mention
	for _, m := range l.ms {
		if m.Dim != "service" && (m.Dim != "name" || l.known(m)) || l.modifies(m) {
			continue
		}
		if s.spared(l, m) || s.refuge(l, m) || s.listed(l, refused, m) {
			refused = m
			continue
		}
		_, ambiguous := m.Attrs["cue"]
		all = append(all, m)
		hit = append(hit, s.cued(m, "failing") || m.Dim == "service" && !ambiguous && l.heading())
	}
	// With one of a list all of it that is known for a service.
	for i := 1; i < len(all); i++ {
		hit[i] = hit[i] || hit[i-1] && all[i].Dim == "service" && s.listed(l, all[i-1], all[i])
	}
	for i := len(all) - 2; i >= 0; i-- {
		hit[i] = hit[i] || hit[i+1] && all[i].Dim == "service" && s.listed(l, all[i], all[i+1])
	}
	for i, m := range all {
		if hit[i] {
			out = append(out, m)
		}
	}
	return out
}

// timed reports whether the words of a length are also a time.
func (l *line) timed(d *extract.Mention) bool {
	return slices.ContainsFunc(l.of("time"), func(t *extract.Mention) bool { return t.Start <= d.Start && t.End >= d.End })
}

// beside reports whether a value stands in one clause with a word for not working.
func (s *scene) beside(l *line, m *extract.Mention) bool {
	for _, d := range l.of("impact", "outage", "partial", "degraded", "symptom", "restriction", "breach") {
		if !strings.ContainsAny(s.between(d.Span, m.Span), clauseMarks) {
			return true
		}
	}
	return false
}

// listed reports whether b follows a in a list: a comma, a short word ("and", "et", 和), or
// the bracket that opens it, is all that stands between them.
func (s *scene) listed(l *line, a, b *extract.Mention) bool {
	if a == nil || b.Start < a.End {
		return false
	}
	for _, m := range l.of("impact") {
		if m.Start < b.Start && m.End > a.End {
			return false
		}
	}
	gap := strings.TrimSpace(s.between(a.Span, b.Span))
	if gap == "(" || gap == "（" {
		return true
	}
	return gap != "" && utf8.RuneCountInString(gap) <= 5 && !strings.ContainsAny(gap, ".;:()/。；：（）")
}

// modifies reports whether a name only says whose the next one is: "Google Gemini".
func (l *line) modifies(m *extract.Mention) bool {
	for _, o := range l.of("service") {
		if o.Start >= m.End && o.Start-m.End <= 1 && o.Attrs["by"] != "" && o.Attrs["by"] == m.Attrs["by"] {
			return true
		}
	}
	return false
}

// known reports whether a name is told to be something by a phrase file: a service, a
// company, a place, a time.
func (l *line) known(name *extract.Mention) bool {
	for _, m := range l.ms {
		if m.Start >= name.End || m.End <= name.Start {
			continue
		}
		switch m.Dim {
		case "service", "provider", "platform", "region", "time", "zone", "weekday", "month", "hashtag", "cause", "impact", "topic":
			return true
		}
	}
	return false
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
	weight, told := map[string]float64{}, map[string]int{}
	first := map[string]*extract.Mention{}
	for i, l := range e.lines {
		w := 1.0
		if i < 3 || l.heading() {
			w = 3
		}
		for _, m := range l.of("impact") {
			weight[m.Name] += w
			told[m.Name]++
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
	if told["partial"] >= 2 && 3*told["partial"] >= told["outage"] {
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
		if !l.down() && !l.entry() {
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

// longest is the longest outage that is believed, in seconds: a quarter of a year. What is
// told as longer is the age of something.
const longest = 90 * 86400

// lengths are how long the incident lasted, as told. Where nobody tells it but both ends are
// known, it is reckoned from them and marked so.
func (s *scene) lengths(e *episode) []Claim {
	var out []Claim
	for _, l := range e.lines {
		for _, m := range l.of("duration") {
			if !s.cued(m, "length") && l.timed(m) {
				continue // 9 h 55 where nothing says that it is a length
			}
			if m.Duration == nil || m.Duration.Vague || m.Duration.Low > longest || s.cued(m, "not_length") || !s.cued(m, "length") && !s.beside(l, m) && !(e.row && l.block.Kind == extract.Row) {
				continue
			}
			c := claim(Length, m, "")
			c.Low, c.High, c.Bound = m.Duration.Low, m.Duration.High, m.Duration.Bound
			out = tell(out, l, c)
		}
	}
	return out
}

// entry reports whether a line is an entry of a list or table.
func (l *line) entry() bool {
	return l.block.Kind == extract.Item || l.block.Kind == extract.Row || l.block.Kind == extract.Term
}
