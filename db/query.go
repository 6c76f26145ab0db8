package db

// SQL of users runs on connections of its own that cannot change anything: the file is
// opened with mode=ro, query_only is on, and an authorizer refuses all but reading.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// QueryOptions bounds one query.
type QueryOptions struct {
	Rows int           // at most so many rows; 0 means 10,000
	Time time.Duration // at most so long; 0 means 30 seconds
}

// A Table is what a query found. A value is nil, int64, float64, string or []byte.
type Table struct {
	Columns []string
	Rows    [][]any
	More    bool // there were more rows than asked for
}

// Query runs one SELECT of a user's. Whatever would change the database, the connection
// or another file is refused by SQLite itself.
func (s *Store) Query(ctx context.Context, query string, args []any, opt QueryOptions) (*Table, error) {
	if opt.Rows <= 0 {
		opt.Rows = 10_000
	}
	if opt.Time <= 0 {
		opt.Time = 30 * time.Second
	}
	limited, cancel := context.WithTimeout(ctx, opt.Time)
	defer cancel()
	t, err := s.query(limited, query, args, opt.Rows)
	switch {
	case err == nil:
		return t, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("query took longer than %v: narrow it with WHERE, or allow it more time", opt.Time)
	}
	var e sqlite3.Error
	// For a function SQLite gives the general code and only says so.
	if errors.As(err, &e) && (e.Code == sqlite3.ErrAuth || strings.HasPrefix(e.Error(), "not authorized")) {
		return nil, fmt.Errorf("query may only read this database: use one SELECT (%w)", err)
	}
	return nil, fmt.Errorf("query: %w", s.explain(err))
}

func (s *Store) query(ctx context.Context, query string, args []any, limit int) (*Table, error) {
	rows, err := s.ask.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := &Table{}
	if t.Columns, err = rows.Columns(); err != nil {
		return nil, err
	}
	if len(t.Columns) == 0 {
		return nil, errors.New("it gives no columns: use one SELECT")
	}
	for rows.Next() {
		if len(t.Rows) == limit {
			t.More = true
			return t, nil
		}
		row := make([]any, len(t.Columns))
		to := make([]any, len(row))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
	return t, rows.Err()
}

// prepareAsker is prepareReader, with the door closed behind it.
func prepareAsker(c *sqlite3.SQLiteConn) error {
	if err := prepareReader(c); err != nil {
		return err
	}
	// No other file may be attached, and no value may eat the memory of the machine.
	c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	c.SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, 64<<20)
	c.SetLimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1<<20)
	c.RegisterAuthorizer(func(op int, name, arg, _ string) int {
		switch op {
		case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, recursive:
			return sqlite3.SQLITE_OK
		case sqlite3.SQLITE_FUNCTION:
			// load_extension and fts3_tokenizer run foreign code.
			if arg != "load_extension" && arg != "fts3_tokenizer" {
				return sqlite3.SQLITE_OK
			}
		case sqlite3.SQLITE_PRAGMA:
			switch name {
			case "table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list":
				return sqlite3.SQLITE_OK // the argument names a table
			case "user_version", "application_id", "integrity_check", "quick_check", "compile_options":
				if arg == "" {
					return sqlite3.SQLITE_OK
				}
			}
		}
		return sqlite3.SQLITE_DENY
	})
	return nil
}

// recursive is SQLITE_RECURSIVE, which the driver does not name: a recursive SELECT.
const recursive = 33
