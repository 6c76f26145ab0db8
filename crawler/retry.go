// When to try again. A failure that may pass (429, 5xx, the network, a robots.txt that
// cannot be had) is tried again after a pause that doubles, MaxAttempts times in all.
// A host that names a pause gets it, up to a cap: a host that asks for a day would hold
// up a run for a day.

package crawler

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	MaxAttempts   = 4                // of one task, the first included
	firstRetry    = 10 * time.Second // then 20, then 40
	MaxRetryAfter = time.Hour        // longest Retry-After that is kept
	MaxCrawlDelay = 30 * time.Second // longest Crawl-delay that is kept
)

// Retry returns after how long to try again when an attempt, 1 for the first, has failed
// and its host asked for a pause, 0 for none. It returns 0 when there is to be no more
// attempt.
func Retry(attempt int, asked time.Duration) time.Duration {
	if attempt >= MaxAttempts {
		return 0
	}
	return max(firstRetry<<(max(attempt, 1)-1), min(asked, MaxRetryAfter))
}

// RetryAfter reads the Retry-After header of an answer that came at now: a number of
// seconds or a date. It returns 0 where there is none, and MaxRetryAfter at most.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if !(s > 0) { // NaN too
			return 0
		}
		return min(time.Duration(min(s, 1e6)*float64(time.Second)), MaxRetryAfter)
	}
	at, err := http.ParseTime(v)
	if err != nil || !at.After(now) {
		return 0
	}
	// A date has whole seconds: the answer may have come within one.
	return min(at.Sub(now).Truncate(time.Second)+time.Second, MaxRetryAfter)
}
