package classify

// How many were hit.

import (
	"cmp"
	"slices"

	"tocsin/extract"
)

// few is where a vague number begins to be a count: "several customers" is none.
const few = 100

// counts are how many were hit, and how a total is shared among countries.
func (s *scene) counts(e *episode) []Claim {
	var out, parts []Claim
	for _, l := range e.lines {
		for _, m := range l.of("count") {
			n := m.Count
			if n == nil || n.Kind == "" || n.Percent || n.High < few && n.Low != n.High || s.cued(m, "population") {
				continue
			}
			if regions := l.of("region"); l.entry() && len(l.of("count")) == 1 && len(regions) == 1 && n.Kind == "affected_users" {
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
			out = tell(out, l, c)
		}
	}
	if len(parts) < 2 {
		for i := range parts {
			parts[i].Field, parts[i].Value = Affected, "affected_users"
		}
	}
	// What is told vaguely says nothing beside what is told exactly.
	out = slices.DeleteFunc(out, func(v Claim) bool {
		return v.Bound == extract.Range && slices.ContainsFunc(out, func(c Claim) bool {
			return c.Value == v.Value && c.Bound != extract.Range && c.Low >= v.Low && c.Low <= v.High
		})
	})
	out = append(out, parts...)
	slices.SortStableFunc(out, func(a, b Claim) int { return cmp.Compare(b.Field, a.Field) })
	return out
}

// tell adds a claim. A value told twice stays one claim: the words of the text before those
// of a heading, and a bound before none.
func tell(claims []Claim, l *line, c Claim) []Claim {
	i := slices.IndexFunc(claims, func(o Claim) bool { return o.Value == c.Value && o.Low == c.Low && o.High == c.High })
	switch {
	case i < 0:
		return append(claims, c)
	case claims[i].Bound == extract.Exact && c.Bound != extract.Exact && !l.heading():
		claims[i] = c
	}
	return claims
}
