package main

// tocsin extract: documents in, records out, no database.

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"tocsin/classify"
)

func (p *program) extractCommand() *cobra.Command {
	var langDir, format string
	c := &cobra.Command{
		Use:   "extract FILE…",
		Short: "Read files and print one record a document",
		Long: `Extract reads HTML, Markdown, text and feed files and prints what they tell, one JSON record
a line, one line a document. Folders are walked; - is standard input. A file that cannot be
read is told on standard error; the others are read all the same, and the exit code is 1.`,
		Example: `  tocsin extract article.html
  curl -s https://example.com/news/1 | tocsin extract -
  tocsin extract --format table ./articles`,
		Args: between(1, -1, "a file, a folder, or - for standard input"),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := newDesk(langDir)
			if err != nil {
				return err
			}
			return p.extract(c.Context(), d, format, args)
		},
	}
	addFormat(c, &format, "jsonl", "table", "csv", "markdown")
	addLangDir(c, &langDir)
	return c
}

func (p *program) extract(ctx context.Context, d *desk, format string, args []string) error {
	type result struct {
		file    string
		records []classify.Record
		err     error
	}
	var rows [][]any
	failed := false
	for r := range inOrder(ctx, walk(args), func(f walked) result {
		if f.err != nil && f.path != "-" {
			return result{err: f.err}
		}
		var body []byte
		var err error
		if f.path == "-" {
			body, err = readAll("-", p.in)
		} else {
			body, err = readFile(f.path)
		}
		if err != nil {
			return result{err: err}
		}
		file := filepath.ToSlash(f.path)
		found, err := d.file(file, body)
		if fault := (ruleFault{}); errors.As(err, &fault) {
			return result{err: err}
		}
		if err != nil {
			return result{err: named(file, err)}
		}
		out := result{file: file}
		for _, x := range found {
			out.records = append(out.records, classify.NewRecord(file, x.document, x.judgement))
		}
		return out
	}) {
		if fault := (ruleFault{}); errors.As(r.err, &fault) {
			return r.err
		}
		if r.err != nil {
			failed = true
			p.complain(r.err, "")
			continue
		}
		for _, record := range r.records {
			if format != "jsonl" {
				rows = append(rows, summary(record)...)
				continue
			}
			line, err := record.JSON()
			if err == nil {
				_, err = fmt.Fprintf(p.out, "%s\n", line)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", r.file, err)
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if format != "jsonl" {
		columns := []string{"file", "lang", "relevance", "kind", "service", "date", "start", "minutes", "cause", "status", "affected"}
		if err := printRows(p.out, format, columns, listed(rows)); err != nil {
			return err
		}
	}
	if failed {
		return errTold
	}
	return nil
}

// summary returns a row for each report of a record, or one for a record without any.
func summary(r classify.Record) [][]any {
	if len(r.Reports) == 0 {
		return [][]any{{r.File, r.Lang, r.Relevance, nil, nil, nil, nil, nil, nil, nil, nil}}
	}
	var rows [][]any
	for _, x := range r.Reports {
		row := []any{r.File, r.Lang, r.Relevance, x.Kind, nil, x.Date, x.Start, nil, nil, nil, nil}
		if len(x.Services) > 0 {
			row[4] = x.Services[0]
		}
		if len(x.Durations) > 0 {
			row[7] = x.Durations[0].Seconds / 60
		}
		if len(x.Causes) > 0 {
			row[8], row[9] = x.Causes[0].Category, x.Causes[0].Status
		}
		if len(x.Counts) > 0 {
			row[10] = x.Counts[0].High
		}
		rows = append(rows, row)
	}
	return rows
}
