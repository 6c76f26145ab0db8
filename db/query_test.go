package db

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestQuery(t *testing.T) {
	s := open(t)
	got, err := s.Query(t.Context(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 20) SELECT i, 'é' AS e, NULL, i/2.0 FROM n WHERE i > ?", []any{3}, QueryOptions{Rows: 5})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Columns) != 4 || got.Columns[1] != "e" || len(got.Rows) != 5 || !got.More {
		t.Errorf("%+v, want four columns, five rows and more", got)
	}
	if r := got.Rows[0]; r[0] != int64(4) || r[1] != "é" || r[2] != nil || r[3] != 2.0 {
		t.Errorf("first row %v", r)
	}
}

func TestQueryRefuses(t *testing.T) {
	s := open(t)
	for _, q := range []string{
		"ATTACH '" + filepath.Join(t.TempDir(), "x.db") + "' AS x",
		"ATTACH ':memory:' AS x",
		"INSERT INTO host (name) VALUES ('a')",
		"UPDATE host SET leased = 0",
		"DELETE FROM task",
		"DROP TABLE task",
		"CREATE TABLE x (y)",
		"CREATE TEMP TABLE x (y)",
		"CREATE VIEW x AS SELECT 1",
		"PRAGMA user_version = 7",
		"PRAGMA query_only = 0",
		"PRAGMA journal_mode = DELETE",
		"PRAGMA writable_schema = 1",
		"SELECT load_extension('x')",
		"SELECT fts3_tokenizer('simple', x'00')",
		"VACUUM INTO '" + filepath.Join(t.TempDir(), "y.db") + "'",
		"BEGIN IMMEDIATE",
		"SELECT 1; DELETE FROM task",
		"REINDEX",
		"ANALYZE",
		"INSERT INTO host (name) VALUES ('a') RETURNING name",
	} {
		if _, err := s.Query(t.Context(), q, nil, QueryOptions{}); err == nil || !strings.Contains(err.Error(), "may only read") {
			t.Errorf("%s: error %v, want refused", q, err)
		}
	}
	for _, q := range []string{"PRAGMA table_info(task)", "PRAGMA user_version", "SELECT count(*) FROM evidence", "SELECT upper('a')", "EXPLAIN QUERY PLAN SELECT * FROM task"} {
		if _, err := s.Query(t.Context(), q, nil, QueryOptions{}); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
	for _, q := range []string{"", "SELECT", "-- nothing", "SELECT nosuch FROM task"} {
		if _, err := s.Query(t.Context(), q, nil, QueryOptions{}); err == nil {
			t.Errorf("%q: no error", q)
		}
	}
}

const forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n"

func TestQueryEnds(t *testing.T) {
	s := open(t)
	if _, err := s.Query(t.Context(), forever, nil, QueryOptions{Time: time.Millisecond}); err == nil || !strings.Contains(err.Error(), "longer than 1ms") {
		t.Errorf("error %v, want one that names the limit", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Query(ctx, forever, nil, QueryOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
	if _, err := s.Query(t.Context(), "SELECT 1", nil, QueryOptions{}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := s.Query(t.Context(), "SELECT length(zeroblob(1000000000))", nil, QueryOptions{}); err == nil {
		t.Error("a query took a gigabyte")
	}
}
