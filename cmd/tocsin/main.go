package main

// The rules of this program's voice: data on standard output; on standard error lines that
// begin with "tocsin: error: " or "tocsin: hint: ", lower case, no full stop; a hint is the
// command to type where it can be worked out. Long work tells its progress on a terminal,
// and a line a minute elsewhere.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones of outlets; a machine may have none

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 3
)

// grace is how long a command may take to put things away after an interrupt.
const grace = 1800 * time.Millisecond

func main() {
	os.Exit(run(os.Args[1:]))
}

// run runs one command and returns the exit code.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{
		in:  os.Stdin,
		out: os.Stdout,
		err: os.Stderr,
		now: time.Now,
		tty: term.IsTerminal(int(os.Stderr.Fd())),
	}
	done := make(chan error, 1)
	go func() {
		root := p.root()
		root.SetArgs(args)
		done <- root.ExecuteContext(ctx)
	}()
	select {
	case err := <-done:
		return p.finish(ctx, err)
	case <-ctx.Done():
		// A second interrupt ends the program at once.
		stop()
	}
	select {
	case err := <-done:
		return p.finish(ctx, err)
	case <-time.After(grace):
		// What is in the database is whole: writing is one transaction after the other.
		return p.finish(ctx, context.Canceled)
	}
}

// A program is what all commands share. It is made once, in run.
type program struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	tty      bool   // standard error is a terminal
	resume   string // the hint after an interrupt, set by commands that can go on

	verbose bool
}

// root returns the tree of commands.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tocsin",
		Short: "Find coverage of online-service incidents and read the facts from it",
		Long: `Tocsin finds coverage of online-service incidents in Chinese, French and English,
reads from each document what happened to which service, when, for how long, to how
many and why, and keeps every value beside the words that say so in one SQLite file.`,
		Example: `  tocsin demo
  tocsin crawl --db incidents.db https://status.example.com/history.atom
  tocsin query --db incidents.db 'SELECT * FROM incident_summary'`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          parent,
		Args:          cobra.ArbitraryArgs,
	}
	root.PersistentFlags().BoolVarP(&p.verbose, "verbose", "v", false, "tell on standard error what is done")
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(c, "%w", err)
	})
	root.AddCommand(
		p.demoCommand(),
		p.crawlCommand(),
		p.importCommand(),
		p.rebuildCommand(),
		p.queryCommand(),
		p.exportCommand(),
		p.statusCommand(),
		p.extractCommand(),
		p.mentionsCommand(),
		p.evalCommand(),
		p.rulesCommand(),
		p.sourcesCommand(),
	)
	return root
}

// parent is the RunE of a command that only has commands below it.
func parent(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	err := fmt.Errorf("%s has no command %q", c.CommandPath(), args[0])
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return usageError{err, "did you mean " + c.CommandPath() + " " + near[0]}
	}
	return usage(c, "%w", err)
}

// finish tells the error, if there is one, and returns the exit code.
func (p *program) finish(ctx context.Context, err error) int {
	var wrong usageError
	var failed hinted
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrong):
		p.complain(err, wrong.hint)
		return exitUsage
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "interrupted")):
		hint := p.resume
		if hint == "" {
			hint = "nothing was left half done; run the same command again"
		}
		p.complain(errors.New("interrupted"), hint)
		return exitInterrupted
	case errors.As(err, &failed):
		p.complain(err, failed.hint)
	case errors.Is(err, errTold):
	default:
		p.complain(err, "")
	}
	return exitFailed
}

// complain writes err, a line of it a line, and a hint.
func (p *program) complain(err error, hint string) {
	for line := range strings.SplitSeq(strings.TrimRight(err.Error(), "\n"), "\n") {
		fmt.Fprintf(p.err, "tocsin: error: %s\n", line)
	}
	if hint != "" {
		p.hint("%s", hint)
	}
}

func (p *program) hint(format string, args ...any) {
	fmt.Fprintf(p.err, "tocsin: hint: %s\n", fmt.Sprintf(format, args...))
}

// errTold fails a command whose errors stand on standard error already.
var errTold = errors.New("some of it failed")

// A usageError is a wrong use of a command: exit code 2.
type usageError struct {
	error
	hint string
}

func (e usageError) Unwrap() error { return e.error }

// usage returns a usageError that points to the help of c.
func usage(c *cobra.Command, format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...), fmt.Sprintf("see %s --help", c.CommandPath())}
}

// A hinted error failed, and there is a way out.
type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }

// between checks the number of arguments; most < 0 means any number. what names them.
func between(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usage(c, "%s needs %s", c.CommandPath(), what)
		case most == 0 && len(args) > 0:
			return usage(c, "%s takes no argument, and got %q", c.CommandPath(), args[0])
		case most >= 0 && len(args) > most:
			return usage(c, "%s takes %s, and got %q besides", c.CommandPath(), what, args[most])
		}
		return nil
	}
}

// log returns the logger of a command: warnings, and with --verbose all.
func (p *program) log() *slog.Logger {
	level := slog.LevelWarn
	if p.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level}))
}
