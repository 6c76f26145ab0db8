package db

// The schema is the files of schema/, run in the order of their numbers. A database says
// in its header what it is (application_id) and how many of the files it has seen
// (user_version). A file that has been released is never edited: a change is a new file.

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// applicationID is "tcsn" in ASCII; file(1) and SQLite show it.
const applicationID = 0x7463736e

// migrations returns the texts of the schema, the first for a database of version 0.
func migrations() ([]string, error) {
	names, err := fs.Glob(schemaFiles, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var texts []string
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("schema/%03d_", i+1)) {
			return nil, fmt.Errorf("%s: the file of schema version %d must begin with %03d_", name, i+1, i+1)
		}
		text, err := schemaFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// version reads what the database is. An empty file has version 0 and is ours to fill.
func (s *Store) version(q interface {
	QueryRow(string, ...any) *sql.Row
}, latest int) (int, error) {
	var app, version, tables int
	for _, p := range []struct {
		query string
		to    *int
	}{
		{"PRAGMA application_id", &app},
		{"PRAGMA user_version", &version},
		{"SELECT count(*) FROM sqlite_schema", &tables},
	} {
		if err := q.QueryRow(p.query).Scan(p.to); err != nil {
			return 0, err
		}
	}
	switch {
	case app == 0 && version == 0 && tables == 0:
		return 0, nil
	case app != applicationID:
		return 0, fmt.Errorf("%s is an SQLite file of another program: name another file with --db", s.path)
	case version > latest:
		return 0, fmt.Errorf("%s has schema version %d and this tocsin knows versions up to %d: use a newer tocsin, or name another file with --db", s.path, version, latest)
	}
	return version, nil
}

// migrate brings the schema up to date, all of it or nothing.
func (s *Store) migrate(ctx context.Context) error {
	texts, err := migrations()
	if err != nil {
		return err
	}
	return s.update(ctx, func(tx *sql.Tx) error {
		have, err := s.version(tx, len(texts))
		if err != nil || have == len(texts) {
			return err
		}
		for i, text := range texts[have:] {
			if _, err := tx.Exec(text); err != nil {
				return fmt.Errorf("schema version %d: %w", have+i+1, err)
			}
		}
		s.log.Info("schema", "database", s.path, "from", have, "to", len(texts))
		_, err = tx.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(texts)))
		return err
	})
}

// check reads what the database is. One that is to be read must be up to date already.
func (s *Store) check(ctx context.Context, readOnly bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	texts, err := migrations()
	if err != nil {
		return err
	}
	have, err := s.version(s.read, len(texts))
	if err == nil && readOnly && have < len(texts) {
		err = fmt.Errorf("%s has schema version %d and this tocsin reads version %d: run tocsin rebuild on it once", s.path, have, len(texts))
	}
	return err
}

// A Column describes one column of a table or view.
type Column struct {
	Table   string // table or view
	Purpose string // what the table is
	Name    string
	Type    string // SQLite type; "" in a view
	Comment string // what the column means, with its unit
}

// Dictionary returns all tables and views with the comments of their columns, in the
// order of the schema.
func (s *Store) Dictionary(ctx context.Context) ([]Column, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	texts, err := migrations()
	if err != nil {
		return nil, err
	}
	var columns []Column
	for _, text := range texts {
		columns = append(columns, dictionary(text)...)
	}
	return columns, nil
}

// dictionary reads the comments of one file of the schema: those above a CREATE, and those
// behind a column. Each column stands on a line of its own; a table ends with ")", a view
// begins its columns with SELECT and ends them with FROM.
func dictionary(text string) []Column {
	var columns []Column
	var above []string
	table, view := "", false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		code, comment, _ := strings.Cut(line, "-- ")
		code, comment = strings.TrimSpace(code), strings.TrimSpace(comment)
		words := strings.Fields(code)
		switch {
		case code == "" && comment != "":
			above = append(above, comment)
		case len(words) == 0:
			above = nil
		case table == "" && len(words) >= 3 && words[0] == "CREATE" && (words[1] == "TABLE" || words[1] == "VIEW"):
			table, view = words[2], words[1] == "VIEW"
		case table == "":
			above = nil
		case strings.HasPrefix(code, ")") || view && words[0] == "FROM":
			table, above = "", nil
		case view && words[0] == "SELECT":
		default:
			c := Column{Table: table, Purpose: strings.Join(above, " "), Comment: comment}
			if view {
				c.Name = strings.TrimSuffix(words[len(words)-1], ",")
			} else {
				c.Name, c.Type = words[0], strings.TrimSuffix(words[min(1, len(words)-1)], ",")
				if strings.ContainsFunc(c.Name, func(r rune) bool { return unicode.IsUpper(r) || r == '(' }) {
					continue // a constraint of the table
				}
			}
			columns = append(columns, c)
		}
	}
	return columns
}
