package frontiertest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"tocsin/crawler"
)

// Memory is a frontier that forgets: for the tests of whoever needs a frontier and no
// file. It passes [Test] like any other.
type Memory struct {
	PerHost int           // leases of one host at a time; 0 means 1
	Delay   time.Duration // pause of a host after an answer
	Length  time.Duration // of a lease; 0 means ten minutes

	mu    sync.Mutex
	known map[string]bool
	hosts map[string]*host
	lease map[int64]crawler.Lease
	last  int64
	ended []crawler.Result
}

type host struct {
	queued []entry
	leased int
	ready  time.Time // may be asked from then on
	since  int64     // when it last came to rest, in turns; smallest has waited longest
}

type entry struct {
	task    crawler.Task
	attempt int
	seq     int64
}

// Ended returns the results of all leases that were ended, in order.
func (m *Memory) Ended() []crawler.Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.ended)
}

// Add implements [crawler.Frontier].
func (m *Memory) Add(ctx context.Context, tasks ...crawler.Task) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.add(tasks), nil
}

func (m *Memory) add(tasks []crawler.Task) int {
	if m.known == nil {
		m.known, m.hosts, m.lease = map[string]bool{}, map[string]*host{}, map[int64]crawler.Lease{}
	}
	added := 0
	for _, t := range tasks {
		if !m.known[t.URL] {
			m.known[t.URL] = true
			m.push(t, 1)
			added++
		}
	}
	return added
}

func (m *Memory) push(t crawler.Task, attempt int) {
	h := m.hosts[crawler.Host(t.URL)]
	if h == nil {
		h = &host{since: m.turn()}
		m.hosts[crawler.Host(t.URL)] = h
	}
	h.queued = append(h.queued, entry{t, attempt, m.turn()})
}

func (m *Memory) turn() int64 {
	m.last++
	return m.last
}

// Next implements [crawler.Frontier].
func (m *Memory) Next(ctx context.Context, now time.Time) (crawler.Lease, time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return crawler.Lease{}, 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, l := range m.lease {
		if now.After(l.Expires) {
			delete(m.lease, id)
			m.hosts[crawler.Host(l.URL)].leased--
			m.push(l.Task, l.Attempt+1)
		}
	}
	if len(m.lease) == 0 && !slices.ContainsFunc(m.all(), func(h *host) bool { return len(h.queued) > 0 }) {
		return crawler.Lease{}, 0, crawler.ErrDone
	}
	var best *host
	at := -1
	wake := now.Add(time.Minute)
	for _, h := range m.all() {
		if h.leased >= max(m.PerHost, 1) {
			continue
		}
		i, due := h.best(now)
		if due.After(now) {
			if due.Before(wake) {
				wake = due
			}
			continue
		}
		if i >= 0 && (best == nil || h.since < best.since) {
			best, at = h, i
		}
	}
	if best == nil {
		return crawler.Lease{}, wake.Sub(now), nil
	}
	e := best.queued[at]
	best.queued = slices.Delete(best.queued, at, at+1)
	best.leased++
	best.since = m.turn()
	length := m.Length
	if length == 0 {
		length = 10 * time.Minute
	}
	l := crawler.Lease{Task: e.task, ID: m.turn(), Attempt: e.attempt, Expires: now.Add(length), Delay: m.Delay}
	m.lease[l.ID] = l
	return l, 0, nil
}

func (m *Memory) all() []*host {
	hosts := make([]*host, 0, len(m.hosts))
	for _, h := range m.hosts {
		hosts = append(hosts, h)
	}
	return hosts
}

// best returns the place of the task to lend next, -1 for none, or else when the host
// may give one.
func (h *host) best(now time.Time) (int, time.Time) {
	best := -1
	var soonest time.Time
	for i, e := range h.queued {
		due := e.task.Due
		if h.ready.After(due) {
			due = h.ready
		}
		if due.After(now) {
			if soonest.IsZero() || due.Before(soonest) {
				soonest = due
			}
			continue
		}
		if best < 0 || e.task.Priority > h.queued[best].task.Priority ||
			e.task.Priority == h.queued[best].task.Priority && e.seq < h.queued[best].seq {
			best = i
		}
	}
	if best >= 0 {
		return best, time.Time{}
	}
	return -1, soonest
}

// Finish implements [crawler.Frontier].
func (m *Memory) Finish(ctx context.Context, now time.Time, r crawler.Result) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.Page == nil && r.Reason == "" {
		return fmt.Errorf("result of %s has neither page nor reason", r.Lease.URL)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.lease[r.Lease.ID]
	if !ok {
		return crawler.ErrExpired
	}
	delete(m.lease, l.ID)
	h := m.hosts[crawler.Host(l.URL)]
	h.leased--
	h.since = m.turn()
	if ready := now.Add(max(m.Delay, r.Delay)); ready.After(h.ready) {
		h.ready = ready
	}
	if r.Retry > 0 {
		l.Due = now.Add(r.Retry)
		m.push(l.Task, l.Attempt+1)
	}
	m.add(r.Tasks)
	m.ended = append(m.ended, r)
	return nil
}
