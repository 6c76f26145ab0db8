package main

// tocsin mentions: JSON lines in, the values seen in each out, for trying and scoring.
//
//	in   {"id": "1", "lang": "fr", "input": "une heure et demie", "reference": "2021-06-14T01:06:40+02:00"}
//	out  {"id": "1", "ents": [{"start": 0, "length": 18, "type": "duration", "values": […]}]}
//
// start and length count code points.

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tocsin/extract"
)

func (p *program) mentionsCommand() *cobra.Command {
	var langDir, tag, reference, format string
	c := &cobra.Command{
		Use:   "mentions",
		Short: "Print the values seen in each JSON line of standard input",
		Long: `Mentions reads JSON lines with "id", "input", "lang" and "reference" (the moment from which
relative words are told), and prints for each the times, durations and numbers that are
seen in it, as the suites of other parsers expect them. --lang and --reference stand in
for lines that have none.`,
		Example: `  echo '{"id":"1","lang":"fr","input":"une heure et demie"}' | tocsin mentions
  tocsin mentions --lang zh --reference 2026-08-17T10:00:00+08:00 < lines.jsonl`,
		Args: between(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			from := p.now()
			if reference != "" {
				t, err := parseReference(reference)
				if err != nil {
					return usage(c, "--reference: %w", err)
				}
				from = t
			}
			x, err := p.extractor(langDir)
			if err != nil {
				return err
			}
			if tag != "" && !slices.Contains(x.Tags(), tag) {
				return usage(c, "there are no phrase files for language %q: choose one of %s", tag, strings.Join(x.Tags(), ", "))
			}
			return p.mentions(c.Context(), x, tag, from)
		},
	}
	c.Flags().StringVar(&tag, "lang", "", "language of lines that name none")
	c.Flags().StringVar(&reference, "reference", "", "moment from which relative words are told, for lines that name none (default now)")
	addLangDir(c, &langDir)
	addFormat(c, &format, "jsonl")
	return c
}

// A mentionLine is a line of input; what is in it beside is ignored.
type mentionLine struct {
	ID        json.RawMessage `json:"id"`
	Input     string          `json:"input"`
	Lang      string          `json:"lang"`
	Reference string          `json:"reference"`
}

func (p *program) mentions(ctx context.Context, x *extract.Extractor, tag string, from time.Time) error {
	type numbered struct {
		n    int
		text []byte
		err  error
	}
	type result struct {
		line []byte
		err  error
	}
	lines := func(yield func(numbered) bool) {
		r := bufio.NewReader(p.in)
		for n := 1; ; n++ {
			text, err := r.ReadBytes('\n')
			if len(strings.TrimSpace(string(text))) > 0 && !yield(numbered{n: n, text: text}) {
				return
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(numbered{n: n, err: err})
				}
				return
			}
		}
	}
	out := bufio.NewWriter(p.out)
	failed := false
	for r := range inOrder(ctx, lines, func(l numbered) result {
		if l.err == nil {
			var line []byte
			if line, l.err = mentionsOf(x, l.text, tag, from); l.err == nil {
				return result{line: line}
			}
		}
		return result{err: fmt.Errorf("line %d: %w", l.n, l.err)}
	}) {
		if r.err != nil {
			failed = true
			p.complain(r.err, "")
			continue
		}
		if _, err := out.Write(append(r.line, '\n')); err != nil {
			return err
		}
	}
	if err := errors.Join(out.Flush(), ctx.Err()); err != nil {
		return err
	}
	if failed {
		return errTold
	}
	return nil
}

// mentionsOf returns the line of output for a line of input.
func mentionsOf(x *extract.Extractor, text []byte, tag string, from time.Time) ([]byte, error) {
	var l mentionLine
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, err
	}
	if l.Lang != "" {
		tag, _, _ = strings.Cut(l.Lang, "-")
	}
	if tag == "" {
		return nil, errors.New("names no language: give it one, or --lang")
	}
	if l.Reference != "" {
		t, err := parseReference(l.Reference)
		if err != nil {
			return nil, err
		}
		from = t
	}
	rules, err := x.Rules(tag)
	if err != nil {
		return nil, err
	}
	found := extract.Entities(rules, l.Input, from)
	if found == nil {
		found = []extract.Entity{}
	}
	if l.ID == nil {
		l.ID = json.RawMessage("null")
	}
	return json.Marshal(struct {
		ID   json.RawMessage  `json:"id"`
		Ents []extract.Entity `json:"ents"`
	}{l.ID, found})
}

// parseReference reads a moment in ISO 8601.
func parseReference(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("reference %q is no moment: want one such as 2026-08-17T10:00:00+08:00", s)
}
