package main

// Scoring of incident windows on the cloud reports of the ICPE'26 study: the rules of
// icpe26.py (shared/eval), figure for figure. A value counts only where it is exactly the
// label, at minute precision, in the label's own zone; labels of AWS carry no date, so only
// the clock is compared there. Of causes at most two may be told.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// An icpeLabel is a line of icpe26/gold.jsonl.
type icpeLabel struct {
	File     string `json:"file"`
	Provider string `json:"provider"`
	Start    string `json:"start"`
	End      string `json:"end"`
	Timezone string `json:"timezone"`
	Cause    string `json:"root_cause_category"`
}

// icpeOffset returns the hours east of UTC of a zone that labels name.
func icpeOffset(zone string) (int, bool) {
	h, ok := map[string]int{"PST": -8, "PDT": -7, "UTC": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}[zone]
	return h, ok
}

// icpeBest returns the best figure of six LLMs and two prompts in the paper, in per cent.
func icpeBest(provider, field string) string {
	return map[[2]string]string{
		{"aws", "start"}: "96.0", {"azure", "start"}: "100.0", {"gcp", "start"}: "64.7",
		{"aws", "end"}: "88.7", {"azure", "end"}: "96.8", {"gcp", "end"}: "88.4",
		{"azure", "cause"}: "73.7",
	}[[2]string{provider, field}]
}

// icpeCauses returns the categories of the Cloud Outage Study that count as one of the
// study's six classes, nil where the class is not scored.
func icpeCauses(class string) []string {
	switch class {
	case "CONFIG":
		return []string{"config"}
	case "OVERLOAD":
		return []string{"load"}
	case "DEPLOY":
		return []string{"upgrade", "bug"}
	case "EXTERNAL":
		return []string{"dependency", "power", "network", "natural_disaster", "hardware"}
	case "MAINTAIN":
		return []string{"upgrade", "human", "hardware"}
	}
	return nil
}

// readICPE reads the labels, the later of two lines of one name.
func readICPE(name string, text []byte) ([]icpeLabel, error) {
	var labels []icpeLabel
	at := map[string]int{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if strings.TrimSpace(line) == "" {
			continue
		}
		var l icpeLabel
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if l.File == "" {
			return nil, fmt.Errorf("%s:%d: has no \"file\"", name, n)
		}
		if i, ok := at[path.Base(l.File)]; ok {
			labels[i] = l
			continue
		}
		at[path.Base(l.File)] = len(labels)
		labels = append(labels, l)
	}
	return labels, nil
}

// isICPE reports whether the first line of a gold file is a label of the study.
func isICPE(text []byte) bool {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	var row map[string]any
	if json.Unmarshal([]byte(line), &row) != nil {
		return false
	}
	_, provider := row["provider"]
	_, start := row["start"]
	return provider && start
}

// An icpeCell is one provider and field: the share of labels that are right.
type icpeCell struct {
	provider, field string
	shares          []share // by document
}

type icpeWrong struct{ provider, field, name, want, got string }

// An icpeScore is all figures of the study's labels.
type icpeScore struct {
	documents int
	cells     []*icpeCell // by provider, then by field
	wrong     []icpeWrong
}

func (s *icpeScore) count(provider, field string, doc int, right bool) {
	i := slices.IndexFunc(s.cells, func(c *icpeCell) bool { return c.provider == provider && c.field == field })
	if i < 0 {
		i = len(s.cells)
		s.cells = append(s.cells, &icpeCell{provider, field, make([]share, s.documents)})
	}
	s.cells[i].shares[doc].of++
	if right {
		s.cells[i].shares[doc].right++
	}
}

// scoreICPE scores records, joined on base names, against the labels.
func scoreICPE(labels []icpeLabel, records []*scoredRow) *icpeScore {
	s := &icpeScore{documents: len(labels)}
	byName := map[string]*scoredRow{}
	for _, r := range records {
		byName[path.Base(r.File)] = r
	}
	for i, g := range labels {
		name := path.Base(g.File)
		var p scoredIncident
		if r := byName[name]; r != nil {
			p = r.primary()
		}
		for _, f := range []struct{ name, gold, pred string }{{"start", g.Start, p.Start}, {"end", g.End, p.End}} {
			want, got := icpeMoment(f.gold), icpeWall(f.pred, g.Timezone)
			if len(want) == 5 {
				got = got[max(0, len(got)-5):]
			}
			s.count(g.Provider, f.name, i, want == got)
			if want != got {
				s.wrong = append(s.wrong, icpeWrong{g.Provider, f.name, name, cmp.Or(want, "none"), cmp.Or(got, "none")})
			}
		}
		categories := icpeCauses(g.Cause)
		if g.Provider != "azure" || categories == nil {
			continue
		}
		var told []string
		for _, c := range p.Causes {
			if deref(c.Status) != "ruled_out" {
				told = append(told, c.Category)
			}
		}
		slices.Sort(told)
		told = slices.Compact(told)
		right := len(told) <= 2 && slices.ContainsFunc(told, func(c string) bool { return slices.Contains(categories, c) })
		s.count("azure", "cause", i, right)
		if !right {
			s.wrong = append(s.wrong, icpeWrong{"azure", "cause", name, g.Cause, listPython(quotePythonAll(told))})
		}
	}
	slices.SortFunc(s.cells, func(a, b *icpeCell) int {
		return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(a.field, b.field))
	})
	return s
}

// icpeWall returns an ISO 8601 instant on the clocks of the label's zone, "" where it has
// no time of day.
func icpeWall(value, zone string) string {
	value = strings.ReplaceAll(value, "Z", "+00:00")
	if !strings.Contains(value, "T") {
		return ""
	}
	t, zoned, ok := parseISO(value)
	if !ok {
		return "?"
	}
	if h, known := icpeOffset(zone); zoned && known {
		t = t.In(time.FixedZone(zone, h*3600))
	}
	return t.Format("2006-01-02 15:04")
}

// icpeMoment returns a label as icpeWall writes it, or hh:mm where it has no date.
func icpeMoment(value string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
	if len(digits) == 13 { // 2022-09-27 9:56:00
		digits = digits[:8] + "0" + digits[8:]
	}
	switch len(digits) {
	case 14:
		return digits[:4] + "-" + digits[4:6] + "-" + digits[6:8] + " " + digits[8:10] + ":" + digits[10:12]
	case 4:
		return digits[:2] + ":" + digits[2:]
	}
	return ""
}

// print writes the table of icpe26.py, with an interval behind each line.
func (s *icpeScore) print(w io.Writer, errors int) {
	fmt.Fprintf(w, "%-9s %-6s %9s %6s   best LLM %%   95 %% interval\n", "provider", "field", "right", "%")
	samples := draws(s.documents)
	all := everyone(s.documents)
	for _, c := range s.cells {
		a := accuracy{shares: c.shares}
		t := a.total(all)
		i := within(samples, func(sample []int) float64 { return 100 * a.total(sample).value() })
		fmt.Fprintf(w, "%-9s %-6s %4d/%-4d %6.1f   %-10s   %.1f to %.1f\n",
			c.provider, c.field, t.right, t.of, 100*float64(t.right)/float64(t.of), icpeBest(c.provider, c.field), i.low, i.high)
	}
	for _, x := range s.wrong[:min(len(s.wrong), max(errors, 0))] {
		fmt.Fprintln(w, "  ", x.provider, x.field, x.name, x.want, x.got)
	}
}
