package frontiertest

// Many workers at one frontier. The clock moves only while none of them is busy, so that
// no lease runs out in the hands of a slow one.

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/crawler"
)

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
