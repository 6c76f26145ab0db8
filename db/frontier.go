package db

// The frontier is the tables task, host and attempt.
//
//	task     queued → leased → done | failed | queued again; or skipped by a limit
//	host     its clock; the counts of its tasks follow by triggers
//	attempt  one row a lease, whose number is the lease
//
// Next takes the first entry of index host_ready and then the first of task_best, so its
// cost does not grow with the queue. A host is ready when its clock allows and one of its
// queued tasks is due; among ready hosts, the one that has been ready longest goes first.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"tocsin/crawler"
)

// FrontierOptions of [Store.Frontier].
type FrontierOptions struct {
	PerHost int           // leases of one host at a time; 0 means 1
	Delay   time.Duration // pause of a host after an answer where its source sets none
	Lease   time.Duration // how long a lease lasts; 0 means 3 minutes
}

// A Frontier is a [crawler.Frontier] that survives the program.
type Frontier struct {
	store *Store
	opt   FrontierOptions
	clock atomic.Int64 // latest moment that a caller named, in Unix milliseconds
	known known        // tasks that need not be added again
}

var _ crawler.Frontier = (*Frontier)(nil)

// Frontier returns the frontier of the database. One process uses it at a time.
func (s *Store) Frontier(opt FrontierOptions) *Frontier {
	opt.PerHost = max(opt.PerHost, 1)
	if opt.Lease <= 0 {
		opt.Lease = 3 * time.Minute
	}
	return &Frontier{store: s, opt: opt}
}

// What Next asks of the database. Each is answered by the first entry of an index.
const (
	nextHost = `SELECT name, ready_ms, pause_ms, delay_ms FROM host WHERE queued > 0 AND leased < ?
		ORDER BY ready_ms, turn LIMIT 1`
	// Pages nearer to where a source begins come first: by whatever way it is reached first, a
	// page is then reached by the shortest.
	nextTask = `SELECT id, due_ms, priority, depth FROM task WHERE host = ?1 AND state = 'queued'
		AND (priority < ?2 OR priority = ?2 AND depth > ?3) ORDER BY priority DESC, depth, due_ms, id LIMIT 1`
	nextExpiry = `SELECT min(expires_ms) FROM task WHERE state = 'leased'`
	expired    = `SELECT id FROM task WHERE state = 'leased' AND expires_ms <= ?`
)

// maxExpired is how many leases of one task may run out before it is queued afresh. A page that kills whoever fetches
// it must not kill every run.
const maxExpired = 5

// ready computes again when a host may give a task.
func ready(tx *sql.Tx, host string) error {
	_, err := tx.Exec(`UPDATE host SET `+readyOf+` WHERE name = ?`, host)
	return err
}

// Next implements [crawler.Frontier].
func (f *Frontier) Next(ctx context.Context, now time.Time) (l crawler.Lease, wait time.Duration, err error) {
	f.see(now)
	done := false
	err = f.store.update(ctx, func(tx *sql.Tx) error {
		l, wait, err = f.next(tx, now)
		if done = errors.Is(err, crawler.ErrDone); done {
			return nil // a lease that ran out for the last time is written down
		}
		return err
	})
	switch {
	case err != nil:
		return crawler.Lease{}, 0, fmt.Errorf("next task: %w", err)
	case done:
		return crawler.Lease{}, 0, crawler.ErrDone
	}
	return l, wait, nil
}

func (f *Frontier) see(now time.Time) {
	for ms := millis(now); ; {
		if seen := f.clock.Load(); ms <= seen || f.clock.CompareAndSwap(seen, ms) {
			return
		}
	}
}

func (f *Frontier) next(tx *sql.Tx, now time.Time) (crawler.Lease, time.Duration, error) {
	var l crawler.Lease
	at := millis(now)
	if err := f.expire(tx, at); err != nil {
		return l, 0, err
	}
	var host string
	var readyAt, pause, delay int64
	err := tx.QueryRow(nextHost, f.opt.PerHost).Scan(&host, &readyAt, &pause, &delay)
	none := errors.Is(err, sql.ErrNoRows)
	if err != nil && !none {
		return l, 0, err
	}
	if none || readyAt > at {
		wait, err := f.wait(tx, at, readyAt, none)
		return l, wait, err
	}
	id, due, err := f.best(tx, host, at)
	if err != nil {
		return l, 0, err
	}
	var attempts int
	var spent bool
	if err := tx.QueryRow(`SELECT url, reader, source, depth, priority, referrer, hops, attempts FROM task WHERE id = ?`, id).
		Scan(&l.URL, &l.Reader, &l.Source, &l.Depth, &l.Priority, &l.Referrer, &l.Hops, &attempts); err != nil {
		return l, 0, err
	}
	if due > 0 {
		l.Due = time.UnixMilli(due).UTC()
	}
	l.Attempt = attempts + 1
	l.Expires = now.Add(f.opt.Lease)
	own := f.pause(pause)
	l.Delay = max(own, time.Duration(delay)*time.Millisecond)
	res, err := tx.Exec(`INSERT INTO attempt (task, number, began) VALUES (?, ?, ?)`, id, l.Attempt, now.Unix())
	if err != nil {
		return l, 0, err
	}
	if l.ID, err = res.LastInsertId(); err != nil {
		return l, 0, err
	}
	if _, err := tx.Exec(`UPDATE task SET state = 'leased', attempts = attempts + 1, lease = ?, expires_ms = ? WHERE id = ?`,
		l.ID, millis(l.Expires), id); err != nil {
		return l, 0, err
	}
	if l.Attempt == 1 {
		err := tx.QueryRow(`UPDATE source SET spent = spent + 1 WHERE name = ? RETURNING max_pages > 0 AND spent >= max_pages`, l.Source).Scan(&spent)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return l, 0, err
		}
		if spent {
			if err := f.stop(tx, l.Source); err != nil {
				return l, 0, err
			}
		}
	}
	// Where a host may be asked by several at a time, they begin one pause apart.
	if _, err := tx.Exec(`UPDATE host SET next_ms = max(next_ms, ?), turn = ? WHERE name = ?`,
		at+own.Milliseconds(), l.ID, host); err != nil {
		return l, 0, err
	}
	return l, 0, ready(tx, host)
}

// pause returns how long a host rests after an answer if it asks for no more, given what
// its source sets in milliseconds.
func (f *Frontier) pause(ms int64) time.Duration {
	if ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return f.opt.Delay
}

// stop skips what is left of a source that has spent its pages.
func (f *Frontier) stop(tx *sql.Tx, source string) error {
	hosts, err := column[string](tx, `SELECT DISTINCT host FROM task WHERE source = ? AND state = 'queued'`, source)
	if err != nil {
		return err
	}
	if err := spend(tx, source); err != nil {
		return err
	}
	for _, host := range hosts {
		if err := ready(tx, host); err != nil {
			return err
		}
	}
	return nil
}

// best returns the task of a ready host to lend at a moment: the first that is due, of the
// highest priority that has one. It asks once for each priority, not for each task.
func (f *Frontier) best(tx *sql.Tx, host string, at int64) (id, due int64, err error) {
	priority, depth := int64(1)<<62, int64(0)
	for {
		err := tx.QueryRow(nextTask, host, priority, depth).Scan(&id, &due, &priority, &depth)
		if err != nil {
			return 0, 0, fmt.Errorf("host %s is ready and has no task that is due: %w", host, err)
		}
		if due <= at {
			return id, due, nil
		}
	}
}

// wait returns how long it takes until a host is ready or a lease runs out.
func (f *Frontier) wait(tx *sql.Tx, at, readyAt int64, none bool) (time.Duration, error) {
	var expiry sql.NullInt64
	if err := tx.QueryRow(nextExpiry).Scan(&expiry); err != nil {
		return 0, err
	}
	switch {
	case none && !expiry.Valid:
		return 0, crawler.ErrDone
	case none:
		readyAt = expiry.Int64
	case expiry.Valid:
		readyAt = min(readyAt, expiry.Int64)
	}
	return time.Duration(max(readyAt-at, 1)) * time.Millisecond, nil
}

// expire queues tasks again whose leases have run out. They keep the lease: its holder may
// still end it until the task is lent again.
func (f *Frontier) expire(tx *sql.Tx, at int64) error {
	ids, err := column[int64](tx, expired, at)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := release(tx, id, at, "lease expired"); err != nil {
			return err
		}
	}
	return nil
}

// release takes a lease back without an answer.
func release(tx *sql.Tx, task, at int64, reason string) error {
	if _, err := tx.Exec(`UPDATE attempt SET ended = ?, reason = ? WHERE id = (SELECT lease FROM task WHERE id = ?)`,
		at/1000, reason, task); err != nil {
		return err
	}
	var host string
	if err := tx.QueryRow(`UPDATE task SET expires_ms = NULL, reason = ?2,
			state = iif((SELECT count(*) FROM (SELECT reason FROM attempt WHERE task = ?1 ORDER BY id DESC LIMIT (SELECT attempts FROM task WHERE id = ?1))
				WHERE reason IN ('lease expired', 'run was killed')) < ?3, 'queued', 'failed')
		WHERE id = ?1 RETURNING host`, task, reason, maxExpired).Scan(&host); err != nil {
		return err
	}
	return ready(tx, host)
}

// Reclaim takes back all leases, for the start of a run: whoever held them belonged to a
// run that was killed. The clocks of hosts stay as they are. It returns how many leases
// were out.
func (f *Frontier) Reclaim(ctx context.Context) (n int, err error) {
	at := millis(f.store.now())
	err = f.store.update(ctx, func(tx *sql.Tx) error {
		ids, err := column[int64](tx, `SELECT id FROM task WHERE state = 'leased'`)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := release(tx, id, at, "run was killed"); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// Finish implements [crawler.Frontier].
func (f *Frontier) Finish(ctx context.Context, now time.Time, r crawler.Result) error {
	f.see(now)
	if r.Page == nil && r.Reason == "" {
		return fmt.Errorf("result of %s has neither page nor reason", r.Lease.URL)
	}
	var body packed
	if r.Page != nil {
		body = f.store.pack(r.Page.Body)
	}
	tasks := f.known.unknown(r.Tasks)
	r.Tasks = tasks
	err := f.store.update(ctx, func(tx *sql.Tx) error { return f.finish(tx, now, r, body) })
	if err == nil {
		f.known.learn(tasks)
	}
	if err != nil && !errors.Is(err, crawler.ErrExpired) {
		return fmt.Errorf("finishing %s: %w", r.Lease.URL, err)
	}
	return err
}

func (f *Frontier) finish(tx *sql.Tx, now time.Time, r crawler.Result, body packed) error {
	var task, pause int64
	var host, source string
	err := tx.QueryRow(`SELECT t.id, t.host, t.source, h.pause_ms FROM attempt a JOIN task t ON t.id = a.task JOIN host h ON h.name = t.host
		WHERE a.id = ?1 AND t.lease = ?1`, r.Lease.ID).Scan(&task, &host, &source, &pause)
	if errors.Is(err, sql.ErrNoRows) {
		return crawler.ErrExpired
	}
	if err != nil {
		return err
	}
	var page sql.NullInt64
	if r.Page != nil {
		page.Valid = true
		if page.Int64, err = savePage(tx, r.Page, body, r.Reason != ""); err != nil {
			return err
		}
	}
	state, due := "failed", int64(0)
	switch {
	case r.Page != nil:
		state = "done"
	case r.Retry > 0:
		state, due = "queued", millis(now.Add(r.Retry))
	}
	if _, err := tx.Exec(`UPDATE task SET state = ?1, reason = ?2, due_ms = iif(?3 > 0, ?3, due_ms), lease = NULL, expires_ms = NULL WHERE id = ?4`,
		state, r.Reason, due, task); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE attempt SET ended = ?, reason = ?, page = ? WHERE id = ?`, now.Unix(), r.Reason, page, r.Lease.ID); err != nil {
		return err
	}
	if r.Page != nil && r.Reason != "" {
		// Where it leads to takes its place in the budget.
		if _, err := tx.Exec(`UPDATE source SET spent = max(spent - 1, 0) WHERE name = ?`, source); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE host SET next_ms = max(next_ms, ?), delay_ms = ? WHERE name = ?`,
		millis(now.Add(max(f.pause(pause), r.Delay))), r.Delay.Milliseconds(), host); err != nil {
		return err
	}
	if err := ready(tx, host); err != nil {
		return err
	}
	_, err = f.add(tx, r.Tasks)
	return err
}

// A Tally is how many tasks are in each state.
type Tally struct{ Queued, Leased, Done, Failed, Skipped int }

// Tally counts the tasks.
func (f *Frontier) Tally(ctx context.Context) (t Tally, err error) {
	err = f.store.read.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'leased'),
		count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'skipped') FROM task`).
		Scan(&t.Queued, &t.Leased, &t.Done, &t.Failed, &t.Skipped)
	return t, f.store.explain(err)
}

// millis returns Unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// column returns the first column of all rows.
func column[T any](tx *sql.Tx, query string, args ...any) ([]T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
