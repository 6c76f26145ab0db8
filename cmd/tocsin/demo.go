package main

// tocsin demo: serves the sites of package fixtures on this machine, crawls them over HTTP
// as any others, and prints the incidents that they tell of.

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tocsin/crawler"
	"tocsin/db"
	"tocsin/fixtures"
)

// demoPort is the port of the first site. With fixed ports the URLs of the demo, and with
// them its output, are the same in each run.
const demoPort = 18700

func (p *program) demoCommand() *cobra.Command {
	var file, format string
	var serve bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Crawl sites that come with the program, and print the incidents",
		Long: `Demo serves a few small web sites in three languages on 127.0.0.1, crawls them over HTTP as
crawl does, and prints the incidents that they tell of. The outages are real, the sites and
their sentences are not. Nothing leaves this machine.`,
		Example: `  tocsin demo
  tocsin demo --db demo.db
  tocsin demo --serve`,
		Args: between(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			server, err := fixtures.Start(fixtures.Options{Port: demoPort})
			if err != nil {
				return fmt.Errorf("cannot serve the sites: %w", err)
			}
			defer server.Close()
			if serve {
				fmt.Fprint(p.out, server.Sources())
				p.hint("the lines above are a sources file; interrupt to end")
				<-c.Context().Done()
				return nil
			}
			return p.demo(c.Context(), server, file, format)
		},
	}
	c.Flags().StringVar(&file, "db", "", "database file to keep (default a temporary one)")
	c.Flags().BoolVar(&serve, "serve", false, "only serve the sites, and print the sources file that names them")
	addFormat(c, &format, "table", "csv", "jsonl", "markdown")
	return c
}

func (p *program) demo(ctx context.Context, server *fixtures.Server, file, format string) error {
	sources, err := crawler.Sources(strings.NewReader(server.Sources()), "sources of the demo")
	if err != nil {
		return err
	}
	kept := file != ""
	if !kept {
		dir, err := os.MkdirTemp("", "tocsin-demo-")
		if err != nil {
			return fmt.Errorf("cannot make a temporary folder: %w", err)
		}
		defer os.RemoveAll(dir)
		file = filepath.Join(dir, "demo.db")
	}
	plan := crawlPlan{db: file, perHost: 1, workers: 16, allowPrivate: true}
	if err := p.crawl(ctx, plan, sources); err != nil {
		return err
	}
	store, err := db.Open(ctx, file, db.Options{ReadOnly: true, Log: p.log(), Now: p.now})
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := store.Query(ctx, `SELECT coalesce((SELECT c.unit FROM incident_choice x JOIN claim c ON c.id = x.claim WHERE x.incident = i.id AND c.field = 'service'), service),
			coalesce(nullif(start, ''), date), duration, affected_low, affected_high, affected_kind,
			cause, cause_standing, sources, (SELECT group_concat(value, ' ') FROM json_each(languages))
		FROM incident i WHERE state = 'live' ORDER BY date = '', date, start_from, service, id`, nil, db.QueryOptions{})
	if err != nil {
		return err
	}
	var rows [][]any
	for _, r := range t.Rows {
		cause := cellText(r[6])
		if cause != "" && cellText(r[7]) != "confirmed" {
			cause += " (" + cellText(r[7]) + ")"
		}
		rows = append(rows, []any{r[0], r[1], lasting(r[2]), affected(r[3], r[4], cellText(r[5])), cause,
			fmt.Sprintf("%s (%s)", cellText(r[8]), cellText(r[9]))})
	}
	if err := printRows(p.out, format, []string{"service", "start", "duration", "affected", "cause", "sources"}, listed(rows)); err != nil {
		return err
	}
	if kept {
		p.hint("each value with its words: tocsin query --db %s evidence ID, with an ID of tocsin query --db %s incidents", file, file)
	} else {
		p.hint("tocsin demo --db demo.db keeps the database, tocsin query looks into it")
	}
	return nil
}

// lasting writes seconds as days, hours and minutes.
func lasting(v any) string {
	s, ok := v.(float64)
	if !ok {
		return ""
	}
	m := int(math.Round(s / 60))
	var parts []string
	for _, u := range []struct {
		minutes int
		name    string
	}{{24 * 60, "d"}, {60, "h"}, {1, "min"}} {
		if n := m / u.minutes; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			m %= u.minutes
		}
	}
	if parts == nil {
		return fmt.Sprintf("%.0f s", s)
	}
	return strings.Join(parts, " ")
}

// affected writes how many of what were hit.
func affected(low, high any, kind string) string {
	h, ok := high.(float64)
	if !ok {
		return ""
	}
	text := grouped(h)
	if l, ok := low.(float64); ok && l != h {
		text = grouped(l) + " to " + text
	}
	what := map[string]string{"affected_users": "users", "problem_reports": "reports"}[kind]
	return strings.TrimSpace(text + " " + what)
}

// grouped writes a whole number with its thousands apart.
func grouped(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
