package main

// Scoring of records against gold labels: the rules of score.py (shared/eval), figure for
// figure. Records and labels are joined on the last two parts of "file". Each field of a
// document is a multiset of values on either side; a value is kept here as the text that
// Python would print for it, so that disagreements read the same too.

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A cell is what one document adds to the figures of one field.
type cell struct{ tp, fp, fn int }

// A share is how many of some cases are right.
type share struct{ right, of int }

// A field holds precision and recall of one field of the records.
type field struct {
	name  string
	cells []cell // by document
	wrong []disagreement
}

type disagreement struct {
	key         string
	miss, extra []string
}

// figures returns precision, recall, F1 and the number of gold values over the documents
// numbered in sample, which may name one more than once.
func (f *field) figures(sample []int) (p, r, f1 float64, n int) {
	var c cell
	for _, i := range sample {
		c.tp += f.cells[i].tp
		c.fp += f.cells[i].fp
		c.fn += f.cells[i].fn
	}
	p, r = 1, 1
	if c.tp+c.fp > 0 {
		p = float64(c.tp) / float64(c.tp+c.fp)
	}
	if c.tp+c.fn > 0 {
		r = float64(c.tp) / float64(c.tp+c.fn)
	}
	if p+r > 0 {
		f1 = 2 * p * r / (p + r)
	}
	return p, r, f1, c.tp + c.fn
}

// An accuracy holds the share of cases that are right.
type accuracy struct {
	name   string
	shares []share // by document
}

func (a *accuracy) total(sample []int) (t share) {
	for _, i := range sample {
		t.right += a.shares[i].right
		t.of += a.shares[i].of
	}
	return t
}

// value is the share itself, 1 where there was no case.
func (s share) value() float64 {
	if s.of == 0 {
		return 1
	}
	return float64(s.right) / float64(s.of)
}

// A score is all figures of one gold file.
type score struct {
	documents  int
	missing    []string // gold documents without a record
	fields     []*field
	accuracies []*accuracy
	clusters   [][2]string // incident by the labels, by the records; one a document
	clustered  bool        // the records name incidents
	doc        int         // of the fields' cells that are being filled
}

func (s *score) field(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	f := &field{name: name, cells: make([]cell, s.documents)}
	s.fields = append(s.fields, f)
	return f
}

// Names of accuracies.
const (
	rightRelevance = "relevance accuracy"
	rightKind      = "kind accuracy (primary)"
	rightBound     = "duration bound accuracy (on matched)"
	rightStatus    = "cause status accuracy (on matched)"
	rightKeptOut   = "distractors kept out"
	rightVerbatim  = "evidence verbatim in the document"
)

// judge counts one case of an accuracy.
func (s *score) judge(name string, right bool) {
	i := slices.IndexFunc(s.accuracies, func(a *accuracy) bool { return a.name == name })
	sh := &s.accuracies[i].shares[s.doc]
	sh.of++
	if right {
		sh.right++
	}
}

// add compares two multisets of values.
func (s *score) add(name, key string, gold, pred []string) {
	f := s.field(name)
	c := &f.cells[s.doc]
	g, p := count(gold), count(pred)
	var d disagreement
	for _, v := range unique(gold) {
		hit := min(g[v], p[v])
		c.tp += hit
		c.fn += g[v] - hit
		for range g[v] - hit {
			d.miss = append(d.miss, v)
		}
	}
	for _, v := range unique(pred) {
		over := max(p[v]-g[v], 0)
		c.fp += over
		for range over {
			d.extra = append(d.extra, v)
		}
	}
	if d.miss != nil || d.extra != nil {
		d.key = key
		f.wrong = append(f.wrong, d)
	}
}

func count(values []string) map[string]int {
	m := map[string]int{}
	for _, v := range values {
		m[v]++
	}
	return m
}

// unique returns the values in the order of their first appearance.
func unique(values []string) []string {
	var out []string
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// Names of figures.
const (
	fieldDate      = "date (primary)"
	fieldDurations = "durations (all incidents)"
	fieldCounts    = "counts (all incidents)"
	fieldCauses    = "cause category (primary)"
	fieldServices  = "services (primary)"
	fieldSame      = "same incident (B-cubed)"
)

// coreFields are those whose mean F1 is the one figure.
func coreFields() []string {
	return []string{fieldDate, fieldDurations, fieldCounts, fieldCauses, fieldServices}
}

// scoreRecords scores records against labels. goldPath is where the labels stand: documents
// are looked for beside it.
func scoreRecords(goldPath string, gold, records *scoredFile) *score {
	s := &score{documents: len(gold.keys)}
	for _, name := range []string{rightRelevance, rightKind, rightBound, rightStatus, rightKeptOut, rightVerbatim} {
		s.accuracies = append(s.accuracies, &accuracy{name, make([]share, s.documents)})
	}
	for i, key := range gold.keys {
		s.doc = i
		r := records.find(key)
		if r == nil {
			s.missing = append(s.missing, key)
			r = &scoredRow{Lang: new(string)}
		}
		s.document(goldPath, key, gold.rows[key], r)
	}
	return s
}

func (s *score) document(goldPath, key string, g, r *scoredRow) {
	s.judge(rightRelevance, g.Relevant == r.Relevant)
	s.add("relevant", key, when(g.Relevant, "'relevant'"), when(r.Relevant, "'relevant'"))
	lang := "None"
	if r.Lang != nil {
		lang = *r.Lang
	}
	lang, _, _ = strings.Cut(lang, "-")
	s.add("language", key, []string{quotePython(deref(g.Lang))}, []string{quotePython(lang)})

	gi, gp := g.reports(), g.primary()
	var pi []scoredIncident
	var pp scoredIncident
	if r.Relevant {
		pi, pp = r.reports(), r.primary()
	}
	s.add(fieldDate, key, text(same(gp.Date, gp.DateAlt, pp.Date)), text(pp.Date))
	for _, end := range []struct {
		name, gold, pred string
		alt              oneOrAll
	}{{"start", gp.Start, pp.Start, gp.StartAlt}, {"end", gp.End, pp.End, gp.EndAlt}} {
		alts := make([]string, len(end.alt))
		for i, a := range end.alt {
			alts[i] = instant(a)
		}
		pv := instant(end.pred)
		gv := same(instant(end.gold), alts, pv)
		s.add("start/end time (primary)", key, text(prefix(end.name, gv)), text(prefix(end.name, pv)))
	}
	s.durations(key, gi, pi, gp, pp)
	s.counts(key, g, gi, pi, gp, pp)
	s.causes(key, gp, pp)

	names, may := normAll(gp.Services), normAll(gp.Optional)
	told := normAll(pp.Services)
	maps.DeleteFunc(told, func(n string, _ bool) bool { return may[n] && !names[n] })
	s.add(fieldServices, key, quoteAll(names), quoteAll(told))
	s.add("provider (primary)", key, text(normText(gp.Provider)), text(normText(pp.Provider)))
	if g.Relevant {
		s.judge(rightKind, equal(gp.Kind, pp.Kind))
	}
	if body, ok := besideGold(goldPath, g.File); ok {
		for _, t := range evidence(pi) {
			s.judge(rightVerbatim, t != "" && strings.Contains(body, t))
		}
	}
	s.add("incidents per document", key, slices.Repeat([]string{"'n'"}, len(gi)), slices.Repeat([]string{"'n'"}, len(pi)))
	s.add("signals", key, signalValues(g), signalValues(r))
	if g.SameIncident != "" {
		id := pp.IncidentID
		if id != "" {
			s.clustered = true
		} else {
			id = "alone " + key // no id that classify mints has a blank
		}
		s.clusters = append(s.clusters, [2]string{g.SameIncident, id})
	}
}

func (s *score) durations(key string, gi, pi []scoredIncident, gp, pp scoredIncident) {
	optional := seconds(gi, true)
	compare := func(name string, g, p []scoredIncident) {
		gold := seconds(g, false)
		var told []string
		for _, d := range seconds(p, false) {
			// Within 1 per cent is the same.
			for _, o := range slices.Concat(gold, optional) {
				if math.Abs(float64(o-d)) <= 0.01*float64(o) {
					d = o
					break
				}
			}
			if slices.Contains(gold, d) || !slices.Contains(optional, d) {
				told = append(told, strconv.Itoa(d))
			}
		}
		var want []string
		for _, d := range gold {
			want = append(want, strconv.Itoa(d))
		}
		s.add(name, key, want, told)
	}
	compare(fieldDurations, gi, pi)
	compare("durations (primary)", []scoredIncident{gp}, []scoredIncident{pp})
	bounds := map[int]*string{}
	for _, x := range gi {
		for _, d := range x.Durations {
			bounds[round(d.Seconds)] = d.Bound
		}
	}
	for _, x := range pi {
		for _, d := range x.Durations {
			if b, ok := bounds[round(d.Seconds)]; ok {
				s.judge(rightBound, equal(b, d.Bound))
			}
		}
	}
}

func (s *score) counts(key string, g *scoredRow, gi, pi []scoredIncident, gp, pp scoredIncident) {
	all := []string{"affected_users", "problem_reports", "other_affected"}
	s.add(fieldCounts, key, countValues(gi, all), countValues(pi, all))
	s.add("affected users (primary)", key, countValues([]scoredIncident{gp}, all[:1]), countValues([]scoredIncident{pp}, all[:1]))
	ends := func(rs []scoredIncident) map[float64]bool {
		m := map[float64]bool{}
		for _, r := range rs {
			for _, c := range r.Counts {
				if slices.Contains(all, c.Kind) {
					m[c.Low], m[c.High] = true, true
				}
			}
		}
		return m
	}
	truth, told := ends(gi), ends(pi)
	for _, d := range g.Distractors {
		if d.Value != nil && !truth[*d.Value] {
			s.judge(rightKeptOut, !told[*d.Value])
		}
	}
}

// causes compares categories. One that the labels themselves mark ruled_out is no cause: it
// must come back as ruled_out or not at all.
func (s *score) causes(key string, gp, pp scoredIncident) {
	live := func(x scoredIncident) []string {
		var out []string
		for _, c := range x.Causes {
			if deref(c.Status) != "ruled_out" {
				out = append(out, c.Category)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	told := live(pp)
	alts := map[string][]string{}
	standing := map[string][]*string{}
	for _, c := range gp.Causes {
		alts[c.Category] = c.Alt
		for _, name := range append([]string{c.Category}, c.Alt...) {
			standing[name] = append(standing[name], c.Status)
		}
	}
	var want []string
	for _, c := range live(gp) {
		if !slices.Contains(told, c) {
			// Where the labeller allows another reading, that reading counts as the label.
			for _, a := range alts[c] {
				if slices.Contains(told, a) {
					c = a
					break
				}
			}
		}
		want = append(want, c)
	}
	slices.Sort(want)
	s.add(fieldCauses, key, quotePythonAll(slices.Compact(want)), quotePythonAll(told))
	for _, c := range pp.Causes {
		if st, ok := standing[c.Category]; ok {
			s.judge(rightStatus, slices.ContainsFunc(st, func(x *string) bool { return equal(x, c.Status) }))
		}
	}
}

// seconds returns the distinct durations of reports, sorted.
func seconds(rs []scoredIncident, optional bool) []int {
	var out []int
	for _, r := range rs {
		for _, d := range r.Durations {
			if d.Optional == optional {
				out = append(out, round(d.Seconds))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func round(x float64) int { return int(math.RoundToEven(x)) }

// countValues returns the distinct counts of some kinds, sorted.
func countValues(rs []scoredIncident, kinds []string) []string {
	type value struct {
		kind      string
		low, high float64
	}
	var all []value
	for _, r := range rs {
		for _, c := range r.Counts {
			if slices.Contains(kinds, c.Kind) {
				all = append(all, value{c.Kind, c.Low, c.High})
			}
		}
	}
	slices.SortFunc(all, func(a, b value) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.low, b.low), cmp.Compare(a.high, b.high))
	})
	var out []string
	for _, v := range slices.Compact(all) {
		out = append(out, fmt.Sprintf("(%s, %s, %s)", quotePython(v.kind), floatPython(v.low), floatPython(v.high)))
	}
	return out
}

// evidence returns the words beside each duration, count and cause.
func evidence(rs []scoredIncident) []string {
	var out []string
	for _, r := range rs {
		for _, d := range r.Durations {
			out = append(out, d.Text)
		}
		for _, c := range r.Counts {
			out = append(out, c.Text)
		}
		for _, c := range r.Causes {
			out = append(out, c.Text)
		}
	}
	return out
}

// signalValues returns the distinct signals that have a value, sorted; quotes are not scored.
func signalValues(r *scoredRow) []string {
	var all [][2]string
	for _, s := range r.Signals {
		if s.Type == "quote" || s.Value == nil || s.Value == "" {
			continue
		}
		all = append(all, [2]string{s.Type, strings.Trim(normText(textPython(s.Value)), "#")})
	}
	slices.SortFunc(all, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var out []string
	for _, s := range slices.Compact(all) {
		out = append(out, fmt.Sprintf("(%s, %s)", quotePython(s[0]), quotePython(s[1])))
	}
	return out
}

// same returns pred where it is one of the readings that the labellers allow, else gold.
func same(gold string, alts []string, pred string) string {
	if pred != "" && slices.Contains(alts, pred) {
		return pred
	}
	return gold
}

// bCubed returns precision and recall of the incidents that documents were put into. A
// document without an incident id stands alone.
func (s *score) bCubed() (p, r, f1 float64, n int) {
	share := func(i, j int) float64 {
		sum := 0.0
		for _, c := range s.clusters {
			both, one := 0, 0
			for _, x := range s.clusters {
				if x[i] == c[i] {
					one++
					if x[j] == c[j] {
						both++
					}
				}
			}
			sum += float64(both) / float64(one)
		}
		return sum / float64(len(s.clusters))
	}
	p, r = share(1, 0), share(0, 1)
	return p, r, 2 * p * r / (p + r), len(s.clusters)
}

func when(yes bool, value string) []string {
	if yes {
		return []string{value}
	}
	return nil
}

// text is the value as Python prints it, or nothing where it is empty.
func text(v string) []string { return when(v != "", quotePython(v)) }

func prefix(name, v string) string {
	if v == "" {
		return ""
	}
	return name + v
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func equal(a, b *string) bool { return (a == nil) == (b == nil) && deref(a) == deref(b) }
