package classify

// Why it happened. A cause is claimed where a cue ties it to its effect; else where it stands
// in a sentence that says that something did not work; else in a heading. How surely, and
// whose word it is, is told by the words around it, as far as each reaches. A category is
// claimed once, with its strongest standing: a denial beats a guess only where nobody
// asserts it.

import (
	"slices"
	"strings"

	"tocsin/extract"
)

func (s *scene) causes(e *episode) []Claim {
	var out []Claim
	for _, l := range e.lines {
		for _, m := range l.of("cause") {
			tied := s.cued(m, "cause")
			if !tied && !(s.beside(l, m) && !l.has("topic", "background", "howto", "explainer")) && !(l.heading() && e.main) && !(e.row && l.block.Kind == extract.Row) {
				continue
			}
			if s.cued(m, "not_cause") {
				continue
			}
			c := claim(Cause, m, m.Name)
			c.Standing, c.Speaker = s.standing(l, m)
			if c.Standing == Undisclosed {
				continue
			}
			i := slices.IndexFunc(out, func(o Claim) bool { return o.Value == c.Value })
			switch {
			case i < 0:
				out = append(out, c)
			case rank(c.Standing) > rank(out[i].Standing):
				out[i] = c
			}
		}
	}
	if len(out) == 0 {
		for _, l := range e.lines {
			if u := l.of("standing", "undisclosed"); len(u) > 0 {
				c := claim(Cause, u[0], "")
				c.Standing = Undisclosed
				return []Claim{c}
			}
		}
	}
	return out
}

func rank(s Standing) int {
	return slices.Index([]Standing{Undisclosed, Suspected, RuledOut, Confirmed}, s)
}

// standing says how surely a mention is told, and by whom.
func (s *scene) standing(l *line, m *extract.Mention) (Standing, string) {
	speaker := ""
	for _, p := range l.of("speaker") {
		if speaker == "" || p.Name == "official" {
			speaker = p.Name
		}
	}
	found := Standing("")
	for _, w := range l.of("standing") {
		if !s.reaches(w, m) {
			continue
		}
		switch got := Standing(w.Name); {
		case got == RuledOut:
			return RuledOut, speaker
		case got == Suspected, got == Undisclosed && found == "":
			found = got
		case got == Confirmed && found == "":
			found = got
		}
	}
	if found == "" {
		found = Confirmed
		if strings.ContainsAny(s.text(extract.Span{Start: m.End, End: l.End}), "?？") || speaker == "users" || speaker == "expert" || speaker == "attacker" {
			found = Suspected
		}
	}
	return found, speaker
}
