package classify

import (
	"encoding/json"
	"sort"
	"strings"
	"unicode/utf8"

	"tocsin/extract"
)

// A Record is what one document gives, in the form of one JSON object. Every text is the
// words of the document as it stood, and span (bytes) and chars (code points) point at them.
type Record struct {
	File      string         `json:"file"`
	URL       string         `json:"url"`
	Title     string         `json:"title"`
	Published string         `json:"published"`
	Lang      string         `json:"lang"`
	Script    string         `json:"script"`
	Relevant  bool           `json:"relevant"`
	Relevance float64        `json:"relevance"`
	Quality   []string       `json:"quality"`
	Reports   []RecordReport `json:"reports"`
	Signals   []RecordSignal `json:"signals"`
}

// A RecordReport is one entry of Record.Reports.
type RecordReport struct {
	Primary     bool               `json:"primary"`
	IncidentID  string             `json:"incident_id,omitempty"`
	Services    []string           `json:"services"`
	ServiceIDs  []string           `json:"service_ids"`
	Provider    string             `json:"provider"`
	Kind        string             `json:"kind"`
	Date        string             `json:"date"`
	DateSource  string             `json:"date_source,omitempty"`
	Start       string             `json:"start"`
	StartSource string             `json:"start_source,omitempty"`
	End         string             `json:"end"`
	EndSource   string             `json:"end_source,omitempty"`
	Durations   []RecordDuration   `json:"durations"`
	Counts      []RecordCount      `json:"counts"`
	Breakdown   map[string]float64 `json:"breakdown,omitempty"`
	Causes      []RecordCause      `json:"causes"`
	Regions     []string           `json:"regions"`
}

// An Evidence is where a value is told.
type Evidence struct {
	Text  string `json:"text"`
	Span  [2]int `json:"span"`
	Chars [2]int `json:"chars"`
	Rule  string `json:"rule,omitempty"`
}

// A RecordDuration is one entry of RecordReport.Durations.
type RecordDuration struct {
	Seconds float64 `json:"seconds"`
	Bound   string  `json:"bound"`
	Evidence
}

// A RecordCount is one entry of RecordReport.Counts.
type RecordCount struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Bound string  `json:"bound"`
	Kind  string  `json:"kind"`
	Unit  string  `json:"unit"`
	Evidence
}

// A RecordCause is one entry of RecordReport.Causes.
type RecordCause struct {
	Category string `json:"category"`
	Status   string `json:"status"`
	Speaker  string `json:"speaker,omitempty"`
	Evidence
}

// A RecordSignal is one entry of Record.Signals.
type RecordSignal struct {
	Type     string `json:"type"`
	Platform string `json:"platform"`
	Value    string `json:"value"`
	Evidence
}

// NewRecord writes a judgement as a record. file is the name that the document was given as.
func NewRecord(file string, d *extract.Document, j Judgement) Record {
	r := Record{File: file, URL: d.URL, Title: d.Title, Published: d.Published.ISO(), Lang: d.Lang, Script: d.Script,
		Relevant: j.Relevant, Relevance: j.Relevance, Quality: d.Quality, Reports: []RecordReport{}, Signals: []RecordSignal{}}
	if r.Published == "" {
		r.Published = d.Published.Date()
	}
	if r.Quality == nil {
		r.Quality = []string{}
	}
	for _, report := range j.Reports {
		r.Reports = append(r.Reports, recordReport(d, report))
	}
	for _, s := range j.Signals {
		r.Signals = append(r.Signals, RecordSignal{s.Type, s.Platform, s.Value, evidence(d, s.Span, s.Rule)})
	}
	return r
}

// JSON returns the record as one line without its end.
func (r Record) JSON() ([]byte, error) { return json.Marshal(r) }

func recordReport(d *extract.Document, report Report) RecordReport {
	out := RecordReport{Primary: report.Primary, Services: []string{}, ServiceIDs: []string{}, Durations: []RecordDuration{},
		Counts: []RecordCount{}, Causes: []RecordCause{}, Regions: []string{}}
	for _, c := range report.Claims {
		e := evidence(d, c.Span, c.Rule)
		switch c.Field {
		case Service:
			out.Services = append(out.Services, c.Unit)
			if !strings.HasPrefix(c.Value, Unlisted) {
				out.ServiceIDs = append(out.ServiceIDs, c.Value)
			}
		case Provider:
			out.Provider = c.Unit
		case Kind:
			out.Kind = c.Value
		case Date:
			out.Date, out.DateSource = c.Moment.Date(), source(c, c.Moment.DateSource)
		case Start:
			out.Start, out.StartSource = c.Moment.ISO(), source(c, "stated")
		case End:
			out.End, out.EndSource = c.Moment.ISO(), source(c, "stated")
		case Length:
			if c.Derived == "" {
				out.Durations = append(out.Durations, RecordDuration{(c.Low + c.High) / 2, string(c.Bound), e})
			}
		case Affected:
			out.Counts = append(out.Counts, RecordCount{c.Low, c.High, string(c.Bound), c.Value, c.Unit, e})
		case Breakdown:
			if out.Breakdown == nil {
				out.Breakdown = map[string]float64{}
			}
			out.Breakdown[c.Value] += c.Low
		case Cause:
			if c.Standing != Undisclosed {
				out.Causes = append(out.Causes, RecordCause{c.Value, string(c.Standing), c.Speaker, e})
			}
		case Region:
			out.Regions = append(out.Regions, e.Text)
		}
	}
	sort.Strings(out.ServiceIDs)
	return out
}

func source(c Claim, told string) string {
	if c.Derived != "" {
		return c.Derived
	}
	return told
}

// evidence quotes the document as it stood at a place of its text.
func evidence(d *extract.Document, s extract.Span, rule string) Evidence {
	o, ok := d.Original(s)
	if !ok || s.Start == s.End {
		return Evidence{Rule: rule}
	}
	from := utf8.RuneCountInString(d.Source[:o.Start])
	return Evidence{Text: d.Source[o.Start:o.End], Span: [2]int{o.Start, o.End},
		Chars: [2]int{from, from + utf8.RuneCountInString(d.Source[o.Start:o.End])}, Rule: rule}
}

// Name returns a name as it is compared: without case, marks and spaces.
func Name(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '_' || r == '\'' || r == '’' || r == '.' || r == '·' || r == 0xa0:
			return -1
		}
		return r
	}, strings.ToLower(s))
}
