// Package frontiertest says in tests what every [crawler.Frontier] must do.
//
// The tests bring their own clock, which moves by whole seconds and only forwards, so a
// frontier may keep time in seconds. They ask for nothing that the interface does not
// promise: the length of a lease and the pause of a host are read from the leases.
package frontiertest

import (
	"errors"
	"fmt"
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
