package main

// tocsin eval: reads the documents of gold files, or takes records made before, and prints
// what score.py and icpe26.py (shared/eval) print, with 95 % intervals.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) evalCommand() *cobra.Command {
	var records, explain, langDir string
	var wrong int
	c := &cobra.Command{
		Use:   "eval GOLD…",
		Short: "Score what is read against labels made by hand",
		Long: `Eval reads the documents that gold files name, found beside or above the gold file, and
prints precision, recall and F1 of each field with 95 % bootstrap intervals over documents.
Labels of the ICPE'26 study are recognised and scored as in the paper.

With --records nothing is read: the records of a file, as extract prints them, are scored.
With --explain no gold file is needed: it shows why a document was taken for a report of an
incident, or not: each feature of the score, its weight, how often it holds, and its words.`,
		Example: `  tocsin eval ../shared/eval/gold/fr.jsonl
  tocsin eval --errors 5 ../shared/eval/gold/en.jsonl ../shared/eval/icpe26/gold.jsonl
  tocsin eval --explain article.html`,
		RunE: func(c *cobra.Command, args []string) error {
			if explain != "" {
				return p.explain(explain, langDir)
			}
			if err := between(1, -1, "a gold file")(c, args); err != nil {
				return err
			}
			e := &evaluation{out: p.out, errors: wrong, langDir: langDir}
			if records != "" {
				text, err := os.ReadFile(records)
				if err != nil {
					return fmt.Errorf("cannot read records: %w", err)
				}
				e.records, e.recordsName = text, records
			}
			for i, gold := range args {
				if len(args) > 1 {
					if i > 0 {
						fmt.Fprintln(p.out)
					}
					fmt.Fprintln(p.out, gold)
				}
				if err := e.gold(c.Context(), gold); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&records, "records", "", "score the records of this file instead of reading the documents")
	c.Flags().StringVar(&explain, "explain", "", "show the features by which this file is judged, instead of figures")
	c.Flags().IntVar(&wrong, "errors", 0, "print up to this many disagreements of each field")
	addLangDir(c, &langDir)
	return c
}

// An evaluation scores gold files one after the other.
type evaluation struct {
	out         io.Writer
	records     []byte // nil: read the documents
	recordsName string
	errors      int
	langDir     string
	desk        *desk
}

// gold scores one gold file.
func (e *evaluation) gold(ctx context.Context, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("cannot read labels: %w", err)
	}
	icpe := isICPE(text)
	var files []string
	if err := eachLine(name, text, func(row struct {
		File string `json:"file"`
	}) {
		files = append(files, row.File)
	}); err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s holds no labels", name)
	}
	records, recordsName := e.records, e.recordsName
	if records == nil {
		recordsName = "records of " + name
		if records, err = e.read(ctx, name, files); err != nil {
			return err
		}
	}
	if icpe {
		labels, err := readICPE(name, text)
		if err != nil {
			return err
		}
		var rows []*scoredRow
		if err := eachLine(recordsName, records, func(r scoredRow) { rows = append(rows, &r) }); err != nil {
			return err
		}
		scoreICPE(labels, rows).print(e.out, e.errors)
		return nil
	}
	g, err := readScored(name, text)
	if err != nil {
		return err
	}
	r, err := readScored(recordsName, records)
	if err != nil {
		return err
	}
	scoreRecords(name, g, r).print(e.out, e.errors)
	return nil
}

// eachLine decodes each line that is not blank.
func eachLine[T any](name string, text []byte, f func(T)) error {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var row T
		if err := json.Unmarshal(line, &row); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		f(row)
	}
	return nil
}

// read makes records of the documents that a gold file names. One that cannot be found or
// read has no record, as it would have none in the output of extract.
func (e *evaluation) read(ctx context.Context, gold string, files []string) ([]byte, error) {
	if e.desk == nil {
		d, err := newDesk(e.langDir)
		if err != nil {
			return nil, err
		}
		e.desk = d
	}
	type result struct {
		line []byte
		err  error
	}
	var out bytes.Buffer
	for r := range inOrder(ctx, slices.Values(files), func(file string) result {
		where, ok := besideGoldPath(gold, file)
		if !ok {
			return result{}
		}
		body, err := os.ReadFile(where)
		if err != nil {
			return result{}
		}
		found, err := e.desk.file(filepath.ToSlash(file), body)
		if fault := (ruleFault{}); errors.As(err, &fault) {
			return result{err: err}
		}
		if err != nil {
			return result{}
		}
		line, err := found.record(file)
		return result{append(line, '\n'), err}
	}) {
		if r.err != nil {
			return nil, r.err
		}
		out.Write(r.line)
	}
	return out.Bytes(), ctx.Err()
}

// explain prints the features by which the documents of a file are judged, the heaviest
// first.
func (p *program) explain(name, langDir string) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("cannot read document: %w", err)
	}
	d, err := newDesk(langDir)
	if err != nil {
		return err
	}
	found, err := d.file(name, body)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, f := range found {
		sum := 0.0
		for _, x := range f.judgement.Features {
			rows = append(rows, []any{x.Name, x.Weight, x.Value, x.Weight * x.Value, x.Words})
			sum += x.Weight * x.Value
		}
		verdict := "reports no incident"
		if f.judgement.Relevant {
			verdict = "reports an incident"
		}
		rows = append(rows, []any{"sum", "", "", sum, verdict})
	}
	return printRows(p.out, "table", []string{"feature", "weight", "times", "adds", "words"}, listed(rows))
}

// print writes the table of score.py, with an interval behind each line.
func (s *score) print(w io.Writer, most int) {
	missing := ""
	if len(s.missing) > 0 {
		missing = ": " + strings.Join(s.missing[:min(5, len(s.missing))], ", ")
	}
	fmt.Fprintf(w, "%d documents, %d without a record%s\n", s.documents, len(s.missing), missing)
	fmt.Fprintf(w, "%-38s %6s %6s %6s %5s   95 %% interval of F1\n", "field", "P", "R", "F1", "gold")
	samples, all := draws(s.documents), everyone(s.documents)
	f1 := func(f *field, sample []int) float64 {
		_, _, x, _ := f.figures(sample)
		return x
	}
	for _, f := range s.fields {
		p, r, x, n := f.figures(all)
		fmt.Fprintf(w, "%-38s %6.3f %6.3f %6.3f %5d   %v\n", f.name, p, r, x, n,
			within(samples, func(sample []int) float64 { return f1(f, sample) }))
	}
	if s.clustered {
		// Drawing a document twice would make a cluster of it, so no interval.
		p, r, x, n := s.bCubed()
		fmt.Fprintf(w, "%-38s %6.3f %6.3f %6.3f %5d\n", fieldSame, p, r, x, n)
	}
	for _, a := range s.accuracies {
		t := a.total(all)
		fmt.Fprintf(w, "%-38s %6d/%-6d %6.3f   %v\n", a.name, t.right, t.of, t.value(),
			within(samples, func(sample []int) float64 { return a.total(sample).value() }))
	}
	macro := func(sample []int) float64 {
		sum := 0.0
		for _, name := range coreFields() {
			i := slices.IndexFunc(s.fields, func(f *field) bool { return f.name == name })
			sum += f1(s.fields[i], sample)
		}
		return sum / float64(len(coreFields()))
	}
	fmt.Fprintf(w, "%-55s %.3f   %v\n", "macro F1 of date, durations, counts, causes, services", macro(all), within(samples, macro))
	if most <= 0 {
		return
	}
	for _, f := range s.fields {
		for _, d := range f.wrong[:min(most, len(f.wrong))] {
			fmt.Fprintf(w, "  %s: %s: missed %s extra %s\n", f.name, d.key, listPython(d.miss), listPython(d.extra))
		}
	}
}
