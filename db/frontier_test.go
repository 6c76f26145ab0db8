package db

import (
	"path/filepath"
	"testing"
	"time"

	"tocsin/crawler"
	"tocsin/crawler/frontiertest"
)

// open returns a new database in a folder of the test, checked and closed at its end.
func open(t *testing.T) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "t.db"))
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Now: func() time.Time { return time.Unix(1_700_000_000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestFrontier(t *testing.T) {
	for _, delay := range []time.Duration{0, 2 * time.Second} {
		t.Run(delay.String(), func(t *testing.T) {
			frontiertest.Test(t, func(t *testing.T, perHost int) crawler.Frontier {
				return open(t).Frontier(FrontierOptions{PerHost: perHost, Delay: delay})
			})
		})
	}
}
