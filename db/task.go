package db

// A task is one row for one URL, however often it is added. Most links of a page are
// known already, so the frontier remembers, within bounds, what it has added, and asks
// the database only for the rest.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"

	"tocsin/crawler"
)

// Add implements [crawler.Frontier].
func (f *Frontier) Add(ctx context.Context, tasks ...crawler.Task) (n int, err error) {
	tasks = f.known.unknown(tasks)
	err = f.store.update(ctx, func(tx *sql.Tx) error {
		n, err = f.add(tx, tasks)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("adding tasks: %w", err)
	}
	f.known.learn(tasks)
	return n, nil
}

// A batch is the tasks of one host that are added together, as rows for insertTasks.
type batch struct {
	rows    [][]any
	shorter bool // some are of a source with a limit of depth
}

// insertTasks takes tasks as a JSON list of lists: a page has dozens of links, most of
// them known, and one statement for all of them costs a fifth of one each.
const insertTasks = `INSERT INTO task (url, host, reader, source, depth, priority, due_ms, referrer, hops, state, reason)
	SELECT value ->> 0, ?1, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9
	FROM json_each(?2) WHERE true ORDER BY key ON CONFLICT DO NOTHING`

// Which way leads to a page first is chance. The one with most links to go decides whether
// it lies too deep, and which of what it leads to is followed: of one source the shortest
// way, of two sources that of the one that may go deeper from there.
const shortenTasks = `UPDATE task SET depth = n.depth, source = n.source, state = 'queued', reason = ''
	FROM (SELECT value ->> 0 AS url, value ->> 2 AS source, min(value ->> 3) AS depth FROM json_each(?1) WHERE value ->> 8 = 'queued' GROUP BY 1, 2) n
	WHERE task.url = n.url AND (task.state = 'queued' OR task.state = 'skipped' AND task.reason = 'too deep')
		AND coalesce((SELECT max(max_depth, 0) FROM source WHERE name = n.source), 0) - n.depth
			> coalesce((SELECT max(max_depth, 0) FROM source WHERE name = task.source), 0) - task.depth`

func (f *Frontier) add(tx *sql.Tx, tasks []crawler.Task) (int, error) {
	type limit struct {
		depth int // -1 none
		spent bool
	}
	limits := map[string]limit{}
	batches := map[string]*batch{}
	var hosts []string
	for _, t := range tasks {
		l, ok := limits[t.Source]
		if !ok {
			l.depth = -1
			err := tx.QueryRow(`SELECT max_depth, max_pages > 0 AND spent >= max_pages FROM source WHERE name = ?`, t.Source).Scan(&l.depth, &l.spent)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return 0, err
			}
			limits[t.Source] = l
		}
		host := crawler.Host(t.URL)
		if host == "" {
			return 0, fmt.Errorf("task %q has no host: give an absolute http or https URL", t.URL)
		}
		b := batches[host]
		if b == nil {
			b = &batch{}
			batches[host] = b
			hosts = append(hosts, host)
		}
		state, reason := "queued", ""
		switch {
		case l.depth >= 0 && t.Depth > l.depth:
			state, reason = "skipped", "too deep"
		case l.spent:
			state, reason = "skipped", "page limit of the source"
		}
		b.shorter = b.shorter || l.depth >= 0
		b.rows = append(b.rows, []any{t.URL, t.Reader, t.Source, t.Depth, t.Priority, millis(t.Due), t.Referrer, t.Hops, state, reason})
	}
	added := 0
	for _, host := range hosts {
		n, err := f.addBatch(tx, host, batches[host])
		if err != nil {
			return 0, err
		}
		added += n
	}
	return added, nil
}

func (f *Frontier) addBatch(tx *sql.Tx, host string, b *batch) (int, error) {
	rows, err := marshal(b.rows)
	if err != nil {
		return 0, err
	}
	// A host that is new has waited since now.
	if _, err := tx.Exec(`INSERT INTO host (name, next_ms, ready_ms) VALUES (?1, ?2, ?2) ON CONFLICT DO NOTHING`, host, f.clock.Load()); err != nil {
		return 0, err
	}
	added, err := affected(tx.Exec(insertTasks, host, string(rows)))
	if err != nil {
		return 0, err
	}
	changed := added
	if b.shorter {
		n, err := affected(tx.Exec(shortenTasks, string(rows)))
		if err != nil {
			return 0, err
		}
		changed += n
	}
	if changed == 0 {
		return 0, nil
	}
	return added, ready(tx, host)
}

// affected returns how many rows a statement changed.
func affected(r sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// Requeue queues tasks again that are done, failed or skipped, such as a feed that is to
// be read again, and adds those that are new. It returns how many are queued by it.
func (f *Frontier) Requeue(ctx context.Context, tasks ...crawler.Task) (n int, err error) {
	err = f.store.update(ctx, func(tx *sql.Tx) error {
		if n, err = f.add(tx, tasks); err != nil {
			return err
		}
		for _, t := range tasks {
			res, err := tx.Exec(`UPDATE task SET state = 'queued', reason = '', attempts = 0, due_ms = ? WHERE url = ? AND state IN ('done', 'failed', 'skipped')`,
				millis(t.Due), t.URL)
			if err != nil {
				return err
			}
			again, err := res.RowsAffected()
			if err != nil {
				return err
			}
			n += int(again)
			if _, err := tx.Exec(`UPDATE host SET `+readyOf+` WHERE name = ?`, crawler.Host(t.URL)); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// maxKnown bounds what is remembered: at a hundred bytes a URL, some 15 MB.
const maxKnown = 100_000

// A known is the tasks that are surely in the database, each with the least depth at which
// it was added by each source. Adding one of them at that depth or below changes nothing.
type known struct {
	mu    sync.Mutex
	depth map[way]int
}

type way struct{ url, source string }

// unknown returns the tasks that have to be added.
func (k *known) unknown(tasks []crawler.Task) []crawler.Task {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(tasks), func(t crawler.Task) bool {
		depth, ok := k.depth[way{t.URL, t.Source}]
		return ok && depth <= t.Depth
	})
}

// learn remembers tasks whose transaction is through.
func (k *known) learn(tasks []crawler.Task) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.depth == nil || len(k.depth)+len(tasks) > maxKnown {
		k.depth = make(map[way]int)
	}
	for _, t := range tasks {
		w := way{t.URL, t.Source}
		if depth, ok := k.depth[w]; !ok || t.Depth < depth {
			k.depth[w] = t.Depth
		}
	}
}
