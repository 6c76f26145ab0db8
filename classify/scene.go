package classify

// A scene is a document as classify looks at it: its sentences in order, what stands in each,
// and which cues hold which value.

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/extract"
)

type scene struct {
	doc   *extract.Document
	title []*extract.Mention
	site  []*extract.Mention
	lines []line
	held  map[place][]string // names of the cues that hold a mention
	by    map[string]string  // provider of a service
}

type place struct {
	dim string
	extract.Span
}

// A line is a sentence.
type line struct {
	extract.Span
	at    int
	block *extract.Block
	ms    []*extract.Mention // by place, the longer first
}

func newScene(d *extract.Document, r *extract.Reading) *scene {
	s := &scene{doc: d, held: map[place][]string{}, by: map[string]string{}, lines: make([]line, len(r.Sentences))}
	b := 0
	for i, span := range r.Sentences {
		for b < len(d.Blocks)-1 && d.Blocks[b].End <= span.Start {
			b++
		}
		s.lines[i] = line{Span: span, at: i}
		if b < len(d.Blocks) {
			s.lines[i].block = &d.Blocks[b]
		} else {
			s.lines[i].block = &extract.Block{Span: span, Kind: extract.Paragraph}
		}
	}
	for i := range r.Mentions {
		m := &r.Mentions[i]
		if m.Dim == "cue" {
			for _, p := range m.Parts {
				k := place{p.Dim, p.Span}
				s.held[k] = append(s.held[k], m.Name)
			}
		}
		if m.Dim == "service" {
			s.by[m.Name] = m.Attrs["by"]
		}
		s.lines[m.Sentence].ms = append(s.lines[m.Sentence].ms, m)
	}
	for i := range s.lines {
		slices.SortStableFunc(s.lines[i].ms, func(a, b *extract.Mention) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
		})
	}
	for i := range r.Title {
		s.title = append(s.title, &r.Title[i])
	}
	for i := range r.Site {
		s.site = append(s.site, &r.Site[i])
	}
	return s
}

// cued reports whether a cue of one of the names holds a mention.
func (s *scene) cued(m *extract.Mention, names ...string) bool {
	for _, have := range s.held[place{m.Dim, m.Span}] {
		if slices.Contains(names, have) {
			return true
		}
	}
	return false
}

// of returns the mentions of a dimension in a line, of the names given or of any.
func (l *line) of(dim string, names ...string) []*extract.Mention { return pick(l.ms, dim, names...) }

func pick(ms []*extract.Mention, dim string, names ...string) (out []*extract.Mention) {
	for _, m := range ms {
		if m.Dim == dim && (len(names) == 0 || slices.Contains(names, m.Name)) {
			out = append(out, m)
		}
	}
	return out
}

func (l *line) has(dim string, names ...string) bool { return len(l.of(dim, names...)) > 0 }

// named returns the services that a line names. A name that is an ordinary word too counts
// only where a cue says that it failed.
func (s *scene) named(l *line) (out []*extract.Mention) {
	for _, m := range l.of("service") {
		if _, ambiguous := m.Attrs["cue"]; !ambiguous || s.cued(m, "failing") {
			out = append(out, m)
		}
	}
	return out
}

// down reports whether a line says that something did not work.
func (l *line) down() bool {
	return l.has("impact", "outage", "partial", "degraded", "symptom", "restriction", "breach")
}

// heading reports whether a line stands in a heading.
func (l *line) heading() bool { return l.block.Kind == extract.Heading }

// between returns the text between two mentions, whichever comes first, or "" where they
// overlap.
func (s *scene) between(a, b extract.Span) string {
	if a.Start > b.Start {
		a, b = b, a
	}
	if a.End >= b.Start {
		return ""
	}
	return s.doc.Text[a.End:b.Start]
}

// Marks at which a clause, and a list, ends.
const (
	clauseMarks = ",;:，；：、()（）"
	listMarks   = ";；"
)

// reaches reports whether a word of standing or a speaker, which says how far it goes, goes
// as far as another mention.
func (s *scene) reaches(from, to *extract.Mention) bool {
	if from.Start >= to.Start && from.End <= to.End {
		return true // a hedge within the words themselves
	}
	switch from.Attrs["dir"] {
	case "after":
		if to.Start < from.Start {
			return false
		}
	case "before":
		if to.End > from.End {
			return false
		}
	}
	gap := s.between(from.Span, to.Span)
	switch from.Attrs["reach"] {
	case "clause":
		return !strings.ContainsAny(gap, clauseMarks)
	case "list":
		return !strings.ContainsAny(gap, listMarks)
	}
	return true
}
