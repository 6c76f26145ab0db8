package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tocsin/classify"
	"tocsin/crawler"
	"tocsin/extract"
)

// at finds words in a text.
func at(t *testing.T, text, words string) extract.Span {
	t.Helper()
	i := strings.Index(text, words)
	if i < 0 {
		t.Fatalf("%q is not in the text", words)
	}
	return extract.Span{Start: i, End: i + len(words)}
}

var day = extract.Moment{Year: 2024, Month: 3, Day: 5, Precision: extract.Day, Zone: "Asia/Shanghai", Offset: 8 * 3600, DateSource: "published"}

// told is a document with one of everything that is stored, about an outage of service.
func told(t *testing.T, url, service string) Derived {
	t.Helper()
	text := "公告:" + service + " 宕机三小时,约 2000 名用户受影响,原因是机房断电。\n#" + service + "崩了#"
	start := extract.Moment{Year: 2024, Month: 3, Day: 5, Hour: 9, Minute: 30, Precision: extract.Minute, Approx: true,
		Zone: "Asia/Shanghai", Offset: 8 * 3600, DateSource: "published", YearSource: "published", ZoneSource: "outlet"}
	j := classify.Judgement{Relevant: true, Relevance: 0.9,
		Features: []classify.Feature{{Name: "impact", Weight: 2, Value: 1, Words: "宕机"}},
		Signals:  []extract.Signal{{Span: at(t, text, "#"+service+"崩了#"), Type: "hashtag", Value: "#" + service + "崩了#", Text: "#" + service + "崩了#", Rule: "zh/signal.txt:1"}},
		Reports: []classify.Report{
			{Primary: true, Claims: []classify.Claim{
				{Span: at(t, text, service), Field: classify.Service, Value: strings.ToLower(service), Unit: service, Standing: classify.Confirmed, Rule: "zh/service.txt:1"},
				{Span: at(t, text, "三小时"), Field: classify.Length, Low: 10800, High: 10800, Bound: extract.Exact, Standing: classify.Confirmed, Rule: "zh/cue.txt:4"},
				{Span: at(t, text, "约 2000 名用户"), Field: classify.Affected, Value: "affected_users", Low: 2000, High: 2000, Bound: extract.Approx, Unit: "users", Standing: classify.Confirmed, Rule: "zh/count.txt:2"},
				{Span: at(t, text, "断电"), Field: classify.Cause, Value: "power", Standing: classify.Suspected, Speaker: "机房", Rule: "zh/cause.txt:9"},
				{Field: classify.Date, Value: "2024-03-05", Moment: day, Standing: classify.Confirmed, Derived: "published"},
				{Span: at(t, text, "三小时"), Field: classify.Start, Value: start.ISO(), Moment: start, Standing: classify.Confirmed, Derived: "window", Rule: "zh/time.txt:1"},
			}},
			{Claims: []classify.Claim{
				{Span: at(t, text, "机房"), Field: classify.Service, Value: "~机房", Unit: "机房", Standing: classify.Confirmed, Rule: "zh/service.txt:7"},
			}},
		}}
	doc := &extract.Document{URL: url, Title: "标题 & <b>", Lang: "zh", Script: "Hans", Channel: "press", Reader: "article", Text: text,
		Published: day, Quality: []string{"undated"}, Links: []string{"http://a.example/?a=1&b=2"}}
	record := fmt.Sprintf(`{"url":%q,"title":"标题 & <b>","reports":[{"primary":true,"date":"2024-03-05"},{"primary":false,"incident_id":"","date":""}],"signals":[]}`, url)
	return Derived{doc, []extract.Mention{
		{Span: at(t, text, "三小时"), Dim: "duration", Name: "duration", Rule: "zh/duration.txt:1", Duration: &extract.Duration{Low: 10800, High: 10800, Bound: extract.Exact}},
		{Span: at(t, text, "2000"), Dim: "number", Name: "number", Number: &extract.Number{Low: 2000, High: 2000, Bound: extract.Exact}},
		{Span: at(t, text, "断电"), Dim: "cause", Name: "power", Rule: "zh/cause.txt:9"},
		{Span: at(t, text, "宕机"), Dim: "time", Name: "window", Time: &extract.Period{Start: start, Window: true}},
	}, j, []byte(record)}
}

// store saves documents, each on a page of its own, and returns the numbers of the pages.
func store(t *testing.T, s *Store, docs ...Derived) []int64 {
	t.Helper()
	var ids []int64
	for _, d := range docs {
		id, err := s.SavePage(t.Context(), &crawler.Page{URL: d.Document.URL, Source: "test", Status: 200, Body: []byte(d.Document.Text)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveDocuments(t.Context(), id, "v1", d); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func one(t *testing.T, s *Store, query string, args ...any) any {
	t.Helper()
	table, err := s.Query(t.Context(), query, args, QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 1 || len(table.Rows[0]) != 1 {
		t.Fatalf("%s: %v, want one value", query, table.Rows)
	}
	return table.Rows[0][0]
}

// What SQL cuts out of the text at the stored place is the stored quotation.
func TestSpansHoldTheirWords(t *testing.T) {
	s := open(t)
	store(t, s, told(t, "http://a.example/1", "AliCloud"))
	for table, want := range map[string]int64{
		"(SELECT m.*, d.text FROM mention m JOIN document d ON d.id = m.document)":                                                  4,
		"(SELECT g.*, d.text FROM signal g JOIN document d ON d.id = g.document)":                                                   1,
		"(SELECT c.*, d.text FROM claim c JOIN report r ON r.id = c.report JOIN document d ON d.id = r.document WHERE quote <> '')": 6,
	} {
		if got := one(t, s, "SELECT count(*) FROM "+table+" WHERE substr(text, start_char + 1, end_char - start_char) = quote"); got != want {
			t.Errorf("%s: %v by code points, want %d", table, got, want)
		}
		if got := one(t, s, "SELECT count(*) FROM "+table+" WHERE CAST(substr(CAST(text AS BLOB), start_byte + 1, end_byte - start_byte) AS TEXT) = quote"); got != want {
			t.Errorf("%s: %v by bytes, want %d", table, got, want)
		}
	}
}

func TestSpansRefused(t *testing.T) {
	s := open(t)
	good := told(t, "http://a.example/1", "AliCloud")
	page := store(t, s, good)[0]
	for name, spoil := range map[string]func(*Derived){
		"beyond":   func(d *Derived) { d.Mentions[0].End = len(d.Document.Text) + 1 },
		"before":   func(d *Derived) { d.Mentions[0].Start = -1 },
		"backward": func(d *Derived) { d.Mentions[0].Start, d.Mentions[0].End = 5, 3 },
		"empty":    func(d *Derived) { d.Mentions[0].Span = extract.Span{} },
		"cut":      func(d *Derived) { d.Mentions[0].Start++ },
		"cut end":  func(d *Derived) { d.Mentions[0].End-- },
		"claim": func(d *Derived) {
			d.Judgement.Reports[0].Claims[1].Start++
			d.Judgement.Reports[0].Claims[1].Rule = "zh/duration.txt:1"
		},
		"told claim without words": func(d *Derived) {
			c := &d.Judgement.Reports[0].Claims[1]
			c.Span, c.Rule = extract.Span{}, "zh/duration.txt:1"
		},
		"signal": func(d *Derived) {
			d.Judgement.Signals[0].Text, d.Judgement.Signals[0].Rule = "other words", "zh/duration.txt:1"
		},
	} {
		bad := told(t, "http://a.example/1", "AliCloud")
		bad.Document.Title = "changed"
		spoil(&bad)
		err := s.SaveDocuments(t.Context(), page, "v2", good, bad)
		if err == nil || !strings.Contains(err.Error(), "http://a.example/1") || !strings.Contains(err.Error(), "zh/duration.txt:1") || !strings.Contains(err.Error(), "span ") {
			t.Errorf("%s: error %v, want one that names document, span and rule", name, err)
		}
		if got := one(t, s, "SELECT group_concat(title) FROM document"); got != good.Document.Title {
			t.Errorf("%s: documents are now %v", name, got)
		}
	}
	bad := told(t, "http://a.example/1", "AliCloud")
	bad.Document.Text += "\xff"
	if err := s.SaveDocuments(t.Context(), page, "v2", bad); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("broken text: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("宕机三小时 é", 3, 6)
	f.Add("", 0, 0)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		d := Derived{Document: &extract.Document{Text: text}, Mentions: []extract.Mention{{Span: extract.Span{Start: start, End: end}}}}
		row, err := check(d)
		if err != nil {
			return
		}
		p := row.mentions[0]
		if p.quote != text[start:end] || string([]rune(text)[p.startChar:p.endChar]) != p.quote {
			t.Errorf("%q: %+v", text, p)
		}
	})
}

func TestRulesReplace(t *testing.T) {
	s := open(t)
	first, second := told(t, "http://a.example/1", "AliCloud"), told(t, "http://a.example/1#2", "Baidu")
	page := store(t, s, first)[0]
	id := one(t, s, "SELECT id FROM document")
	stale := func(rules string, want int) {
		t.Helper()
		if ids, err := s.Stale(t.Context(), rules, 0, 10); err != nil || len(ids) != want {
			t.Errorf("stale under %s: %v, %v, want %d", rules, ids, err, want)
		}
	}
	stale("v1", 0)
	stale("v2", 1)
	if err := s.SaveDocuments(t.Context(), page, "v2", first, second); err != nil {
		t.Fatal(err)
	}
	stale("v2", 0)
	if got := one(t, s, "SELECT count(*) FROM mention"); got != int64(8) {
		t.Errorf("%v mentions of two documents, want 8", got)
	}
	if got := one(t, s, "SELECT id FROM document WHERE url = ?", "http://a.example/1"); got != id {
		t.Errorf("document is number %v now, was %v", got, id)
	}
	first.Judgement = classify.Judgement{}
	first.Mentions = nil
	if err := s.SaveDocument(t.Context(), page, "v3", first.Document, nil, first.Judgement, nil); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"mention", "signal", "report", "claim"} {
		if got := one(t, s, "SELECT count(*) FROM "+table); got != int64(0) {
			t.Errorf("%v rows of %s are left", got, table)
		}
	}
	if err := s.SaveReason(t.Context(), page, "v4", "page holds no main text"); err != nil {
		t.Fatal(err)
	}
	stale("v4", 0)
	if got := one(t, s, "SELECT count(*) FROM document"); got != int64(0) {
		t.Errorf("%v documents are left", got)
	}
	if got := one(t, s, "SELECT reason FROM page"); got != "page holds no main text" {
		t.Errorf("reason %v", got)
	}
	if err := s.SaveDocuments(t.Context(), 99, "v4", first); err == nil || !strings.Contains(err.Error(), "no page 99") {
		t.Errorf("unknown page: %v", err)
	}
	if err := s.SaveDocuments(t.Context(), page, "v4"); err == nil {
		t.Error("no document and no reason, and no error")
	}
}

func TestStaleLeavesOut(t *testing.T) {
	s := open(t)
	f := s.Frontier(FrontierOptions{})
	for i, status := range []int{200, 301, 404, 0} {
		if _, err := s.SavePage(t.Context(), &crawler.Page{URL: fmt.Sprintf("http://a.example/%d", i), Status: status}); err != nil {
			t.Fatal(err)
		}
	}
	queue(t, f, 1, crawler.Task{URL: "http://b.example/"})
	r := answer(lend(t, f, s.now()), s.now())
	r.Reason = "redirect" // by the page itself, with status 200
	if err := f.Finish(t.Context(), s.now(), r); err != nil {
		t.Fatal(err)
	}
	ids, err := s.Stale(t.Context(), "v1", 0, 10)
	if err != nil || fmt.Sprint(ids) != "[1 4]" {
		t.Errorf("stale pages %v, %v, want the good one and the file", ids, err)
	}
	if ids, err := s.Stale(t.Context(), "v1", 1, 10); err != nil || fmt.Sprint(ids) != "[4]" {
		t.Errorf("stale pages after the first %v, %v", ids, err)
	}
}

func TestRevisions(t *testing.T) {
	s := open(t)
	old := told(t, "http://a.example/1", "AliCloud")
	changed := told(t, "http://a.example/1", "Baidu")
	store(t, s, old)
	pages := store(t, s, changed)
	filed, err := s.Reports(t.Context())
	if err != nil || len(filed) != 2 || filed[0].Claims[0].Value != "baidu" {
		t.Fatalf("reports %+v, %v, want those of the latest revision", filed, err)
	}
	// Where the latest has no document any more, the one before speaks again.
	if err := s.SaveReason(t.Context(), pages[0], "v2", "page is empty"); err != nil {
		t.Fatal(err)
	}
	if filed, err = s.Reports(t.Context()); err != nil || len(filed) != 2 || filed[0].Claims[0].Value != "alicloud" {
		t.Errorf("reports %+v, %v, want those of the revision before", filed, err)
	}
	// A copy under another URL does not speak for the canonical one.
	copied := told(t, "http://a.example/1", "Tencent")
	id, err := s.SavePage(t.Context(), &crawler.Page{URL: "http://a.example/amp/1", Status: 200, Body: []byte("amp")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveDocuments(t.Context(), id, "v1", copied); err != nil {
		t.Fatal(err)
	}
	if filed, err = s.Reports(t.Context()); err != nil || len(filed) != 2 || filed[0].Claims[0].Value != "alicloud" {
		t.Errorf("reports %+v, %v, want those of the page itself", filed, err)
	}
}

// Reports gives back what SaveDocuments took.
func TestReportsRoundTrip(t *testing.T) {
	s := open(t)
	d := told(t, "http://a.example/1", "AliCloud")
	store(t, s, d)
	filed, err := s.Reports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(filed) != 2 || !filed[0].Primary || filed[1].Primary || filed[0].Key != "http://a.example/1#0" || filed[0].Document != "http://a.example/1" ||
		filed[0].Channel != "press" || filed[0].Lang != "zh" || !filed[0].Weak || filed[0].Published != day || len(filed[0].Links) != 1 {
		t.Errorf("%+v", filed)
	}
	for i, r := range d.Judgement.Reports {
		got, _ := json.Marshal(filed[i].Claims)
		want, _ := json.Marshal(r.Claims)
		if string(got) != string(want) {
			t.Errorf("claims of report %d\n%s\nwant\n%s", i, got, want)
		}
	}
}

func TestMomentRoundTrip(t *testing.T) {
	for _, m := range []extract.Moment{
		{},
		{Year: 2021, Precision: extract.Year},
		{Year: 2021, Month: 10, Precision: extract.Month, Approx: true},
		{Year: 2021, Month: 10, Day: 4, Precision: extract.Day, Zone: "Europe/Paris", Offset: 7200},
		{Year: 2021, Month: 10, Day: 4, Hour: 15, Precision: extract.Hour},
		{Year: 2021, Month: 10, Day: 4, Hour: 15, Precision: extract.Hour, Zone: "-03:30", Offset: -12600, Approx: true},
		{Year: 2021, Month: 10, Day: 4, Hour: 0, Minute: 5, Precision: extract.Minute, Zone: "UTC"},
		{Year: 2021, Month: 10, Day: 4, Hour: 23, Minute: 59, Second: 7, Precision: extract.Second, Zone: "+05:45", Offset: 20700},
		{Year: 987, Month: 1, Day: 1, Precision: extract.Day},
	} {
		got, err := momentOf(m.EDTF(), m.Zone, sql.NullInt64{Int64: int64(m.Offset)})
		if err != nil || got != m {
			t.Errorf("%s: %+v, %v, want %+v", m.EDTF(), got, err, m)
		}
	}
	for _, bad := range []string{"x", "2021-13", "2021-10-04T", "2021-10-04T25:00", "2021T10:00", "2021-10-04T+09:00"} {
		if m, err := momentOf(bad, "", sql.NullInt64{}); err == nil {
			t.Errorf("%q is read as %+v", bad, m)
		}
	}
}

// Two documents of one page and one URL are both current.
func TestSeveralOfOneURL(t *testing.T) {
	s := open(t)
	a, b := told(t, "http://a.example/feed", "AliCloud"), told(t, "http://a.example/feed", "Baidu")
	page := store(t, s, a)[0]
	if err := s.SaveDocuments(t.Context(), page, "v2", a, b); err != nil {
		t.Fatal(err)
	}
	filed, err := s.Reports(t.Context())
	if err != nil || len(filed) != 4 || filed[0].Document == filed[2].Document {
		t.Errorf("reports %+v, %v, want two of each document", filed, err)
	}
}

func TestSaveCancelled(t *testing.T) {
	s := open(t)
	d := told(t, "http://a.example/1", "AliCloud")
	page := store(t, s, d)[0]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveReason(ctx, page, "v2", "none"); err == nil {
		t.Error("no error")
	}
	if got := one(t, s, "SELECT rules FROM page"); got != "v1" {
		t.Errorf("rules %v after a cancelled call, want v1", got)
	}
}
