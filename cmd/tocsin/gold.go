package main

// Gold files and records: one JSON object a line, one line a document (shared/eval,
// README.md). Only what is scored is read. Values are compared as the text that Python
// would print for them.

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A scoredRow is a line of a gold file or of records, as far as scoring reads it.
type scoredRow struct {
	File         string           `json:"file"`
	Lang         *string          `json:"lang"`
	Relevant     bool             `json:"relevant"`
	Incidents    []scoredIncident `json:"incidents"` // gold
	Reports      []scoredIncident `json:"reports"`   // records
	Signals      []scoredSignal   `json:"signals"`
	SameIncident string           `json:"same_incident"`
	Distractors  []struct {
		Value *float64 `json:"value"`
	} `json:"distractor_counts"`
}

type scoredIncident struct {
	Primary    bool     `json:"primary"`
	IncidentID string   `json:"incident_id"`
	Services   []string `json:"services"`
	Optional   []string `json:"services_optional"`
	Provider   string   `json:"provider"`
	Kind       *string  `json:"kind"`
	Date       string   `json:"date"`
	DateAlt    oneOrAll `json:"date_alt"`
	Start      string   `json:"start"`
	StartAlt   oneOrAll `json:"start_alt"`
	End        string   `json:"end"`
	EndAlt     oneOrAll `json:"end_alt"`
	Durations  []struct {
		Seconds  float64 `json:"seconds"`
		Bound    *string `json:"bound"`
		Text     string  `json:"text"`
		Optional bool    `json:"optional"`
	} `json:"durations"`
	Counts []struct {
		Low  float64 `json:"low"`
		High float64 `json:"high"`
		Kind string  `json:"kind"`
		Text string  `json:"text"`
	} `json:"counts"`
	Causes []struct {
		Category string   `json:"category"`
		Status   *string  `json:"status"`
		Text     string   `json:"text"`
		Alt      []string `json:"alt"`
	} `json:"causes"`
}

type scoredSignal struct {
	Type  string `json:"type"`
	Value any    `json:"value"`
}

// oneOrAll is a string or a list of which the strings count.
type oneOrAll []string

func (o *oneOrAll) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, x := range list {
		if s, ok := x.(string); ok {
			*o = append(*o, s)
		}
	}
	return nil
}

func (r *scoredRow) reports() []scoredIncident {
	if len(r.Incidents) > 0 {
		return r.Incidents
	}
	return r.Reports
}

// primary returns the primary report, else the first, else an empty one.
func (r *scoredRow) primary() scoredIncident {
	reports := r.reports()
	for _, x := range reports {
		if x.Primary {
			return x
		}
	}
	if len(reports) > 0 {
		return reports[0]
	}
	return scoredIncident{}
}

// A scoredFile is gold labels or records in the order of the file.
type scoredFile struct {
	keys []string
	rows map[string]*scoredRow
}

// scoredKey is what rows are joined on.
func scoredKey(file string) string {
	parts := strings.Split(strings.ReplaceAll(file, `\`, "/"), "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}

// readScored reads lines of JSON. name is what errors call the file.
func readScored(name string, text []byte) (*scoredFile, error) {
	f := &scoredFile{rows: map[string]*scoredRow{}}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if strings.TrimSpace(line) == "" {
			continue
		}
		row := &scoredRow{}
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		if err := d.Decode(row); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if row.File == "" {
			return nil, fmt.Errorf("%s:%d: has no \"file\"", name, n)
		}
		key := scoredKey(row.File)
		if f.rows[key] != nil {
			return nil, fmt.Errorf("%s:%d: second record for %s", name, n, key)
		}
		f.keys = append(f.keys, key)
		f.rows[key] = row
	}
	return f, nil
}

// find returns the row of key, or the only one with its base name.
func (f *scoredFile) find(key string) *scoredRow {
	if r := f.rows[key]; r != nil {
		return r
	}
	var hit *scoredRow
	for _, k := range f.keys {
		if path.Base(k) == path.Base(key) {
			if hit != nil {
				return nil
			}
			hit = f.rows[k]
		}
	}
	return hit
}

// besideGold returns a document's text, looked for beside the gold file and above it.
func besideGold(goldPath, name string) (string, bool) {
	file, ok := besideGoldPath(goldPath, name)
	if !ok {
		return "", false
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", false
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(string(b), "\ufffd")), true
}

func besideGoldPath(goldPath, name string) (string, bool) {
	base := filepath.Dir(goldPath)
	for _, up := range []string{"..", filepath.Join("..", ".."), "."} {
		file := filepath.Join(base, up, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, true
		}
	}
	return "", false
}

// normText folds what spelling may differ in: width, case, blanks.
func normText(s string) string {
	s = strings.Join(strings.FieldsFunc(norm.NFKC.String(s), func(r rune) bool {
		return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
	}), " ")
	return cases.Fold().String(s)
}

func normAll(names []string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[normText(n)] = true
	}
	return m
}

func quoteAll(set map[string]bool) []string { return quotePythonAll(slices.Sorted(maps.Keys(set))) }

// instant returns an ISO 8601 time as its minute since 1970, or as its local text where it
// has no offset; "" where it is only a date, and what cannot be read after a question mark.
func instant(s string) string {
	s = strings.ReplaceAll(s, "Z", "+00:00")
	if !strings.Contains(s, "T") {
		return ""
	}
	t, zoned, ok := parseISO(s)
	switch {
	case !ok:
		return "?" + s
	case zoned:
		minutes := t.Unix() / 60
		if t.Unix()%60 < 0 {
			minutes--
		}
		return strconv.FormatInt(minutes, 10)
	}
	return t.Format("2006-01-02T15:04")
}

// parseISO reads a date and a time of day with or without an offset.
func parseISO(s string) (t time.Time, zoned, ok bool) {
	for _, day := range []string{"2006-01-02", "20060102"} {
		for _, clock := range []string{"15:04", "15:04:05", "15", "1504", "150405"} {
			if t, err := time.Parse(day+"T"+clock, s); err == nil {
				return t, false, true
			}
			for _, zone := range []string{"-07:00", "-0700", "-07", "-07:00:00"} {
				if t, err := time.Parse(day+"T"+clock+zone, s); err == nil {
					return t, true, true
				}
			}
		}
	}
	return time.Time{}, false, false
}

// quotePython writes a string as Python's repr does.
func quotePython(s string) string {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteRune(quote)
	return b.String()
}

func quotePythonAll(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, quotePython(s))
	}
	return out
}

// floatPython writes a float as Python's repr does.
func floatPython(x float64) string {
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if x == float64(int64(x)) && x < 1e16 && x > -1e16 {
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return s
}

// textPython writes a JSON value that is no list as Python's str does.
func textPython(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "True"
		}
		return "False"
	case json.Number:
		if x, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), ".eE") {
			return floatPython(x)
		}
		return v.String()
	}
	return fmt.Sprint(v)
}

func listPython(list []string) string { return "[" + strings.Join(list, ", ") + "]" }
