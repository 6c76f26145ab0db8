package main

// tocsin query, export and status: what is stored, read-only.

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tocsin/db"
)

// A canned query is a file: a first line that says what it gives, then one SELECT.
//
//go:embed queries/*.sql
var queryFiles embed.FS

type cannedQuery struct{ name, about, sql string }

// cannedQueries returns the canned queries by name.
func cannedQueries() ([]cannedQuery, error) {
	names, err := fs.Glob(queryFiles, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	var all []cannedQuery
	for _, name := range names {
		text, err := queryFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		about, _, _ := strings.Cut(string(text), "\n")
		all = append(all, cannedQuery{strings.TrimSuffix(path.Base(name), ".sql"), strings.TrimPrefix(about, "-- "), string(text)})
	}
	return all, nil
}

func (p *program) queryCommand() *cobra.Command {
	var file, format string
	var tables bool
	var rows int
	var most time.Duration
	c := &cobra.Command{
		Use:   "query SQL | NAME [VALUE…]",
		Short: "Ask the database, with SQL or a canned query",
		Long: `Query runs one SELECT, or a canned query by its name, and prints what it gives. It cannot
change the database. VALUEs stand for ?1, ?2 … in the query. Without an argument the canned
queries are listed; --tables lists all tables and columns with what they mean.`,
		Example: `  tocsin query incidents
  tocsin query evidence t-q1w2e3r4
  tocsin query --format csv 'SELECT service, count(*) FROM incident GROUP BY service'
  tocsin query --tables`,
		RunE: func(c *cobra.Command, args []string) error {
			canned, err := cannedQueries()
			if err != nil {
				return err
			}
			if len(args) == 0 && !tables {
				var list [][]any
				for _, q := range canned {
					list = append(list, []any{q.name, q.about})
				}
				return printRows(p.out, format, []string{"query", "gives"}, listed(list))
			}
			var sql string
			if !tables {
				if sql, err = chooseQuery(c, canned, args[0]); err != nil {
					return err
				}
			}
			store, err := db.Open(c.Context(), file, db.Options{ReadOnly: true, Log: p.log(), Now: p.now})
			if err != nil {
				return err
			}
			defer store.Close()
			if tables {
				return p.tables(c.Context(), store, format)
			}
			var values []any
			for _, v := range args[1:] {
				values = append(values, v)
			}
			t, err := store.Query(c.Context(), sql, values, db.QueryOptions{Rows: rows, Time: most})
			if err != nil {
				return err
			}
			if err := printRows(p.out, format, t.Columns, listed(t.Rows)); err != nil {
				return err
			}
			if t.More {
				p.hint("only the first %d rows are shown; --rows allows more", len(t.Rows))
			}
			return nil
		},
	}
	addDB(c, &file)
	addFormat(c, &format, "table", "csv", "jsonl", "markdown")
	c.Flags().BoolVar(&tables, "tables", false, "list tables, columns and what they mean")
	c.Flags().IntVar(&rows, "rows", 10_000, "rows to print at most")
	c.Flags().DurationVar(&most, "max-time", 30*time.Second, "how long the query may take")
	return c
}

// chooseQuery returns the SQL that an argument means: a single word is a name.
func chooseQuery(c *cobra.Command, canned []cannedQuery, arg string) (string, error) {
	if strings.ContainsAny(strings.TrimSpace(arg), " \t\n(;*") {
		return arg, nil
	}
	var names []string
	for _, q := range canned {
		if q.name == arg {
			return q.sql, nil
		}
		names = append(names, q.name)
	}
	return "", usage(c, "there is no query %q: choose one of %s, or write a SELECT", arg, strings.Join(names, ", "))
}

func (p *program) tables(ctx context.Context, store *db.Store, format string) error {
	dictionary, err := store.Dictionary(ctx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, col := range dictionary {
		rows = append(rows, []any{col.Table, col.Name, col.Type, col.Comment})
	}
	return printRows(p.out, format, []string{"table", "column", "type", "meaning"}, listed(rows))
}

func (p *program) exportCommand() *cobra.Command {
	var file, format, output string
	var opt db.ExportOptions
	c := &cobra.Command{
		Use:   "export TABLE",
		Short: "Write a table as CSV or JSON Lines",
		Long: `Export writes one table: ` + strings.Join(db.Exports(), ", ") + `.
Records are JSON Lines only. The canonical form leaves out clocks and numbers of this one
file, so that two crawls of the same pages are equal byte for byte.`,
		Example: `  tocsin export incidents > incidents.csv
  tocsin export claims --format jsonl --output claims.jsonl
  tocsin export incidents --bom --output for-a-spreadsheet.csv`,
		Args:      between(1, 1, "a table: one of "+strings.Join(db.Exports(), ", ")),
		ValidArgs: db.Exports(),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(db.Exports(), args[0]) {
				return usage(c, "there is no table %q: choose one of %s", args[0], strings.Join(db.Exports(), ", "))
			}
			if args[0] == "records" && !c.Flags().Changed("format") {
				format = "jsonl"
			}
			store, err := db.Open(c.Context(), file, db.Options{ReadOnly: true, Log: p.log(), Now: p.now})
			if err != nil {
				return err
			}
			defer store.Close()
			return writeTo(output, p.out, func(w io.Writer) error {
				return store.Export(c.Context(), w, args[0], db.Format(format), opt)
			})
		},
	}
	addDB(c, &file)
	addFormat(c, &format, "csv", "jsonl")
	c.Flags().BoolVar(&opt.Canonical, "canonical", false, "leave out what differs between two runs over the same pages")
	c.Flags().BoolVar(&opt.BOM, "bom", false, "begin with a byte order mark, for spreadsheets that need one")
	c.Flags().StringVarP(&output, "output", "o", "", "file to write, in place of standard output")
	return c
}

// writeTo runs write on a file, or on out where name is empty. A file that could not be
// written whole is removed.
func writeTo(name string, out io.Writer, write func(io.Writer) error) error {
	if name == "" {
		b := bufio.NewWriter(out)
		if err := write(b); err != nil {
			return errors.Join(err, b.Flush())
		}
		return b.Flush()
	}
	f, err := os.CreateTemp(path.Dir(name), ".tocsin-*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	defer os.Remove(f.Name())
	err = write(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	return err
}

func (p *program) statusCommand() *cobra.Command {
	var file, format string
	c := &cobra.Command{
		Use:   "status",
		Short: "Tell what is in the database and what waits",
		Long: `Status counts what is stored: URLs by their state, pages, documents, incidents, and the
pages that were read under other rules than those at hand.`,
		Example: `  tocsin status --db t.db`,
		Args:    between(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			x, err := p.extractor("")
			if err != nil {
				return err
			}
			store, err := db.Open(c.Context(), file, db.Options{ReadOnly: true, Log: p.log(), Now: p.now})
			if err != nil {
				return err
			}
			defer store.Close()
			t, err := store.Query(c.Context(), `SELECT 'URLs waiting' AS what, count(*) AS number FROM task WHERE state IN ('queued', 'leased')
				UNION ALL SELECT 'URLs fetched', count(*) FROM task WHERE state = 'done'
				UNION ALL SELECT 'URLs failed', count(*) FROM task WHERE state = 'failed'
				UNION ALL SELECT 'URLs left out by a limit', count(*) FROM task WHERE state = 'skipped'
				UNION ALL SELECT 'pages', count(*) FROM page
				UNION ALL SELECT 'pages to read (tocsin rebuild)', count(*) FROM page WHERE rules <> ?1 AND redirect = 0 AND (status = 0 OR status BETWEEN 200 AND 299)
				UNION ALL SELECT 'pages that gave no document', count(*) FROM page WHERE rules <> '' AND reason <> ''
				UNION ALL SELECT 'documents', count(*) FROM document WHERE current = 1
				UNION ALL SELECT 'documents that tell of an incident', count(*) FROM document WHERE current = 1 AND relevant = 1
				UNION ALL SELECT 'claims', count(*) FROM claim
				UNION ALL SELECT 'incidents', count(*) FROM incident WHERE state = 'live'`, []any{x.Version()}, db.QueryOptions{})
			if err != nil {
				return err
			}
			return printRows(p.out, format, t.Columns, listed(t.Rows))
		},
	}
	addDB(c, &file)
	addFormat(c, &format, "table", "csv", "jsonl", "markdown")
	return c
}
