package main

import (
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tocsin/fixtures"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tocsin": func() { os.Exit(run(os.Args[1:])) },
	})
}

// TestScripts runs testdata/*.txt, one script a command. Beside the commands of testscript
// they have
//
//	serve [SITE…]    serves sites of package fixtures, writes the file sources.txt that names
//	                 them, and sets $SITE to the address of the last one named
//	hex FILE DIGITS  writes bytes that text cannot hold
//	sqlite FILE SQL  does to a database what no command would do
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Condition: func(cond string) (bool, error) {
			return cond == "root" && os.Getuid() == 0, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": func(ts *testscript.TestScript, _ bool, args []string) {
				server, err := fixtures.Start(fixtures.Options{Only: args})
				ts.Check(err)
				ts.Defer(server.Close)
				ts.Check(os.WriteFile(ts.MkAbs("sources.txt"), []byte(server.Sources()), 0o644))
				if len(args) > 0 {
					ts.Setenv("SITE", server.URL(args[len(args)-1]))
				}
			},
			"hex": func(ts *testscript.TestScript, _ bool, args []string) {
				b, err := hex.DecodeString(args[1])
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
			},
			"sqlite": func(ts *testscript.TestScript, _ bool, args []string) {
				d, err := sql.Open("sqlite3", ts.MkAbs(args[0]))
				ts.Check(err)
				_, err = d.Exec(args[1])
				ts.Check(err)
				ts.Check(d.Close())
			},
		},
	})
}

// commands returns every command of the program.
func commands() []*cobra.Command {
	p := &program{in: strings.NewReader(""), out: &strings.Builder{}, err: &strings.Builder{}, now: time.Now}
	var all []*cobra.Command
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		all = append(all, c)
		for _, sub := range c.Commands() {
			add(sub)
		}
	}
	add(p.root())
	return all
}

func TestHelp(t *testing.T) {
	for _, c := range commands() {
		switch {
		case c.Short == "" || strings.HasSuffix(c.Short, "."):
			t.Errorf("%s: short help is %q: want a line without a full stop", c.CommandPath(), c.Short)
		case !strings.HasSuffix(c.Long, "."):
			t.Errorf("%s: long help is no sentence", c.CommandPath())
		case !strings.Contains(c.Example, "tocsin"):
			t.Errorf("%s: help has no example", c.CommandPath())
		}
		// An example names commands and flags that exist.
		for line := range strings.Lines(c.Example) {
			_, line, _ = strings.Cut(line, "tocsin ")
			words := strings.Fields(line)
			found, rest, err := c.Root().Find(words)
			if err != nil || found == c.Root() && len(words) > 0 {
				t.Errorf("%s: example %q names no command", c.CommandPath(), line)
				continue
			}
			for _, w := range rest {
				name, _, _ := strings.Cut(strings.TrimLeft(w, "-"), "=")
				if strings.HasPrefix(w, "--") && lookup(found, name) == nil {
					t.Errorf("%s: example %q: there is no flag %s", c.CommandPath(), line, w)
				}
			}
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: help is %q", c.CommandPath(), f.Name, f.Usage)
			}
		})
	}
}

func lookup(c *cobra.Command, flag string) *pflag.Flag {
	c.InitDefaultHelpFlag()
	if f := c.Flags().Lookup(flag); f != nil {
		return f
	}
	return c.InheritedFlags().Lookup(flag)
}

// Every command has a script that is named for it.
func TestEachCommandHasAScript(t *testing.T) {
	for _, c := range commands() {
		if c.Parent() != c.Root() || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		if _, err := os.Stat(filepath.Join("testdata", c.Name()+".txt")); err != nil {
			t.Errorf("%s has no script: %v", c.CommandPath(), err)
		}
	}
}
