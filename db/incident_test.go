package db

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tocsin/classify"
)

// group makes incidents of reports: each entry names, by their keys, the reports of one.
func group(t *testing.T, filed []classify.Filed, sets ...string) []classify.Incident {
	t.Helper()
	place := map[string]int{}
	for i, f := range filed {
		place[f.Key] = i
	}
	var out []classify.Incident
	for _, set := range sets {
		var inc classify.Incident
		for key := range strings.FieldsSeq(set) {
			i, ok := place["http://"+key]
			if !ok {
				t.Fatalf("no report %s", key)
			}
			inc.Reports = append(inc.Reports, i)
			inc.Why = append(inc.Why, "same day")
			if len(inc.Chosen) == 0 {
				for c, claim := range filed[i].Claims {
					inc.Chosen = append(inc.Chosen, classify.Chosen{Field: claim.Field, Report: i, Claim: c, Rule: "only", Support: 1})
				}
			}
		}
		inc.Sources = len(inc.Reports)
		out = append(out, inc)
	}
	return out
}

func save(t *testing.T, s *Store, sets ...string) {
	t.Helper()
	filed, err := s.Reports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveIncidents(t.Context(), filed, group(t, filed, sets...)); err != nil {
		t.Fatal(err)
	}
}

// single is a document with one report.
func single(t *testing.T, url string) Derived {
	d := told(t, url, "AliCloud")
	d.Judgement.Reports = d.Judgement.Reports[:1]
	d.Record = nil
	return d
}

// of returns the incident of a report.
func of(t *testing.T, s *Store, key string) string {
	t.Helper()
	return one(t, s, "SELECT incident FROM incident_report WHERE report_key = ?", "http://"+key).(string)
}

func events(t *testing.T, s *Store) string {
	t.Helper()
	table, err := s.Query(t.Context(), "SELECT action FROM incident_event ORDER BY id", nil, QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range table.Rows {
		list = append(list, r[0].(string))
	}
	return strings.Join(list, " ")
}

func TestIncidentIDs(t *testing.T) {
	s := open(t)
	pages := store(t, s, single(t, "http://a/1"), single(t, "http://b/1"), single(t, "http://c/1"), single(t, "http://d/1"))
	save(t, s, "a/1#0 b/1#0", "c/1#0 d/1#0")
	ab, cd := of(t, s, "a/1#0"), of(t, s, "c/1#0")
	if len(ab) != 10 || !strings.HasPrefix(ab, "t-") || ab == cd {
		t.Fatalf("ids %q and %q", ab, cd)
	}
	if got := one(t, s, "SELECT count(*) FROM incident_choice"); got != int64(12) {
		t.Errorf("%v choices, want 12", got)
	}

	// The same once more, and after the rules read all again: nothing happens to an id.
	save(t, s, "a/1#0 b/1#0", "c/1#0 d/1#0")
	if err := s.SaveDocuments(t.Context(), pages[0], "v2", single(t, "http://a/1")); err != nil {
		t.Fatal(err)
	}
	save(t, s, "c/1#0 d/1#0", "b/1#0 a/1#0")
	if of(t, s, "a/1#0") != ab || of(t, s, "c/1#0") != cd || events(t, s) != "mint mint" {
		t.Errorf("ids changed: %s", events(t, s))
	}

	// One report moves: both keep their ids.
	save(t, s, "a/1#0", "b/1#0 c/1#0 d/1#0")
	if of(t, s, "a/1#0") != ab || of(t, s, "b/1#0") != cd || events(t, s) != "mint mint" {
		t.Errorf("ids changed: %s", events(t, s))
	}

	// All in one: the id with most reports stays, the other leads to it.
	save(t, s, "a/1#0 b/1#0 c/1#0 d/1#0")
	if of(t, s, "a/1#0") != cd || events(t, s) != "mint mint merge" {
		t.Errorf("%s, want the id %s of most reports: %s", of(t, s, "a/1#0"), cd, events(t, s))
	}
	if id, err := s.Resolve(t.Context(), ab); err != nil || id != cd {
		t.Errorf("%s resolves to %s, %v, want %s", ab, id, err, cd)
	}

	// Apart again: who was known before gets the old id back.
	save(t, s, "a/1#0", "b/1#0 c/1#0 d/1#0")
	if of(t, s, "a/1#0") != ab || of(t, s, "b/1#0") != cd || events(t, s) != "mint mint merge revive" {
		t.Errorf("%s and %s: %s", of(t, s, "a/1#0"), of(t, s, "b/1#0"), events(t, s))
	}
	if id, err := s.Resolve(t.Context(), ab); err != nil || id != ab {
		t.Errorf("%s resolves to %s, %v, want itself", ab, id, err)
	}

	// A split-off that never had an id.
	save(t, s, "a/1#0", "b/1#0", "c/1#0 d/1#0")
	if events(t, s) != "mint mint merge revive split" {
		t.Errorf("%s, want a split", events(t, s))
	}
	if got := one(t, s, "SELECT other FROM incident_event WHERE action = 'split'"); got != cd {
		t.Errorf("split from %v, want %s", got, cd)
	}

	// Its only document says nothing any more.
	if err := s.SaveReason(t.Context(), pages[0], "v3", "page is empty"); err != nil {
		t.Fatal(err)
	}
	save(t, s, "b/1#0", "c/1#0 d/1#0")
	if id, err := s.Resolve(t.Context(), ab); err != nil || id != "" || !strings.HasSuffix(events(t, s), " withdraw") {
		t.Errorf("%s resolves to %q, %v: %s", ab, id, err, events(t, s))
	}
	if _, err := s.Resolve(t.Context(), "t-00000000"); err == nil {
		t.Error("an id that was never given resolves")
	}
	if got := one(t, s, "SELECT count(*) FROM incident_summary"); got != int64(2) {
		t.Errorf("%v live incidents, want 2", got)
	}
	if got := one(t, s, "SELECT count(*) FROM evidence WHERE chosen IS NOT NULL"); got != int64(12) {
		t.Errorf("evidence marks %v chosen claims, want 12", got)
	}
}

// Two incidents that begin with the same report, one after the other, are told apart.
func TestIncidentIDsDiffer(t *testing.T) {
	s := open(t)
	store(t, s, single(t, "http://a/1"), single(t, "http://b/1"), single(t, "http://c/1"))
	save(t, s, "a/1#0 b/1#0 c/1#0")
	first := of(t, s, "a/1#0")
	save(t, s, "a/1#0", "b/1#0 c/1#0") // the larger part keeps the id that a/1#0 gave
	if of(t, s, "b/1#0") != first || of(t, s, "a/1#0") == first {
		t.Errorf("ids %s and %s, first %s", of(t, s, "a/1#0"), of(t, s, "b/1#0"), first)
	}
}

func TestIncidentValues(t *testing.T) {
	s := open(t)
	store(t, s, told(t, "http://a/1", "AliCloud"))
	save(t, s, "a/1#0", "a/1#1")
	table, err := s.Query(t.Context(), `SELECT date, start, start_from, duration, duration_source, affected_low, affected_kind, cause, cause_standing, service, services, languages, sources
		FROM incident WHERE id = ?`, []any{of(t, s, "a/1#0")}, QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"2024-03-05", "2024-03-05T09:30+08:00~", int64(1709602200), 10800.0, "told", 2000.0, "affected_users", "power", "suspected", "alicloud", `["alicloud"]`, `["zh"]`, int64(1)}
	if !reflect.DeepEqual(table.Rows[0], want) {
		t.Errorf("%v\nwant\n%v", table.Rows[0], want)
	}
	if got := one(t, s, "SELECT service FROM incident WHERE id = ?", of(t, s, "a/1#1")); got != "机房" {
		t.Errorf("a service in no table is %v, want its name as written", got)
	}
	quote := one(t, s, "SELECT quotation FROM evidence WHERE field = 'cause'")
	if quote != "断电" {
		t.Errorf("evidence of the cause: %v", quote)
	}
}

func TestSaveIncidentsRefuses(t *testing.T) {
	s := open(t)
	store(t, s, single(t, "http://a/1"), single(t, "http://b/1"))
	filed, err := s.Reports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]classify.Incident{
		"unknown": {{Reports: []int{7}}},
		"twice":   {{Reports: []int{0}}, {Reports: []int{0, 1}}},
		"empty":   {{}},
	} {
		if err := s.SaveIncidents(t.Context(), filed, bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got := one(t, s, "SELECT count(*) FROM incident"); got != int64(0) {
		t.Errorf("%v incidents after refusals", got)
	}
}

// What classify finds goes in and comes out, in any order of the documents.
func TestIncidentsOfClassify(t *testing.T) {
	var want []string
	urls := []string{"http://a/1", "http://b/1", "http://c/1"}
	for range 2 {
		s := open(t)
		for _, u := range urls {
			store(t, s, single(t, u))
		}
		filed, err := s.Reports(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveIncidents(t.Context(), filed, classify.Incidents(filed)); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range []string{"a/1#0", "b/1#0", "c/1#0"} {
			got = append(got, of(t, s, u))
		}
		if want == nil {
			want = got
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("ids %v, want %v", got, want)
		}
		slices.Reverse(urls)
	}
}
