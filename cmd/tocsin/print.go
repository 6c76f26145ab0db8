package main

// Tables in four forms. csv is RFC 4180 (CRLF, quotes where needed), jsonl one object a row
// with its columns in order, markdown a pipe table, table for eyes: columns are padded,
// Chinese characters count double, and what would move the cursor is shown as a blank.

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/text/width"
)

// bom makes spreadsheets read a CSV file as UTF-8.
const bom = "\ufeff"

// widest is the width of the widest cell that a table shows in full.
const widest = 72

// addFormat adds the flag that chooses among forms, of which the first is the default.
func addFormat(c *cobra.Command, format *string, forms ...string) {
	c.Flags().StringVarP(format, "format", "f", forms[0], "one of "+strings.Join(forms, ", "))
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if !slices.Contains(forms, *format) {
			return usage(c, "there is no format %q: choose one of %s", *format, strings.Join(forms, ", "))
		}
		return nil
	}
}

// printRows writes rows in a format. A value is nil, int64, int, float64, bool, string or
// []byte.
func printRows(w io.Writer, format string, columns []string, rows iter.Seq2[[]any, error]) error {
	b := bufio.NewWriter(w)
	var err error
	switch format {
	case "csv":
		err = printCSV(b, columns, rows)
	case "jsonl":
		err = printJSONL(b, columns, rows)
	case "markdown":
		err = printMarkdown(b, columns, rows)
	default:
		err = printTable(b, columns, rows)
	}
	if flush := b.Flush(); err == nil {
		err = flush
	}
	return err
}

// listed makes a sequence of rows that are in memory.
func listed(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func printCSV(w io.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(columns); err != nil {
		return err
	}
	cells := make([]string, len(columns))
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i, v := range row {
			cells[i] = cellText(v)
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func printJSONL(w io.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	value := func(v any) error {
		if err := e.Encode(v); err != nil {
			return err
		}
		line.Truncate(line.Len() - 1) // Encode ends its line
		return nil
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		line.Reset()
		for i, v := range row {
			line.WriteByte("{,"[min(i, 1)])
			if err := value(columns[i]); err != nil {
				return err
			}
			line.WriteByte(':')
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			if x, ok := v.(float64); ok && (math.IsInf(x, 0) || math.IsNaN(x)) {
				v = nil
			}
			if err := value(v); err != nil {
				return err
			}
		}
		line.WriteString("}\n")
		if _, err := w.Write(line.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func printMarkdown(w io.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	escape := strings.NewReplacer("|", `\|`, "\n", "<br>", "\r", "")
	cells := make([]string, len(columns))
	line := func() error {
		_, err := fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
		return err
	}
	for i, c := range columns {
		cells[i] = escape.Replace(c)
	}
	if err := line(); err != nil {
		return err
	}
	fmt.Fprintf(w, "|%s\n", strings.Repeat(" --- |", len(columns)))
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i, v := range row {
			cells[i] = escape.Replace(cellText(v))
		}
		if err := line(); err != nil {
			return err
		}
	}
	return nil
}

func printTable(w io.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	widths := make([]int, len(columns))
	numeric := make([]bool, len(columns))
	for i, c := range columns {
		widths[i], numeric[i] = textWidth(c), true
	}
	var lines [][]string
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = shorten(visible(cellText(v)), widest)
			widths[i] = max(widths[i], textWidth(cells[i]))
			switch v.(type) {
			case nil, int, int64, float64:
			default:
				numeric[i] = false
			}
		}
		lines = append(lines, cells)
	}
	print := func(cells []string) error {
		var b strings.Builder
		for i, c := range cells {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-textWidth(c))
			if numeric[i] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		_, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		return err
	}
	if err := print(columns); err != nil {
		return err
	}
	rules := make([]string, len(columns))
	for i := range rules {
		rules[i] = strings.Repeat("─", widths[i])
	}
	if err := print(rules); err != nil {
		return err
	}
	for _, cells := range lines {
		if err := print(cells); err != nil {
			return err
		}
	}
	return nil
}

// cellText writes a value without anything around it; nil is empty.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// visible replaces what a terminal would obey.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}

// textWidth returns the columns that s takes on a terminal.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// shorten cuts s to a width, with an ellipsis where something is lost.
func shorten(s string, most int) string {
	if textWidth(s) <= most {
		return s
	}
	n := 1
	for i, r := range s {
		if n += runeWidth(r); n > most {
			return s[:i] + "…"
		}
	}
	return s
}
