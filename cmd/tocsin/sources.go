package main

// tocsin sources: the hand-edited list of where coverage is looked for.

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (p *program) sourcesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sources",
		Short: "List and check where coverage is looked for",
		Long: `Sources are written by hand in a text file: a name, a reader and a URL at the margin,
settings key=value behind or indented below. The program holds one such file; crawl and
these commands take another with --sources.`,
		Example: `  tocsin sources list
  tocsin sources check my-sources.txt`,
		RunE: parent,
		Args: cobra.ArbitraryArgs,
	}
	c.AddCommand(p.sourcesListCommand(), p.sourcesCheckCommand())
	return c
}

func (p *program) sourcesListCommand() *cobra.Command {
	var file, format string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the sources",
		Long:  `List prints the sources of the program, or of another file.`,
		Example: `  tocsin sources list
  tocsin sources list --sources my-sources.txt --format csv`,
		Args: between(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			sources, err := readSources(file)
			if err != nil {
				return err
			}
			var rows [][]any
			for _, s := range sources {
				rows = append(rows, []any{s.Name, s.Reader, s.Lang, s.Channel, s.URL})
			}
			return printRows(p.out, format, []string{"name", "reader", "lang", "channel", "url"}, listed(rows))
		},
	}
	c.Flags().StringVar(&file, "sources", "", "sources file to use in place of the one in the program")
	addFormat(c, &format, "table", "csv", "jsonl", "markdown")
	return c
}

func (p *program) sourcesCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "check [FILE]",
		Short:   "Read a sources file and tell all that is wrong",
		Long:    `Check reads a sources file, or the one of the program, and tells every mistake with its line.`,
		Example: `  tocsin sources check my-sources.txt`,
		Args:    between(0, 1, "one file"),
		RunE: func(c *cobra.Command, args []string) error {
			file, name := "", "the sources of the program"
			if len(args) == 1 {
				file, name = args[0], args[0]
			}
			sources, err := readSources(file)
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "%d sources in %s, no mistake\n", len(sources), name)
			return nil
		},
	}
}
