// Package frontiertest says in tests what every [crawler.Frontier] must do.
//
// The tests bring their own clock, which moves by whole seconds and only forwards, so a
// frontier may keep time in seconds. They ask for nothing that the interface does not
// promise: the length of a lease and the pause of a host are read from the leases.
package frontiertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/crawler"
)

// Test runs the whole conformance test. open returns an empty frontier that lends at
// most perHost leases of one host at a time; it may pause hosts as it likes, but not for
// more than a minute, and its leases last longer than a minute.
func Test(t *testing.T, open func(t *testing.T, perHost int) crawler.Frontier) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open func(t *testing.T, perHost int) crawler.Frontier)
	}{
		{"add", testAdd},
		{"whole task", testWhole},
		{"priority", testPriority},
		{"due", testDue},
		{"one lease a host", testOneLease},
		{"some leases a host", testPerHost},
		{"pause", testPause},
		{"asked pause", testAskedPause},
		{"ports are hosts", testPorts},
		{"longest waiting", testLongestWaiting},
		{"no host starves", testFair},
		{"expiry", testExpiry},
		{"late finish", testLate},
		{"finish twice", testTwice},
		{"retry", testRetry},
		{"retry waits for its time only", testRetryOthers},
		{"done", testDone},
		{"finish adds", testFinishAdds},
		{"finish is atomic", testAtomic},
		{"cancelled", testCancelled},
		{"redirect", testRedirect},
		{"together", testTogether},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// A run is a frontier and a clock that the test moves.
type run struct {
	*testing.T
	crawler.Frontier
	now time.Time
}

func start(t *testing.T, f crawler.Frontier) *run {
	return &run{T: t, Frontier: f, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func task(url string) crawler.Task {
	return crawler.Task{URL: url, Reader: "article", Source: "test"}
}

func (r *run) add(want int, tasks ...crawler.Task) {
	r.Helper()
	n, err := r.Add(r.Context(), tasks...)
	if err != nil {
		r.Fatalf("Add: %v", err)
	}
	if n != want {
		r.Fatalf("Add: %d new tasks, want %d", n, want)
	}
}

// next returns the next lease, moving the clock as the frontier says, but never by more
// than limit in all.
func (r *run) next(limit time.Duration) (crawler.Lease, bool) {
	r.Helper()
	end := r.now.Add(limit)
	for range 1000 {
		l, wait, err := r.Next(r.Context(), r.now)
		if err != nil {
			r.Fatalf("Next: %v", err)
		}
		if l.ID != 0 {
			if !l.Expires.After(r.now) {
				r.Fatalf("lease of %s expires at %v, before it begins at %v", l.URL, l.Expires, r.now)
			}
			return l, true
		}
		if wait <= 0 {
			r.Fatalf("Next: no lease and a wait of %v, want one above 0", wait)
		}
		// Whole seconds, upwards: asking a little late is always right.
		wait = (wait + time.Second - 1).Truncate(time.Second)
		if r.now.Add(wait).After(end) {
			return crawler.Lease{}, false
		}
		r.now = r.now.Add(wait)
	}
	r.Fatal("Next: a thousand waits and no lease")
	return crawler.Lease{}, false
}

func (r *run) must(url string) crawler.Lease {
	r.Helper()
	l, ok := r.next(time.Hour)
	if !ok {
		r.Fatalf("no lease within an hour, want %s", url)
	}
	if l.URL != url {
		r.Fatalf("lent %s, want %s", l.URL, url)
	}
	return l
}

func (r *run) none() {
	r.Helper()
	l, wait, err := r.Next(r.Context(), r.now)
	if err != nil {
		r.Fatalf("Next: %v, want a wait", err)
	}
	if l.ID != 0 {
		r.Fatalf("lent %s, want a wait", l.URL)
	}
	if wait <= 0 {
		r.Fatalf("wait %v, want one above 0", wait)
	}
}

func (r *run) done() {
	r.Helper()
	l, wait, err := r.Next(r.Context(), r.now)
	if !errors.Is(err, crawler.ErrDone) {
		r.Fatalf("Next: lease of %q, wait %v, error %v, want ErrDone", l.URL, wait, err)
	}
}

func page(l crawler.Lease, now time.Time) crawler.Result {
	return crawler.Result{Lease: l, Page: &crawler.Page{
		URL: l.URL, Source: l.Source, Reader: l.Reader, Status: 200, Fetched: now,
		Body: []byte("<p>" + l.URL),
	}}
}

func (r *run) finish(res crawler.Result) {
	r.Helper()
	if err := r.Finish(r.Context(), r.now, res); err != nil {
		r.Fatalf("Finish(%s): %v", res.Lease.URL, err)
	}
}

func (r *run) drain() []string {
	r.Helper()
	var urls []string
	for range 10_000 {
		l, wait, err := r.Next(r.Context(), r.now)
		switch {
		case errors.Is(err, crawler.ErrDone):
			return urls
		case err != nil:
			r.Fatalf("Next: %v", err)
		case l.ID != 0:
			urls = append(urls, l.URL)
			r.finish(page(l, r.now))
		default:
			r.now = r.now.Add((wait + time.Second - 1).Truncate(time.Second))
		}
	}
	r.Fatalf("the frontier does not end, after %d leases", len(urls))
	return nil
}

type opener = func(t *testing.T, perHost int) crawler.Frontier

// A URL is queued once, however often and by whomever it is named.
func testAdd(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(0)
	r.add(2, task("http://a.example/1"), task("http://a.example/2"))
	r.add(1, task("http://a.example/2"), task("http://a.example/3"), task("http://a.example/3"))
	other := task("http://a.example/1")
	other.Source, other.Priority, other.Reader = "other", 9, "feed"
	r.add(0, other)
	l := r.must("http://a.example/1")
	r.add(0, task("http://a.example/1")) // while leased
	r.finish(page(l, r.now))
	r.add(0, task("http://a.example/1")) // and when done
	if got := r.drain(); len(got) != 2 {
		t.Fatalf("then lent %v, want two pages", got)
	}
}

// A lease carries all of its task.
func testWhole(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	want := crawler.Task{
		URL: "http://a.example/%E9%A0%81?b=1&a=%2F", Reader: "sitemap", Source: "source-é",
		Depth: 3, Priority: -2, Referrer: "http://b.example/", Hops: 4,
	}
	r.add(1, want)
	l := r.must(want.URL)
	got := l.Task
	got.Due = time.Time{} // zero means now: a frontier may write down when that was
	if got != want {
		t.Fatalf("lent %+v, want %+v", got, want)
	}
	if l.Attempt != 1 {
		t.Fatalf("attempt %d, want 1", l.Attempt)
	}
}

// Within a host the highest priority goes first, then the first one added.
func testPriority(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	for i, p := range []int{0, 5, -1, 5, 0} {
		k := task(fmt.Sprintf("http://a.example/%d", i))
		k.Priority = p
		r.add(1, k)
	}
	got := fmt.Sprint(r.drain())
	want := "[http://a.example/1 http://a.example/3 http://a.example/0 http://a.example/4 http://a.example/2]"
	if got != want {
		t.Fatalf("lent %s, want %s", got, want)
	}
}

// A task is not lent before it is due, whatever its priority, and keeps no other back.
func testDue(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	later := task("http://a.example/later")
	later.Due, later.Priority = r.now.Add(2*time.Hour), 100
	due := later.Due
	soon := task("http://b.example/soon")
	soon.Due = r.now.Add(90 * time.Minute)
	r.add(3, later, task("http://a.example/now"), soon)
	r.finish(page(r.must("http://a.example/now"), r.now))
	l, ok := r.next(3 * time.Hour)
	if !ok || l.URL != soon.URL || r.now.Before(soon.Due) {
		t.Fatalf("at %v lent %q, want %s at %v", r.now, l.URL, soon.URL, soon.Due)
	}
	r.finish(page(l, r.now))
	if r.now.Before(due) {
		r.none()
	}
	l, ok = r.next(3 * time.Hour)
	if !ok || l.URL != later.URL || r.now.Before(due) {
		t.Fatalf("at %v lent %q, want %s at %v", r.now, l.URL, later.URL, due)
	}
	r.finish(page(l, r.now))
	r.done()
}

// While a lease of a host is out, no other of it is lent; other hosts go on.
func testOneLease(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(3, task("http://a.example/1"), task("http://a.example/2"), task("http://b.example/1"))
	a := r.must("http://a.example/1")
	b := r.must("http://b.example/1")
	if a.ID == b.ID {
		t.Fatalf("two leases have the number %d", a.ID)
	}
	r.none()
	r.now = r.now.Add(30 * time.Second)
	r.none()
	r.finish(page(b, r.now))
	r.none()
	r.finish(page(a, r.now))
	r.finish(page(r.must("http://a.example/2"), r.now))
	r.done()
}

// With perHost 3, three leases of a host may be out, and no fourth.
func testPerHost(t *testing.T, open opener) {
	r := start(t, open(t, 3))
	for i := range 6 {
		r.add(1, task(fmt.Sprintf("http://a.example/%d", i)))
	}
	var out []crawler.Lease
	for range 3 {
		l, ok := r.next(20 * time.Second)
		if !ok {
			t.Fatalf("only %d leases of a host, want 3", len(out))
		}
		out = append(out, l)
	}
	r.none()
	r.finish(page(out[1], r.now))
	if _, ok := r.next(time.Minute); !ok {
		t.Fatal("no lease within a minute of a finish")
	}
	r.none()
}

// After an answer a host rests as long as its lease said.
func testPause(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(2, task("http://a.example/1"), task("http://a.example/2"))
	l := r.must("http://a.example/1")
	r.now = r.now.Add(7 * time.Second) // the answer took its time
	ended := r.now
	r.finish(page(l, r.now))
	if l.Delay >= time.Second {
		r.none()
	}
	r.must("http://a.example/2")
	if r.now.Before(ended.Add(l.Delay.Truncate(time.Second))) {
		t.Fatalf("host asked again %v after its answer, want %v", r.now.Sub(ended), l.Delay)
	}
}

// What a host asked for prevails when it is longer than its own pause; it holds for the
// host, also when the page failed.
func testAskedPause(t *testing.T, open opener) {
	for _, failed := range []bool{false, true} {
		r := start(t, open(t, 1))
		r.add(3, task("http://a.example/1"), task("http://a.example/2"), task("http://b.example/1"))
		res := page(r.must("http://a.example/1"), r.now)
		if failed {
			res.Page, res.Reason = nil, "status 503"
		}
		res.Delay = 10 * time.Minute
		ended := r.now
		r.finish(res)
		r.finish(page(r.must("http://b.example/1"), r.now))
		if d := r.now.Sub(ended); d >= 10*time.Minute {
			t.Fatalf("another host waited %v too", d)
		}
		r.must("http://a.example/2")
		if d := r.now.Sub(ended); d < 10*time.Minute || d > 12*time.Minute {
			t.Fatalf("host asked again after %v, want 10m", d)
		}
	}
}

// The clock of a host is that of its port: two servers on one machine are two.
func testPorts(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(2, task("http://127.0.0.1:8001/"), task("http://127.0.0.1:8002/"))
	r.must("http://127.0.0.1:8001/")
	r.must("http://127.0.0.1:8002/")
}

// Of the hosts that may be asked, the one that has waited longest goes first.
func testLongestWaiting(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	for _, h := range []string{"a", "b", "c"} {
		for i := range 3 {
			r.add(1, task(fmt.Sprintf("http://%s.example/%d", h, i)))
		}
	}
	out := map[string]crawler.Lease{}
	for range 3 {
		l, ok := r.next(time.Minute)
		if !ok {
			t.Fatal("no third host within a minute")
		}
		out[crawler.Host(l.URL)] = l
	}
	if len(out) != 3 {
		t.Fatalf("lent %v, want one lease of each of three hosts", out)
	}
	order := []string{"b.example", "c.example", "a.example"}
	for _, h := range order {
		r.now = r.now.Add(2 * time.Second)
		r.finish(page(out[h], r.now))
	}
	r.now = r.now.Add(5 * time.Minute) // all may be asked
	for _, h := range order {
		l, _, err := r.Next(t.Context(), r.now)
		if err != nil || crawler.Host(l.URL) != h {
			t.Fatalf("lent %q (error %v), want a page of %s", l.URL, err, h)
		}
	}
}

// A host with many pages, however urgent, does not keep a small one waiting: priority is
// a matter within a host.
func testFair(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	for i := range 100 {
		k := task(fmt.Sprintf("http://big.example/%d", i))
		k.Priority = 10
		r.add(1, k)
	}
	r.finish(page(r.must("http://big.example/0"), r.now))
	r.now = r.now.Add(5 * time.Minute)
	r.add(1, task("http://small.example/1"))
	for range 3 {
		r.now = r.now.Add(5 * time.Minute)
		l, ok := r.next(time.Minute)
		if !ok {
			t.Fatal("no lease within a minute")
		}
		r.finish(page(l, r.now))
		if l.URL == "http://small.example/1" {
			return
		}
	}
	t.Fatal("the small host was not among three leases")
}

// A lease that nobody ends is lent again, as a further attempt, and its first holder can
// change nothing any more.
func testExpiry(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(1, task("http://a.example/1"))
	first := r.must("http://a.example/1")
	r.none()
	r.now = first.Expires.Add(-time.Second)
	r.none()
	r.now = first.Expires.Add(time.Second)
	second := r.must("http://a.example/1")
	if second.ID == first.ID {
		t.Fatalf("the second lease has the number of the first, %d", first.ID)
	}
	if second.Attempt != 2 {
		t.Fatalf("attempt %d, want 2", second.Attempt)
	}
	late := page(first, r.now)
	late.Tasks = []crawler.Task{task("http://a.example/2")}
	if err := r.Finish(t.Context(), r.now, late); !errors.Is(err, crawler.ErrExpired) {
		t.Fatalf("Finish by the first holder: %v, want ErrExpired", err)
	}
	r.none() // the second is still out
	r.finish(page(second, r.now))
	r.done() // and http://a.example/2 was not added
	r.add(1, task("http://a.example/2"))
}

// A lease that has run out but was not lent again may still be ended.
func testLate(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(1, task("http://a.example/1"))
	l := r.must("http://a.example/1")
	r.now = l.Expires.Add(time.Minute)
	r.finish(page(l, r.now))
	r.done()
}

// A lease is ended once.
func testTwice(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(1, task("http://a.example/1"))
	l := r.must("http://a.example/1")
	r.finish(page(l, r.now))
	again := page(l, r.now)
	again.Tasks = []crawler.Task{task("http://a.example/2")}
	if err := r.Finish(t.Context(), r.now, again); !errors.Is(err, crawler.ErrExpired) {
		t.Fatalf("second Finish: %v, want ErrExpired", err)
	}
	r.done()
}

// A result that asks for another attempt gets it after its time, with attempts counted;
// one that does not ends the task.
func testRetry(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(1, task("http://a.example/1"))
	for attempt := 1; attempt <= 4; attempt++ {
		l := r.must("http://a.example/1")
		if l.Attempt != attempt {
			t.Fatalf("attempt %d, want %d", l.Attempt, attempt)
		}
		res := crawler.Result{Lease: l, Reason: "status 503"}
		if attempt < 4 {
			res.Retry = time.Duration(attempt) * 10 * time.Minute
		}
		ended := r.now
		r.finish(res)
		if attempt == 4 {
			break
		}
		r.none()
		if l, ok := r.next(res.Retry - time.Second); ok {
			t.Fatalf("lent %s after %v, want %v", l.URL, r.now.Sub(ended), res.Retry)
		}
	}
	r.done()
	r.add(0, task("http://a.example/1"))
}

// A task that waits for another attempt does not keep back the rest of its host.
func testRetryOthers(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	first := task("http://a.example/1")
	first.Priority = 1
	r.add(2, first, task("http://a.example/2"))
	l := r.must("http://a.example/1")
	began := r.now
	r.finish(crawler.Result{Lease: l, Reason: "status 500", Retry: time.Hour})
	r.finish(page(r.must("http://a.example/2"), r.now))
	if d := r.now.Sub(began); d >= time.Hour {
		t.Fatalf("the rest of the host waited %v", d)
	}
	r.finish(page(r.must("http://a.example/1"), r.now))
	r.done()
}

// ErrDone means that nothing can come any more: nothing queued, nothing leased.
func testDone(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.done()
	later := task("http://b.example/later")
	later.Due = r.now.Add(30 * time.Minute)
	r.add(2, task("http://a.example/1"), later)
	l := r.must("http://a.example/1")
	r.none() // queued, not due
	r.finish(page(l, r.now))
	r.none()
	l = r.must(later.URL)
	r.none() // leased, and may lead to more
	r.finish(page(l, r.now))
	r.done()
	r.add(1, task("http://a.example/2")) // done is not closed
	r.finish(page(r.must("http://a.example/2"), r.now))
	r.done()
}

// The tasks of a result are queued with it, once each, under the same rules.
func testFinishAdds(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(2, task("http://a.example/1"), task("http://a.example/2"))
	res := page(r.must("http://a.example/1"), r.now)
	urgent := task("http://a.example/3")
	urgent.Priority, urgent.Depth, urgent.Referrer = 7, 1, "http://a.example/1"
	res.Tasks = []crawler.Task{
		urgent, task("http://a.example/1"), task("http://a.example/2"), urgent, task("http://b.example/1"),
	}
	r.finish(res)
	r.add(0, urgent)
	seen := map[string]int{}
	for _, u := range r.drain() {
		seen[u]++
	}
	if len(seen) != 3 || seen["http://a.example/2"] != 1 || seen[urgent.URL] != 1 || seen["http://b.example/1"] != 1 {
		t.Fatalf("lent %v, want a/2, a/3 and b/1 once each", seen)
	}
}

// A Finish that fails has done nothing: the lease is out as before, no task was added.
func testAtomic(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(1, task("http://a.example/1"))
	l := r.must("http://a.example/1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res := page(l, r.now)
	res.Tasks = []crawler.Task{task("http://a.example/2")}
	if err := r.Finish(ctx, r.now, res); err == nil || errors.Is(err, crawler.ErrExpired) {
		t.Fatalf("Finish with a cancelled context: %v, want an error of the context", err)
	}
	r.none()
	r.add(1, task("http://a.example/2"))
	r.finish(page(l, r.now))
	r.finish(page(r.must("http://a.example/2"), r.now))
	r.done()
}

// A cancelled context takes no lease and adds no task.
func testCancelled(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Add(ctx, task("http://a.example/1")); err == nil {
		t.Fatal("Add with a cancelled context: no error")
	}
	r.add(1, task("http://a.example/1"))
	if l, _, err := r.Next(ctx, r.now); err == nil || errors.Is(err, crawler.ErrDone) {
		t.Fatalf("Next with a cancelled context: %q and %v, want an error of the context", l.URL, err)
	}
	if l := r.must("http://a.example/1"); l.Attempt != 1 {
		t.Fatalf("attempt %d, want 1", l.Attempt)
	}
}

// A redirect has both a page and a reason, and leads on.
func testRedirect(t *testing.T, open opener) {
	r := start(t, open(t, 1))
	r.add(1, task("http://a.example/old"))
	res := page(r.must("http://a.example/old"), r.now)
	res.Page.Status, res.Page.Body, res.Reason = 301, nil, "redirect"
	to := task("http://b.example/new")
	to.Hops, to.Referrer = 1, "http://a.example/old"
	res.Tasks = []crawler.Task{to}
	r.finish(res)
	l := r.must("http://b.example/new")
	if l.Hops != 1 || l.Referrer != "http://a.example/old" {
		t.Fatalf("lent %+v, want hops and referrer kept", l.Task)
	}
	r.finish(page(l, r.now))
	r.done()
}

// Eight workers share a frontier: 50 hosts of 40 pages, half of them found on the way.
// Every page is lent once, no host to two workers, and the frontier ends.
func testTogether(t *testing.T, open opener) {
	const hosts, pages, workers = 50, 40, 8
	f := open(t, 1)
	r := start(t, f)
	for h := range hosts {
		for p := range pages / 2 {
			r.add(1, task(fmt.Sprintf("http://h%d.example/%d", h, p)))
		}
	}

	var (
		mu    sync.Mutex
		wake  = sync.NewCond(&mu)
		busy  int // workers that ask or hold a lease
		turns int // finishes and moves of the clock
		now   = r.now
		held  = map[string]int{}
		seen  = map[string]int{}
		wg    sync.WaitGroup
	)
	work := func() {
		for {
			mu.Lock()
			at, turn := now, turns
			if turns > 10*hosts*pages {
				t.Errorf("the frontier does not end, after %d pages", len(seen))
				wake.Broadcast()
				mu.Unlock()
				return
			}
			busy++
			mu.Unlock()
			l, wait, err := f.Next(t.Context(), at)
			mu.Lock()
			switch {
			case errors.Is(err, crawler.ErrDone):
				busy--
				turns++
				wake.Broadcast()
				mu.Unlock()
				return
			case err != nil:
				t.Errorf("Next: %v", err)
				busy--
				turns++
				wake.Broadcast()
				mu.Unlock()
				return
			case l.ID == 0:
				busy--
				if busy == 0 && turn == turns {
					// Nobody else can bring anything: let time pass, or end.
					if wait <= 0 {
						t.Errorf("no lease and a wait of %v", wait)
						wait = time.Second
					}
					now = now.Add((wait + time.Second - 1).Truncate(time.Second))
					turns++
					wake.Broadcast()
				} else if turn == turns {
					wake.Wait()
				}
				mu.Unlock()
				continue
			}
			host := crawler.Host(l.URL)
			held[host]++
			seen[l.URL]++
			if held[host] > 1 {
				t.Errorf("%d leases of %s at a time", held[host], host)
			}
			mu.Unlock()

			res := page(l, at)
			var n, p int
			if _, err := fmt.Sscanf(l.URL, "http://h%d.example/%d", &n, &p); err != nil {
				t.Errorf("lent %q: %v", l.URL, err)
			}
			if p < pages/2 {
				// Two tasks, one of which another page names as well.
				res.Tasks = []crawler.Task{
					task(fmt.Sprintf("http://h%d.example/%d", n, p+pages/2)),
					task(fmt.Sprintf("http://h%d.example/%d", n, (p+1)%pages)),
				}
			}

			mu.Lock()
			held[host]--
			at = now
			mu.Unlock()
			if err := f.Finish(t.Context(), at, res); err != nil {
				t.Errorf("Finish(%s): %v", l.URL, err)
			}
			mu.Lock()
			busy--
			turns++
			wake.Broadcast()
			mu.Unlock()
		}
	}
	for range workers {
		wg.Go(work)
	}
	wg.Wait()
	if len(seen) != hosts*pages {
		t.Errorf("%d pages were lent, want %d", len(seen), hosts*pages)
	}
	for u, n := range seen {
		if n != 1 {
			t.Errorf("%s was lent %d times", u, n)
		}
	}
}
