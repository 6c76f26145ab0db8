package db

// Limits of a source hold in the frontier: a task that lies too deep, or comes when the
// source has spent its pages, is kept in state skipped with the reason. A later run, or
// wider limits, bring it back.

import (
	"context"
	"database/sql"
	"fmt"

	"tocsin/crawler"
)

// SaveSources stores sources by name for a run that begins, and applies their limits to
// the tasks that are waiting or were skipped. Where tasks of a source are still waiting,
// its last run was broken off, and this one goes on with what is left of its pages.
func (s *Store) SaveSources(ctx context.Context, sources ...crawler.Source) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		for _, c := range sources {
			if err := saveSource(tx, c); err != nil {
				return fmt.Errorf("source %s: %w", c.Name, err)
			}
		}
		return nil
	})
}

func saveSource(tx *sql.Tx, c crawler.Source) error {
	// A page is followed to a depth; what a feed or a sitemap leads to is its content.
	depth := -1
	if c.Reader == "article" {
		depth = c.Depth
	}
	if _, err := tx.Exec(`INSERT INTO source (name, url, reader, lang, zone, channel, delay_ms, max_depth, max_pages)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET url = excluded.url, reader = excluded.reader, lang = excluded.lang, zone = excluded.zone,
			channel = excluded.channel, delay_ms = excluded.delay_ms, max_depth = excluded.max_depth, max_pages = excluded.max_pages`,
		c.Name, c.URL, c.Reader, c.Lang, c.Zone, c.Channel, c.Delay.Milliseconds(), depth, max(c.MaxPages, 0)); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE source SET spent = 0 WHERE name = ?1
		AND NOT EXISTS (SELECT 1 FROM task WHERE source = ?1 AND state IN ('queued', 'leased'))`, c.Name); err != nil {
		return err
	}
	if host := crawler.Host(c.URL); host != "" {
		if _, err := tx.Exec(`INSERT INTO host (name, pause_ms) VALUES (?, ?) ON CONFLICT DO UPDATE SET pause_ms = excluded.pause_ms`,
			host, c.Delay.Milliseconds()); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE task SET state = 'queued', reason = '' WHERE source = ? AND state = 'skipped'`, c.Name); err != nil {
		return err
	}
	if depth >= 0 {
		if _, err := tx.Exec(`UPDATE task SET state = 'skipped', reason = 'too deep' WHERE source = ? AND state = 'queued' AND depth > ?`,
			c.Name, depth); err != nil {
			return err
		}
	}
	if err := spend(tx, c.Name); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE host SET `+readyOf+` WHERE name IN (SELECT host FROM task WHERE source = ?)`, c.Name)
	return err
}

// spend skips what is queued of a source whose pages are spent. Tasks that were lent
// before have been paid for.
func spend(tx *sql.Tx, source string) error {
	_, err := tx.Exec(`UPDATE task SET state = 'skipped', reason = 'page limit of the source' WHERE source = ?1 AND state = 'queued' AND attempts = 0
		AND EXISTS (SELECT 1 FROM source WHERE name = ?1 AND max_pages > 0 AND spent >= max_pages)`, source)
	return err
}

// readyOf sets when a host may give a task: when it may be asked and one is due.
const readyOf = `ready_ms = max(next_ms, coalesce((SELECT min(due_ms) FROM task WHERE task.host = host.name AND task.state = 'queued'), 0))`
