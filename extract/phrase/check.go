package phrase

// Checking and showing: examples run as tests, and what a linguist asks of the files.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func place(s *Saying) string { return s.File + ":" + strconv.Itoa(s.Line) }

// Describe says in few words what a finding means, in the form that examples use.
func (r *Rules) Describe(m *Match) string {
	if d := r.grammar.Dims[m.dim]; d.Describe != nil {
		return d.Describe(m)
	}
	if len(m.Slots) == 0 {
		return m.Name
	}
	parts := make([]string, len(m.Slots))
	for i, f := range m.Slots {
		parts[i] = r.Describe(f.Match)
	}
	return m.Name + "(" + strings.Join(parts, ", ") + ")"
}

// Check runs every example of every file. Each name needs one that finds it, each file one
// that finds nothing.
func (r *Rules) Check() Errors {
	var errs Errors
	for _, f := range r.Files {
		proven := map[string]bool{}
		negative := false
		for _, e := range f.Examples {
			negative = negative || !e.Found
			var got, told []string
			for _, m := range r.Scan(e.Text).Matches {
				if m.Dim == f.Dim {
					proven[m.Name] = proven[m.Name] || strings.HasPrefix(m.Rule, f.Path+":")
					got = append(got, r.Describe(m))
					told = append(told, fmt.Sprintf("%s (from %s)", r.Describe(m), m.Rule))
				}
			}
			if slices.Equal(got, e.Want) {
				continue
			}
			found, want := "nothing", "nothing"
			if told != nil {
				found = strings.Join(told, "; ")
			}
			if e.Want != nil {
				want = strings.Join(e.Want, "; ")
			}
			errs = append(errs, Error{e.File, e.Line, 0, fmt.Sprintf("%s: found %s, want %s", e.Text, found, want)})
		}
		if len(f.Sayings) > 0 && !negative {
			errs = append(errs, Error{f.Path, 1, 0, "has no example that must find nothing (a line that begins with -)"})
		}
		for _, n := range f.Names {
			if n.Text != Nothing && !proven[n.Text] && r.needsProof(f.Dim) {
				errs = append(errs, Error{f.Path, n.Line, 0, "name " + n.Text + " has no example that finds it (a line that begins with +)"})
			}
		}
	}
	return errs
}

// needsProof reports whether each name of a file needs an example: lists of proper names
// and of plain numbers do not, their dimension having no closed list.
func (r *Rules) needsProof(dim string) bool {
	return r.grammar.Dims[r.dims[dim]].Names != nil
}

// Show returns the plain sayings of the line at place, file:line.
func (r *Rules) Show(at string) (Saying, []string, error) {
	for i := range r.sayings {
		s := &r.sayings[i]
		if place(s) == at || strings.HasSuffix(at, "/"+place(s)) {
			plain, err := Plain(s.Text)
			return *s, plain, err
		}
	}
	return Saying{}, nil, fmt.Errorf("%s is no line with a saying", at)
}

// Gaps lists the names of closed lists that the files have no saying for, as file: name.
func (r *Rules) Gaps() []string {
	have := map[string]bool{}
	for _, f := range r.Files {
		for _, n := range f.Names {
			have[f.Dim+" "+n.Text] = true
		}
	}
	var gaps []string
	for _, d := range r.grammar.Dims {
		for _, n := range d.Names {
			if !have[d.Name+" "+n] {
				gaps = append(gaps, d.Name+": "+n)
			}
		}
	}
	return gaps
}
