package frontiertest

// How leases end: by a result, by time, or not at all.

import (
	"context"
	"errors"
	"testing"
	"time"

	"tocsin/crawler"
)

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
