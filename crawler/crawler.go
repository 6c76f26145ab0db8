// Package crawler says what is to be fetched, in which order and how politely.
//
// A [Source] is where coverage is looked for. It gives [Task]s, one URL each. A
// [Frontier] keeps the tasks and hands them out as [Lease]s, one per host at a
// time. Whoever holds a lease fetches it (package crawler/fetch) and gives back a
// [Result]: a [Page], or the reason why there is none, and the tasks that the page
// leads to. The package does no I/O of its own and knows nothing of outages.
package crawler

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// A Task is one URL to fetch. Its identity is URL: adding it twice is adding it once.
type Task struct {
	URL      string    // canonical, see Canonical
	Reader   string    // what reads the answer: "article", "feed", "sitemap", "status", …
	Source   string    // name of the Source that led here
	Depth    int       // links followed from the source's own URL
	Priority int       // higher first within a host
	Due      time.Time // not before; zero means now
	Referrer string    // URL of the page that named it, "" for a source's own URL
	Hops     int       // redirects followed to come here
}

// A Page is one answer from the web, as it came.
type Page struct {
	URL       string      // of the task that asked for it
	Source    string      // of the task
	Reader    string      // of the task
	Status    int         // HTTP status
	Header    http.Header // the headers that matter: Content-Type, ETag, Last-Modified, X-Robots-Tag, …
	Body      []byte      // unpacked, in the charset in which it came
	Fetched   time.Time
	Truncated bool // Body ends at the size limit, not at its end

	// What the source says of every page that it leads to.
	Lang    string // BCP 47, "" unknown
	Zone    string // IANA zone of the outlet, "" unknown
	Channel string // official, press, aggregator, social; "" unknown
}

// A Lease is the right to fetch one task until Expires. Only one lease of a host is out
// at a time unless the frontier was told otherwise.
type Lease struct {
	Task
	ID      int64
	Attempt int // 1 for the first
	Expires time.Time
	Delay   time.Duration // pause of this host after the answer, as the frontier knows it
}

// A Result ends a lease. Exactly one of Page and Reason is set, but for a redirect,
// which has both: the page that said so, and the reason "redirect".
type Result struct {
	Lease  Lease
	Page   *Page
	Tasks  []Task
	Reason string        // why there is no page, in few words: "robots.txt forbids", "status 404", …
	Retry  time.Duration // try again after this long; 0 means never
	Delay  time.Duration // what the host asked for: Crawl-delay or Retry-After; 0 nothing
}

// ErrDone is what [Frontier.Next] returns when nothing is queued and nothing is leased.
var ErrDone = errors.New("nothing left to fetch")

// A Frontier keeps tasks and lends them. It is the only scheduler: it decides what comes
// next and when a host may be asked again. Every implementation passes
// crawler/frontiertest.
type Frontier interface {
	// Add queues tasks that it does not hold yet and returns how many were new.
	Add(ctx context.Context, tasks ...Task) (int, error)

	// Next lends the best task of the longest-waiting host that may be asked now.
	// When none may, it returns how long to wait before asking again; when nothing is
	// queued or leased any more, ErrDone.
	Next(ctx context.Context, now time.Time) (Lease, time.Duration, error)

	// Finish ends a lease and stores page, reason and new tasks in one transaction.
	// A lease that has expired and was lent again is not ended by its first holder:
	// Finish then changes nothing and returns ErrExpired.
	Finish(ctx context.Context, now time.Time, r Result) error
}

// ErrExpired is what [Frontier.Finish] returns for a lease that is no longer held.
var ErrExpired = errors.New("lease has expired and was lent again")
