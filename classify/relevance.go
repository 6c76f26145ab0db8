package classify

// Does a document report at least one actual incident of an online service? A linear score
// over features with names, whose weights stand in weights.txt; above zero it does.

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tocsin/extract"
)

//go:embed weights.txt
var weightsText string

// A Classifier judges documents. It is read-only and may be shared.
type Classifier struct {
	weights map[string]float64
	version string
}

// Version changes when the code of this package makes other claims of the same mentions.
const Version = "1"

// Version names the code and the weights that documents were judged with.
func (c *Classifier) Version() string { return c.version }

// New returns a Classifier with the weights of weights.txt.
func New() (*Classifier, error) {
	w, err := parseWeights("weights.txt", weightsText)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(Version + weightsText))
	return &Classifier{weights: w, version: hex.EncodeToString(sum[:6])}, nil
}

// parseWeights reads lines of a feature's name and its weight.
func parseWeights(name, text string) (map[string]float64, error) {
	weights := map[string]float64{}
	var wrong []string
	scanner := bufio.NewScanner(strings.NewReader(text))
	for n := 1; scanner.Scan(); n++ {
		line, _, _ := strings.Cut(scanner.Text(), "#")
		fields := strings.Fields(line)
		switch len(fields) {
		case 0:
			continue
		case 2:
			if v, err := strconv.ParseFloat(fields[1], 64); err == nil {
				if slices.Contains(featureNames(), fields[0]) {
					weights[fields[0]] = v
				} else {
					wrong = append(wrong, fmt.Sprintf("%s:%d: unknown feature %q", name, n, fields[0]))
				}
				continue
			}
		}
		wrong = append(wrong, fmt.Sprintf("%s:%d: want a feature's name and its weight", name, n))
	}
	for _, f := range featureNames() {
		if _, ok := weights[f]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s: no weight for feature %s", name, f))
		}
	}
	if wrong != nil {
		return nil, fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return weights, nil
}

// featureNames lists the features of the score.
func featureNames() []string {
	return []string{"bias", "title_down", "title_service_down", "service_down", "lead_down", "brief",
		"when", "affected", "reports", "cause", "update",
		"incident", "howto", "promotion", "explainer", "survey", "finance", "electricity", "vehicle",
		"figurative", "sunset", "satire", "title_howto", "title_promotion", "title_other", "no_service"}
}

// briefLines is how many sentences an alert has at most.
const briefLines = 8

// relevance scores a scene.
func (c *Classifier) relevance(s *scene) (score float64, features []Feature) {
	add := func(name string, value float64, words string) {
		if value != 0 {
			features = append(features, Feature{name, c.weights[name], value, words})
			score += c.weights[name] * value
		}
	}
	add("bias", 1, "")
	title := s.title
	lead := 0
	for i := range s.lines {
		l := &s.lines[i]
		if l.heading() && l.block.Level <= 1 {
			title = append(slices.Clip(title), l.ms...)
		} else if lead++; lead > 3 {
			break
		}
	}
	if len(title) == 0 && len(s.lines) > 0 {
		title = s.lines[0].ms
	}
	downs := pick(title, "impact", "outage", "partial", "degraded", "symptom", "restriction", "breach")
	services := pick(title, "service")
	if len(downs) > 0 {
		add("title_down", 1, downs[0].Name)
		if len(services) > 0 {
			add("title_service_down", 1, services[0].Name)
		}
	}
	if t := pick(title, "topic", "howto"); len(t) > 0 {
		add("title_howto", 1, s.words(t[0]))
	}
	if t := pick(title, "topic", "promotion", "explainer", "survey"); len(t) > 0 {
		add("title_promotion", 1, s.words(t[0]))
	}
	if t := pick(title, "topic", "finance", "electricity", "vehicle", "figurative", "sunset", "satire"); len(t) > 0 {
		add("title_other", 1, s.words(t[0]))
	}

	count := map[string]float64{}
	example := map[string]string{}
	note := func(name, words string) {
		if count[name]++; example[name] == "" {
			example[name] = words
		}
	}
	if s.doc.Reader == "status" {
		count["update"] = 1
	}
	body := 0
	for i := range s.lines {
		l := &s.lines[i]
		if l.block.Kind == extract.Update && s.doc.Reader != "post" {
			count["update"] = 1
		}
		down := l.of("impact", "outage", "partial", "degraded", "symptom", "restriction", "breach")
		if len(down) > 0 {
			note("down", s.words(down[0]))
			if l.has("service") {
				note("service_down", s.text(l.Span))
			}
			if l.has("time") {
				note("when", s.text(l.Span))
			}
			if body < 4 {
				note("lead_down", s.text(l.Span))
			}
		}
		for _, m := range l.of("count") {
			if s.cued(m, "affected") {
				note("affected", s.words(m))
			}
			if m.Name == "problem_reports" {
				note("reports", s.words(m))
			}
		}
		for _, m := range l.of("cause") {
			if s.cued(m, "cause") {
				note("cause", s.words(m))
			}
		}
		for _, m := range l.of("topic") {
			if m.Name != "background" {
				note(m.Name, s.words(m))
			}
		}
		body++
	}
	caps := map[string]float64{"service_down": 4, "lead_down": 2, "when": 3, "affected": 2, "reports": 2, "cause": 2, "update": 1}
	for _, name := range featureNames() {
		if v, ok := count[name]; ok {
			limit, ok := caps[name]
			if !ok {
				limit = 4
			}
			add(name, math.Min(v, limit), example[name])
		}
	}
	if body > 0 && body <= briefLines && count["down"] > 0 {
		add("brief", 1, example["down"])
	}
	if count["service_down"] == 0 && len(services) == 0 {
		add("no_service", 1, "")
	}
	slices.SortStableFunc(features, func(a, b Feature) int {
		return cmp.Compare(math.Abs(b.Weight*b.Value), math.Abs(a.Weight*a.Value))
	})
	return score, features
}

func (s *scene) text(span extract.Span) string { return s.doc.Text[span.Start:span.End] }

// words returns the words of a mention, of the title's too.
func (s *scene) words(m *extract.Mention) string {
	if m.Sentence < 0 {
		return s.doc.Title[m.Start:m.End]
	}
	return s.text(m.Span)
}
