package classify

// How many were hit.

import (
	"cmp"
	"slices"
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
