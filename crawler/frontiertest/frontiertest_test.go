package frontiertest_test

import (
	"testing"
	"time"

	"tocsin/crawler"
	"tocsin/crawler/frontiertest"
)

func TestMemory(t *testing.T) {
	frontiertest.Test(t, func(t *testing.T, perHost int) crawler.Frontier {
		return &frontiertest.Memory{PerHost: perHost, Delay: 2 * time.Second}
	})
}

func TestMemoryWithoutPause(t *testing.T) {
	frontiertest.Test(t, func(t *testing.T, perHost int) crawler.Frontier {
		return &frontiertest.Memory{PerHost: perHost}
	})
}
