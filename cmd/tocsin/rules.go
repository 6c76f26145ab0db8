package main

// tocsin rules: what a linguist asks of the phrase files, without reading code.

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tocsin/extract"
	"tocsin/extract/phrase"
)

func (p *program) rulesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "Check, show and try the phrase files",
		Long: `All that is known of a language stands in plain-text files, a folder a language, a file
for each dimension of meaning. These commands check them, show what a line stands for, and
try them on a sentence. With --lang-dir the files of a folder replace those of the program,
so that nothing has to be built to try a change.`,
		Example: `  tocsin rules check
  tocsin rules try --lang fr "La panne a duré trois heures et demie."`,
		RunE: parent,
		Args: cobra.ArbitraryArgs,
	}
	c.AddCommand(p.rulesCheckCommand(), p.rulesShowCommand(), p.rulesTryCommand(), p.rulesGapsCommand())
	return c
}

func (p *program) rulesCheckCommand() *cobra.Command {
	var langDir string
	c := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Read the phrase files and run their examples",
		Long: `Check reads the phrase files and runs every example under the sayings. It tells all that
is wrong, each with file and line. DIR is a folder of language folders that is laid over
the files of the program.`,
		Example: `  tocsin rules check
  tocsin rules check ./extract/lang`,
		Args: between(0, 1, "one folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				langDir = args[0]
			}
			x, err := p.extractor(langDir)
			if err != nil {
				return err
			}
			var rows [][]any
			wrong := 0
			for _, tag := range x.Tags() {
				r, err := x.Rules(tag)
				var errs phrase.Errors
				if err == nil {
					errs = r.Check()
				} else if !errors.As(err, &errs) {
					return err
				}
				for _, e := range errs {
					p.complain(e, "")
				}
				wrong += len(errs)
				if err != nil {
					continue
				}
				sayings, examples := 0, 0
				for _, f := range r.Files {
					sayings += len(f.Sayings)
					examples += len(f.Examples)
				}
				rows = append(rows, []any{tag, len(r.Files), sayings, examples, len(errs)})
			}
			if err := printRows(p.out, "table", []string{"language", "files", "sayings", "examples", "errors"}, listed(rows)); err != nil {
				return err
			}
			if wrong > 0 {
				return errTold
			}
			return nil
		},
	}
	addLangDir(c, &langDir)
	return c
}

func (p *program) rulesShowCommand() *cobra.Command {
	var langDir string
	c := &cobra.Command{
		Use:   "show FILE:LINE",
		Short: "Print the plain sayings that a line stands for",
		Long: `Show prints the name that a line of a phrase file gives, the saying as it is written, and
the plain sayings that its marks stand for. FILE:LINE is what records and the database give
as the rule of a value.`,
		Example: `  tocsin rules show fr/cause.txt:14`,
		Args:    between(1, 1, "a rule, FILE:LINE"),
		RunE: func(c *cobra.Command, args []string) error {
			x, err := p.extractor(langDir)
			if err != nil {
				return err
			}
			tag := path.Base(path.Dir(args[0]))
			if !slices.Contains(x.Tags(), tag) {
				tag = x.Tags()[0] // what is common to all languages stands in each
			}
			r, err := x.Rules(tag)
			if err != nil {
				return err
			}
			s, plain, err := r.Show(args[0])
			if err != nil {
				return hinted{err, "give the file as it stands below extract/lang, such as " + tag + "/cause.txt:14"}
			}
			fmt.Fprintf(p.out, "%s:%d: %s\n    %s\n", s.File, s.Line, s.Name.Text, strings.TrimSpace(s.Text))
			for _, line := range plain {
				fmt.Fprintf(p.out, "%s\n", line)
			}
			return nil
		},
	}
	addLangDir(c, &langDir)
	return c
}

func (p *program) rulesTryCommand() *cobra.Command {
	var langDir, tag, format string
	c := &cobra.Command{
		Use:   "try --lang TAG TEXT…",
		Short: "Show what the phrase files find in a text",
		Long: `Try runs the phrase files of one language over a text and prints everything that is found:
the dimension, what it means in the form that examples use, the words, and the line that
found it.`,
		Example: `  tocsin rules try --lang fr "La panne a duré trois heures et demie."
  tocsin rules try --lang zh 机房断电导致服务中断约三个小时。`,
		Args: between(1, -1, "a text"),
		RunE: func(c *cobra.Command, args []string) error {
			x, err := p.extractor(langDir)
			if err != nil {
				return err
			}
			if tag == "" {
				return usage(c, "which language is it: give --lang with one of %s", strings.Join(x.Tags(), ", "))
			}
			if !slices.Contains(x.Tags(), tag) {
				return usage(c, "there are no phrase files for language %q: choose one of %s", tag, strings.Join(x.Tags(), ", "))
			}
			r, err := x.Rules(tag)
			if err != nil {
				return err
			}
			var rows [][]any
			for _, text := range args {
				for _, m := range r.Scan(text).Matches {
					rows = append(rows, []any{m.Dim, r.Describe(m), m.Words(), m.Rule})
				}
			}
			return printRows(p.out, format, []string{"dimension", "meaning", "words", "rule"}, listed(rows))
		},
	}
	c.Flags().StringVar(&tag, "lang", "", "language of the text, such as fr")
	addLangDir(c, &langDir)
	addFormat(c, &format, "table", "csv", "jsonl", "markdown")
	return c
}

func (p *program) rulesGapsCommand() *cobra.Command {
	var langDir, format string
	c := &cobra.Command{
		Use:   "gaps",
		Short: "List what a language cannot say yet",
		Long: `Gaps lists the names of closed lists for which a language has no saying. A cause that has
none is never found in a text of that language.`,
		Example: `  tocsin rules gaps
  tocsin rules gaps --lang-dir ./mylang --format csv`,
		Args: between(0, 0, ""),
		RunE: func(c *cobra.Command, args []string) error {
			x, err := p.extractor(langDir)
			if err != nil {
				return err
			}
			var rows [][]any
			for _, tag := range x.Tags() {
				r, err := x.Rules(tag)
				if err != nil {
					return err
				}
				for _, g := range r.Gaps() {
					file, name, _ := strings.Cut(g, ": ")
					rows = append(rows, []any{tag, file, name})
				}
			}
			return printRows(p.out, format, []string{"language", "file", "name"}, listed(rows))
		},
	}
	addLangDir(c, &langDir)
	addFormat(c, &format, "table", "csv", "jsonl", "markdown")
	return c
}

// extractor returns an extractor without the rest of a desk, which rules does not need.
func (p *program) extractor(langDir string) (*extract.Extractor, error) {
	files, err := phraseFiles(langDir)
	if err != nil {
		return nil, err
	}
	return extract.New(files)
}
