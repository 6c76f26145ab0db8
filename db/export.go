package db

// Export writes one table as CSV or JSON Lines, row by row.
//
//	csv    RFC 4180: comma, CRLF, one header line, quotes doubled; line ends inside a
//	       cell as they are; a list is its JSON; nothing is an empty cell
//	jsonl  one object a line, keys in the order of the columns; nothing is null
//
// Moments of the web are RFC 3339 in UTC; what a document tells stays EDTF beside them.
// Rows are of the latest revision of each document. The canonical form leaves out clocks
// and the numbers of this file, names an incident by the hash of its reports' keys, and
// sorts, so that two runs over the same pages are equal byte for byte.

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Format is a form of export.
type Format string

const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// ExportOptions of [Store.Export].
type ExportOptions struct {
	Canonical bool // comparable between runs
	BOM       bool // begin CSV with a byte order mark, which some spreadsheets need to see UTF-8
}

// A kind says how a column is written.
type kind int

const (
	text    kind = iota
	integer      // of rows, bytes, counts
	real         // any number
	boolean      // 0 or 1
	moment       // Unix seconds
	lists        // JSON
)

// An exported column. A column of this run means nothing in another.
type exported struct {
	name string
	expr string
	kind kind
	run  bool
}

type exportTable struct {
	columns []exported
	from    string // what follows FROM
	order   string // a few columns that make the order plain
}

// incidentOf is how an incident is named, by the row i.
var incidentOf = [2]string{"i.id", "i.reports_sha256"}

func span(prefix string) []exported {
	return []exported{
		{"quote", prefix + ".quote", text, false},
		{"start_byte", prefix + ".start_byte", integer, false}, {"end_byte", prefix + ".end_byte", integer, false},
		{"start_char", prefix + ".start_char", integer, false}, {"end_char", prefix + ".end_char", integer, false},
		{"rule", prefix + ".rule", text, false},
	}
}

// Exports returns the names of the tables that can be exported.
func Exports() []string {
	return []string{"incidents", "records", "reports", "claims", "documents", "signals", "pages", "tasks", "coverage"}
}

// exports returns how a table is exported.
func exports(table string, canonical bool) (exportTable, bool) {
	incident := incidentOf[0]
	if canonical {
		incident = incidentOf[1]
	}
	switch table {
	case "incidents":
		return exportTable{[]exported{
			{"incident", incident, text, false},
			{"date", "i.date", text, false},
			{"start", "i.start", text, false}, {"start_from", "i.start_from", moment, false}, {"start_until", "i.start_until", moment, false},
			{"end", "i.end", text, false}, {"end_from", "i.end_from", moment, false}, {"end_until", "i.end_until", moment, false},
			{"duration_seconds", "i.duration", real, false}, {"duration_source", "i.duration_source", text, false},
			{"affected_low", "i.affected_low", real, false}, {"affected_high", "i.affected_high", real, false}, {"affected_kind", "i.affected_kind", text, false},
			{"cause", "i.cause", text, false}, {"cause_standing", "i.cause_standing", text, false},
			{"kind", "i.kind", text, false}, {"provider", "i.provider", text, false}, {"service", "i.service", text, false},
			{"services", "i.services", lists, false}, {"regions", "i.regions", lists, false},
			{"reports", "(SELECT count(*) FROM incident_report r WHERE r.incident = i.id)", integer, false},
			{"sources", "i.sources", integer, false}, {"languages", "i.languages", lists, false},
			{"minted", "i.minted", moment, true},
		}, "incident i WHERE i.state = 'live'", "i.date, i.id"}, true
	case "reports":
		return exportTable{[]exported{
			{"incident", incident, text, false},
			{"report", "r.key", text, false}, {"primary", "r.is_primary", boolean, false},
			{"url", "d.url", text, false}, {"title", "d.title", text, false}, {"site", "d.site", text, false},
			{"published", "d.published", text, false}, {"lang", "d.lang", text, false}, {"channel", "d.channel", text, false},
			{"why", "ir.why", text, false},
			{"claims", "(SELECT count(*) FROM claim c WHERE c.report = r.id)", integer, false},
		}, `report r JOIN document d ON d.id = r.document AND d.current = 1
			LEFT JOIN incident_report ir ON ir.report_key = r.key LEFT JOIN incident i ON i.id = ir.incident`, "r.key"}, true
	case "claims":
		return exportTable{slices.Concat([]exported{
			{"incident", incident, text, false},
			{"report", "r.key", text, false}, {"place", "c.part", integer, false},
			{"field", "c.field", text, false}, {"value", "c.value", text, false},
			{"low", "c.low", real, false}, {"high", "c.high", real, false}, {"bound", "c.bound", text, false}, {"unit", "c.unit", text, false},
			{"moment", "c.edtf", text, false}, {"moment_from", "c.moment_from", moment, false}, {"moment_until", "c.moment_until", moment, false},
			{"offset_seconds", "c.moment_offset", integer, false}, {"zone", "c.zone", text, false},
			{"date_source", "c.date_source", text, false}, {"year_source", "c.year_source", text, false}, {"zone_source", "c.zone_source", text, false},
			{"doubt", "c.doubt", text, false},
			{"standing", "c.standing", text, false}, {"speaker", "c.speaker", text, false}, {"derived", "c.derived", text, false},
			{"chosen", "x.rule", text, false},
		}, span("c"), []exported{
			{"url", "d.url", text, false}, {"text_sha256", "d.text_sha256", text, false},
			{"rules", "d.rules", text, false}, {"known_from", "c.known_from", moment, true},
		}), `claim c JOIN report r ON r.id = c.report JOIN document d ON d.id = r.document AND d.current = 1
			LEFT JOIN incident_report ir ON ir.report_key = r.key LEFT JOIN incident i ON i.id = ir.incident
			LEFT JOIN incident_choice x ON x.incident = i.id AND x.claim = c.id`, "r.key, c.part"}, true
	case "documents":
		return exportTable{[]exported{
			{"document", "d.key", text, false}, {"url", "d.url", text, false}, {"title", "d.title", text, false}, {"site", "d.site", text, false},
			{"published", "d.published", text, false}, {"published_from", "d.published_from", moment, false},
			{"published_until", "d.published_until", moment, false}, {"published_source", "d.published_source", text, false},
			{"modified", "d.modified", text, false},
			{"lang", "d.lang", text, false}, {"script", "d.script", text, false}, {"zone", "d.zone", text, false}, {"channel", "d.channel", text, false},
			{"reader", "d.reader", text, false}, {"quality", "d.quality", lists, false}, {"policy", "d.policy", lists, false},
			{"relevant", "d.relevant", boolean, false}, {"relevance", "d.relevance", real, false},
			{"chars", "length(d.text)", integer, false}, {"text_sha256", "d.text_sha256", text, false},
			{"rules", "d.rules", text, false}, {"source", "p.source", text, true}, {"fetched", "p.fetched", moment, true},
		}, "document d JOIN page p ON p.id = d.page WHERE d.current = 1", "d.key"}, true
	case "signals":
		return exportTable{slices.Concat([]exported{
			{"document", "d.key", text, false},
			{"type", "s.type", text, false}, {"platform", "s.platform", text, false}, {"value", "s.value", text, false},
			{"moment", "s.edtf", text, false}, {"moment_from", "s.moment_from", moment, false}, {"moment_until", "s.moment_until", moment, false},
		}, span("s"), []exported{{"url", "d.url", text, false}, {"text_sha256", "d.text_sha256", text, false}}),
			"signal s JOIN document d ON d.id = s.document AND d.current = 1", "d.key, s.start_byte, s.id"}, true
	case "pages":
		return exportTable{[]exported{
			{"url", "p.url", text, false}, {"source", "p.source", text, true}, {"reader", "p.reader", text, false},
			{"status", "p.status", integer, false}, {"bytes", "b.size", integer, false}, {"sha256", "p.body", text, false},
			{"truncated", "p.truncated", boolean, false}, {"redirect", "p.redirect", boolean, false}, {"reason", "p.reason", text, false},
			{"page", "p.id", integer, true}, {"fetched", "p.fetched", moment, true}, {"seen", "p.seen", moment, true},
		}, "page p JOIN body b ON b.sha256 = p.body", "p.id"}, true
	case "tasks":
		return exportTable{[]exported{
			{"url", "t.url", text, false}, {"reader", "t.reader", text, false}, {"source", "t.source", text, true},
			{"state", "t.state", text, false}, {"reason", "t.reason", text, false}, {"hops", "t.hops", integer, false},
			// Which way led to a page first is chance, and so is how often it was tried.
			{"depth", "t.depth", integer, true}, {"referrer", "t.referrer", text, true}, {"attempts", "t.attempts", integer, true},
		}, "task t", "t.id"}, true
	case "coverage":
		return exportTable{[]exported{
			{"source", "v.source", text, false}, {"asked", "v.asked", integer, false}, {"done", "v.done", integer, false},
			{"failed", "v.failed", integer, false}, {"refused", "v.refused", integer, false}, {"skipped", "v.skipped", integer, false},
			{"waiting", "v.waiting", integer, false}, {"pages", "v.pages", integer, false}, {"documents", "v.documents", integer, false},
			{"relevant", "v.relevant", integer, false}, {"first_published", "v.first_published", moment, false}, {"last_published", "v.last_published", moment, false},
		}, "coverage v", "v.source"}, true
	}
	return exportTable{}, false
}

// Export writes a table (see [Exports]) to w. An error means that what was written is not
// the whole table.
func (s *Store) Export(ctx context.Context, w io.Writer, table string, format Format, opt ExportOptions) error {
	if format != CSV && format != JSONL {
		return fmt.Errorf("unknown format %q: use csv or jsonl", format)
	}
	if table == "records" && format != JSONL {
		return fmt.Errorf("records have no %s form: use --format jsonl, or export claims", format)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	var err error
	if table == "records" {
		err = s.exportRecords(ctx, out, opt.Canonical)
	} else {
		t, ok := exports(table, opt.Canonical)
		if !ok {
			return fmt.Errorf("unknown table %q: use one of %s", table, strings.Join(Exports(), ", "))
		}
		err = s.exportTable(ctx, out, t, format, opt)
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("export of %s is not complete: %w", table, s.explain(err))
	}
	return nil
}

func (s *Store) exportTable(ctx context.Context, out *bufio.Writer, t exportTable, format Format, opt ExportOptions) error {
	if opt.Canonical {
		t.columns = slices.DeleteFunc(slices.Clone(t.columns), func(c exported) bool { return c.run })
		t.order = ""
		for i := range t.columns {
			t.order += fmt.Sprintf(", %d", i+1)
		}
		t.order = t.order[2:]
	}
	exprs := make([]string, len(t.columns))
	for i, c := range t.columns {
		exprs[i] = c.expr
	}
	rows, err := s.read.QueryContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+t.from+" ORDER BY "+t.order)
	if err != nil {
		return err
	}
	defer rows.Close()
	if format == CSV {
		if opt.BOM {
			out.WriteString("\ufeff")
		}
		for i, c := range t.columns {
			writeCell(out, i, c.name)
		}
		out.WriteString("\r\n")
	}
	values := make([]any, len(t.columns))
	to := make([]any, len(values))
	for i := range values {
		to[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		if format == CSV {
			for i, c := range t.columns {
				writeCell(out, i, cell(c.kind, values[i]))
			}
			_, err = out.WriteString("\r\n")
		} else {
			err = writeObject(out, t.columns, values)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// cell returns a value as CSV holds it.
func cell(k kind, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		switch k {
		case moment:
			return time.Unix(v, 0).UTC().Format(time.RFC3339)
		case boolean:
			return strconv.FormatBool(v != 0)
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []byte:
		return safe(string(v))
	case string:
		return safe(v)
	}
	return fmt.Sprint(v)
}

// safe keeps a spreadsheet from running a cell as a formula, by the mark that makes it
// text. A plain number stays one.
func safe(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) || plain(s) {
		return s
	}
	return "'" + s
}

// plain reports whether s is a decimal number with nothing around it.
func plain(s string) bool {
	digits, dots := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			dots++
		case i > 0 || c != '-' && c != '+':
			return false
		}
	}
	return digits > 0 && dots <= 1
}

// writeCell writes the cell at place i of a line. encoding/csv would change line ends
// inside of a cell, and a quotation must stay as it is.
func writeCell(out *bufio.Writer, i int, s string) {
	if i > 0 {
		out.WriteByte(',')
	}
	if !strings.ContainsAny(s, ",\"\r\n") && s == strings.TrimSpace(s) {
		out.WriteString(s)
		return
	}
	out.WriteByte('"')
	out.WriteString(strings.ReplaceAll(s, `"`, `""`))
	out.WriteByte('"')
}

func writeObject(out *bufio.Writer, columns []exported, values []any) error {
	for i, c := range columns {
		lead := byte(',')
		if i == 0 {
			lead = '{'
		}
		out.WriteByte(lead)
		b, err := jsonValue(c.kind, values[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
		fmt.Fprintf(out, "%q:", c.name)
		out.Write(b)
	}
	_, err := out.WriteString("}\n")
	return err
}

// jsonValue returns a value as JSON holds it.
func jsonValue(k kind, v any) ([]byte, error) {
	switch v := v.(type) {
	case int64:
		switch k {
		case moment:
			return marshal(time.Unix(v, 0).UTC().Format(time.RFC3339))
		case boolean:
			return marshal(v != 0)
		}
	case string:
		if k == lists {
			if !json.Valid([]byte(v)) {
				return nil, fmt.Errorf("%q is no JSON", v)
			}
			return []byte(v), nil
		}
	}
	return marshal(v)
}

// marshal is json.Marshal with & and < as they are.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

// exportRecords writes the records as they were read, with the ids of the incidents that
// their reports belong to.
func (s *Store) exportRecords(ctx context.Context, out *bufio.Writer, canonical bool) error {
	name := incidentOf[0]
	order := "d.id"
	if canonical {
		name, order = incidentOf[1], "d.key, d.record"
	}
	rows, err := s.read.QueryContext(ctx, `SELECT d.key, d.record,
			(SELECT json_group_array(coalesce(`+name+`, '') ORDER BY r.part) FROM report r
				LEFT JOIN incident_report ir ON ir.report_key = r.key LEFT JOIN incident i ON i.id = ir.incident WHERE r.document = d.id)
		FROM document d WHERE d.current = 1 AND d.record <> '' ORDER BY `+order)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var record, list sql.RawBytes
		if err := rows.Scan(&key, &record, &list); err != nil {
			return err
		}
		var ids []string
		if err := json.Unmarshal(list, &ids); err != nil {
			return fmt.Errorf("document %s: %w", key, err)
		}
		line, err := withIncidents(record, ids)
		if err != nil {
			return fmt.Errorf("document %s: record: %w", key, err)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return rows.Err()
}
