package db

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"tocsin/crawler"
)

func export(t *testing.T, s *Store, table string, format Format, opt ExportOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b, table, format, opt); err != nil {
		t.Fatalf("%s as %s: %v", table, format, err)
	}
	return b.String()
}

// filled holds two documents, their incidents, a failed task and a redirect.
func filled(t *testing.T, order ...string) *Store {
	s := open(t)
	f := s.Frontier(FrontierOptions{})
	for _, service := range order {
		url := "http://" + strings.ToLower(service) + ".example/1"
		queue(t, f, 1, crawler.Task{URL: url, Source: "test", Reader: "article"})
		if err := f.Finish(t.Context(), s.now(), answer(lend(t, f, s.now()), s.now())); err != nil {
			t.Fatal(err)
		}
		p, err := s.LatestPage(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.SavePage(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveDocuments(t.Context(), id, "v1", told(t, url, service)); err != nil {
			t.Fatal(err)
		}
	}
	save(t, s, "alicloud.example/1#0 baidu.example/1#0", "alicloud.example/1#1", "baidu.example/1#1")
	return s
}

func TestExportCSV(t *testing.T) {
	s := filled(t, "AliCloud", "Baidu")
	rows := map[string]int{"incidents": 3, "reports": 4, "claims": 14, "documents": 2, "signals": 2, "pages": 2, "tasks": 2, "coverage": 1}
	for table, want := range rows {
		got := export(t, s, table, CSV, ExportOptions{BOM: true})
		body, ok := strings.CutPrefix(got, "\ufeff")
		if !ok || !strings.HasSuffix(body, "\r\n") {
			t.Errorf("%s: no byte order mark, or no CRLF at the end", table)
		}
		r := csv.NewReader(strings.NewReader(body))
		lines, err := r.ReadAll()
		if err != nil || len(lines) != want+1 {
			t.Errorf("%s: %d lines, %v, want %d and a header", table, len(lines), err, want)
			continue
		}
		// The same columns and as many rows as JSON.
		objects := export(t, s, table, JSONL, ExportOptions{})
		if strings.Count(objects, "\n") != want {
			t.Errorf("%s: %d lines of JSON, want %d", table, strings.Count(objects, "\n"), want)
		}
		for line := range strings.Lines(objects) {
			members, err := object([]byte(line))
			if err != nil {
				t.Fatalf("%s: %v in %s", table, err, line)
			}
			var names []string
			for _, m := range members {
				names = append(names, m.name)
			}
			if !slices.Equal(names, lines[0]) {
				t.Errorf("%s: JSON has %v, CSV has %v", table, names, lines[0])
			}
		}
	}
	claims := export(t, s, "claims", CSV, ExportOptions{})
	for _, want := range []string{"约 2000 名用户", "断电", "2024-03-05T01:30:00Z", "2024-03-05T09:30+08:00~", ",10800,", "zh/cause.txt:9"} {
		if !strings.Contains(claims, want) {
			t.Errorf("claims have no %q:\n%s", want, claims)
		}
	}
}

// Chinese, quotes, line ends and blanks come back from CSV as they were.
func TestCSVCells(t *testing.T) {
	s := open(t)
	d := told(t, "http://a.example/1", "AliCloud")
	for _, title := range []string{"服务宕机,\"全球\"\r\n第二行\n", " blank ", "été; pipe|", ",", "\"", "a\tb"} {
		d.Document.Title = title
		store(t, s, d)
		lines, err := csv.NewReader(strings.NewReader(export(t, s, "documents", CSV, ExportOptions{}))).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%q: %v, %v", title, lines, err)
		}
		// encoding/csv itself reads CRLF in a cell as LF.
		if got := lines[1][slices.Index(lines[0], "title")]; got != strings.ReplaceAll(title, "\r\n", "\n") {
			t.Errorf("%q comes back as %q", title, got)
		}
		if _, err := s.write.Exec("DELETE FROM document"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFormulaCells(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"=1+1":               "'=1+1",
		"+33 1 40":           "'+33 1 40",
		"-30 %":              "'-30 %",
		"@all":               "'@all",
		"\t=1":               "'\t=1",
		"\r=1":               "'\r=1",
		"-12":                "-12",
		"+3.5":               "+3.5",
		"-.5":                "-.5",
		"-":                  "'-",
		"-1-1":               "'-1-1",
		"-1.2.3":             "'-1.2.3",
		"a=1":                "a=1",
		"#阿里云崩了#":            "#阿里云崩了#",
		"2024-03-05":         "2024-03-05",
		`=HYPERLINK("http")`: `'=HYPERLINK("http")`,
	} {
		if got := safe(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	s := open(t)
	d := told(t, "http://a.example/1", "AliCloud")
	d.Document.Title = "=cmd|' /C calc'!A0"
	store(t, s, d)
	if got := export(t, s, "documents", CSV, ExportOptions{}); !strings.Contains(got, ",'=cmd|") {
		t.Errorf("a title is a formula:\n%s", got)
	}
	if got := export(t, s, "documents", JSONL, ExportOptions{}); !strings.Contains(got, `"title":"=cmd|`) {
		t.Errorf("JSON does not keep a title:\n%s", got)
	}
}

func TestExportRecords(t *testing.T) {
	s := filled(t, "AliCloud", "Baidu")
	got := export(t, s, "records", JSONL, ExportOptions{})
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d records, want 2", len(lines))
	}
	want := `{"url":"http://alicloud.example/1","title":"标题 & <b>","reports":[{"primary":true,"incident_id":"` + of(t, s, "alicloud.example/1#0") +
		`","date":"2024-03-05"},{"primary":false,"incident_id":"` + of(t, s, "alicloud.example/1#1") + `","date":""}],"signals":[]}`
	if lines[0] != want {
		t.Errorf("%s\nwant\n%s", lines[0], want)
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
}

// Two databases that met the same pages in another order, at other times, export the same.
func TestCanonical(t *testing.T) {
	a, b := filled(t, "AliCloud", "Baidu"), filled(t, "Baidu", "AliCloud")
	if _, err := b.write.Exec("UPDATE page SET fetched = fetched + 1000, seen = seen + 2000"); err != nil {
		t.Fatal(err)
	}
	// And other ids.
	if _, err := b.write.Exec(`PRAGMA foreign_keys = OFF; UPDATE incident SET id = 'x' || id, minted = 7; UPDATE incident_report SET incident = 'x' || incident;
		UPDATE incident_choice SET incident = 'x' || incident; UPDATE incident_event SET incident = 'x' || incident; PRAGMA foreign_keys = ON`); err != nil {
		t.Fatal(err)
	}
	for _, table := range Exports() {
		formats := []Format{CSV, JSONL}
		if table == "records" {
			formats = formats[1:]
		}
		for _, format := range formats {
			x, y := export(t, a, table, format, ExportOptions{Canonical: true}), export(t, b, table, format, ExportOptions{Canonical: true})
			if x != y {
				t.Errorf("%s as %s:\n%s\nand\n%s", table, format, x, y)
			}
			// Signals and coverage hold nothing of one run.
			if table != "coverage" && table != "signals" && x == export(t, a, table, format, ExportOptions{}) {
				t.Errorf("%s as %s: the canonical form is the usual one", table, format)
			}
			if strings.Contains(x, "\"t-") || strings.Contains(x, ",t-") {
				t.Errorf("%s as %s: an id of this run is in it", table, format)
			}
		}
	}
}

type fullPipe struct{ room int }

func (p *fullPipe) Write(b []byte) (int, error) {
	if len(b) > p.room {
		n := p.room
		p.room = 0
		return n, errors.New("pipe closed")
	}
	p.room -= len(b)
	return len(b), nil
}

func TestExportCutOff(t *testing.T) {
	s := filled(t, "AliCloud", "Baidu")
	for _, table := range Exports() {
		all := export(t, s, table, JSONL, ExportOptions{})
		err := s.Export(t.Context(), &fullPipe{len(all) - 1}, table, JSONL, ExportOptions{})
		if err == nil || !strings.Contains(err.Error(), "not complete") {
			t.Errorf("%s: error %v, want not complete", table, err)
		}
	}
	if _, err := s.write.Exec("UPDATE document SET record = '{\"reports\":[' WHERE url LIKE '%baidu%'"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b, "records", JSONL, ExportOptions{}); err == nil || !strings.Contains(err.Error(), "baidu") {
		t.Errorf("a broken record: %v, want an error that names the document", err)
	}
	for _, c := range []struct{ table, format, want string }{
		{"records", "csv", "jsonl"}, {"nosuch", "csv", "incidents"}, {"claims", "xml", "csv or jsonl"},
	} {
		if err := s.Export(t.Context(), &b, c.table, Format(c.format), ExportOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s as %s: %v, want %q in it", c.table, c.format, err, c.want)
		}
	}
}
