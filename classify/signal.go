package classify

import (
	"math"
	"slices"
	"strconv"

	"tocsin/extract"
)

// signals are the measures of attention that a document tells, each value once.
func (s *scene) signals() []extract.Signal {
	var out []extract.Signal
	seen := map[string]bool{}
	add := func(g extract.Signal) {
		if k := g.Type + " " + g.Value; !seen[k] {
			seen[k] = true
			out = append(out, g)
		}
	}
	for i := range s.lines {
		l := &s.lines[i]
		platform := ""
		if p := l.of("platform"); len(p) > 0 {
			platform = s.words(p[0])
		}
		if tracked := pick(l.ms, "platform"); slices.ContainsFunc(tracked, func(p *extract.Mention) bool { return p.Attrs["kind"] == "tracker" }) {
			for _, m := range l.of("count", "count") {
				if m.Count != nil && m.Count.Kind == "problem_reports" && m.Count.Low == m.Count.High {
					add(extract.Signal{Span: m.Span, Type: "downdetector", Platform: platform,
						Value: strconv.FormatFloat(m.Count.Low, 'f', -1, 64), Text: s.words(m), Rule: m.Rule})
				}
			}
		}
		for _, m := range l.ms {
			if m.Dim == "hashtag" || m.Dim == "signal" {
				value := s.words(m)
				if m.Name == "hashtag" || m.Number == nil {
					add(extract.Signal{Span: m.Span, Type: "hashtag", Platform: platform, Value: value, Text: value, Rule: m.Rule})
				}
			}
		}
	}
	return out
}

func logistic(x float64) float64 { return math.Round(1000/(1+math.Exp(-x))) / 1000 }
