package db

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"

	"tocsin/crawler"
)

// execute runs statements as another program would.
func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	d := sql.OpenDB(connector(path, nil, prepareWriter))
	defer d.Close()
	for _, q := range statements {
		if _, err := d.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// schemaOf returns what the database holds, but for the numbers of SQLite's own pages.
func schemaOf(t *testing.T, s *Store) string {
	t.Helper()
	table, err := s.Query(t.Context(), "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name", nil, QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(table.Rows)
}

func TestMigrateFromEachVersion(t *testing.T) {
	texts, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	want := schemaOf(t, open(t))
	for version := 1; version < len(texts); version++ {
		path := filepath.Join(t.TempDir(), "old.db")
		execute(t, path, texts[:version]...)
		execute(t, path,
			"INSERT INTO host (name) VALUES ('a.example')",
			"INSERT INTO task (url, host, reader, source, depth, priority, due_ms, referrer, hops, state) VALUES ('http://a.example/', 'a.example', '', '', 0, 0, 0, '', 0, 'queued')",
			fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", version))

		if _, err := Open(t.Context(), path, Options{ReadOnly: true}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("version %d", version)) {
			t.Errorf("reading version %d: error %v, want one that names it", version, err)
		}
		s := openAt(t, path)
		if got := schemaOf(t, s); got != want {
			t.Errorf("from version %d:\n%s\nwant\n%s", version, got, want)
		}
		if tally, err := s.Frontier(FrontierOptions{}).Tally(t.Context()); err != nil || tally.Queued != 1 {
			t.Errorf("from version %d: %+v, %v, want the queued task kept", version, tally, err)
		}
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%20'宕机.db")
	s := openAt(t, path)
	if _, err := s.SavePage(t.Context(), &crawler.Page{URL: "http://a.example/", Status: 200, Body: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		again, err := Open(t.Context(), path, Options{ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := again.Page(t.Context(), 1); err != nil || string(p.Body) != "x" {
			t.Errorf("read-only %v: page %v, %v", readOnly, p, err)
		}
		if readOnly {
			if _, err := again.SavePage(t.Context(), &crawler.Page{URL: "http://a.example/2"}); err == nil {
				t.Error("a read-only store saved a page")
			}
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("file has another name: %v", err)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	newer := at("newer.db")
	texts, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	execute(t, newer, "CREATE TABLE later (x)", fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", len(texts)+4))
	execute(t, at("other.db"), "PRAGMA journal_mode = DELETE", "CREATE TABLE notes (x)")
	execute(t, at("named.db"), "PRAGMA application_id = 12345")
	if err := os.WriteFile(at("text.db"), []byte(strings.Repeat("no database at all\n", 100)), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want []string
	}{
		{newer, []string{fmt.Sprintf("version %d", len(texts)+4), fmt.Sprintf("up to %d", len(texts)), "newer tocsin"}},
		{at("other.db"), []string{"another program", "--db"}},
		{at("named.db"), []string{"another program"}},
		{at("text.db"), []string{"no SQLite file"}},
		{at("none/t.db"), []string{at("none"), "does not exist", "create it"}},
		{at("text.db/t.db"), []string{"text.db"}},
		{dir, []string{"is a folder"}},
	} {
		before, _ := os.ReadFile(c.path)
		for _, readOnly := range []bool{false, true} {
			s, err := Open(t.Context(), c.path, Options{ReadOnly: readOnly})
			if err == nil {
				s.Close()
				t.Errorf("%s: opened, want an error", c.path)
				continue
			}
			for _, want := range c.want {
				if !readOnly && !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v, want %q in it", c.path, err, want)
				}
			}
		}
		if after, _ := os.ReadFile(c.path); string(after) != string(before) {
			t.Errorf("%s was changed", c.path)
		}
	}
	if _, err := Open(t.Context(), at("missing.db"), Options{ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("reading a file that is not there: %v", err)
	}
	if _, err := os.Stat(at("missing.db")); err == nil {
		t.Error("reading made a file")
	}
}

func TestDiskFull(t *testing.T) {
	s := open(t)
	if _, err := s.SavePage(t.Context(), &crawler.Page{URL: "http://a.example/1", Body: []byte("kept")}); err != nil {
		t.Fatal(err)
	}
	// A file that may not grow is what a full disk looks like to SQLite.
	if _, err := s.write.Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	f := s.Frontier(FrontierOptions{})
	var err error
	for i := 0; i < 10_000 && err == nil; i++ {
		_, err = f.Add(t.Context(), crawler.Task{URL: fmt.Sprintf("http://a.example/%d/%s", i, strings.Repeat("x", 1000))})
	}
	if err == nil || !strings.Contains(err.Error(), "disk of "+s.Path()+" is full") || !strings.Contains(err.Error(), "make room") {
		t.Errorf("error %v, want one that says what is full and what to do", err)
	}
	if p, err := s.Page(t.Context(), 1); err != nil || string(p.Body) != "kept" {
		t.Errorf("page %v, %v, want the one stored before", p, err)
	}
	if _, err := s.write.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Add(t.Context(), crawler.Task{URL: "http://b.example/"}); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestDictionary(t *testing.T) {
	s := open(t)
	columns, err := s.Dictionary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	comment := map[string]Column{}
	for _, c := range columns {
		comment[c.Table+"."+c.Name] = c
	}
	found, err := s.Query(t.Context(), `SELECT t.name, c.name FROM sqlite_schema t, pragma_table_xinfo(t.name) c
		WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite_%'`, nil, QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Rows) < 100 {
		t.Fatalf("the schema has %d columns, want all of them", len(found.Rows))
	}
	for _, row := range found.Rows {
		name := fmt.Sprintf("%s.%s", row...)
		c, ok := comment[name]
		if !ok || len(c.Comment) < 5 {
			t.Errorf("column %s has no comment", name)
		}
		if len(c.Purpose) < 10 {
			t.Errorf("table of %s has no comment", name)
		}
		delete(comment, name)
	}
	for name := range comment {
		t.Errorf("the dictionary has %s, the database has not", name)
	}
}

func TestSameBodyOnce(t *testing.T) {
	s := open(t)
	save := func(url, body string, status int) int64 {
		t.Helper()
		id, err := s.SavePage(t.Context(), &crawler.Page{URL: url, Body: []byte(body), Status: status})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := save("http://a.example/", "one", 200)
	if id := save("http://a.example/", "one", 200); id != first {
		t.Errorf("the same page again is page %d, want %d", id, first)
	}
	if id := save("http://a.example/", "", 304); id != first {
		t.Errorf("a page not modified is page %d, want %d", id, first)
	}
	second := save("http://a.example/", "two", 200)
	third := save("http://b.example/", "one", 200)
	if second == first || third == first || third == second {
		t.Errorf("pages %d, %d, %d: want three", first, second, third)
	}
	if a, b := save("", "file one", 0), save("", "file two", 0); a == b || save("", "file one", 0) != a {
		t.Error("files are known by their bytes")
	}
	n, err := s.Query(t.Context(), "SELECT count(*) FROM body", nil, QueryOptions{})
	if err != nil || n.Rows[0][0] != int64(4) {
		t.Errorf("%v bodies (%v), want 4", n, err)
	}
	if p, err := s.LatestPage(t.Context(), "http://a.example/"); err != nil || string(p.Body) != "two" {
		t.Errorf("latest page %v, %v", p, err)
	}
	if p, err := s.LatestPage(t.Context(), "http://c.example/"); p != nil || err != nil {
		t.Errorf("latest page of an unknown URL: %v, %v", p, err)
	}
}

func TestDamagedBody(t *testing.T) {
	s := open(t)
	id, err := s.SavePage(t.Context(), &crawler.Page{URL: "http://a.example/", Body: []byte("some words")})
	if err != nil {
		t.Fatal(err)
	}
	other := s.pack([]byte("other words"))
	if _, err := s.write.Exec("UPDATE body SET zstd = ?", other.zstd); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Page(t.Context(), id); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("error %v, want damaged", err)
	}
	if _, err := s.write.Exec("UPDATE body SET zstd = x'00'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Page(t.Context(), id); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("error %v, want damaged", err)
	}
}

// What was explained once is not explained again on its way up.
func TestExplainOnce(t *testing.T) {
	s := &Store{path: "/there/x.db"}
	once := s.explain(sqlite3.Error{Code: sqlite3.ErrCantOpen})
	if twice := s.explain(fmt.Errorf("cannot open database: %w", once)); strings.Count(twice.Error(), "check the permissions") != 1 {
		t.Error(twice)
	}
}
