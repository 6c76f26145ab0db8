package main

// A meter tells how far long work has come: on a terminal one line that is written over, a
// few times a second; elsewhere one line a minute.

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

type meter struct {
	p     *program
	every time.Duration

	mu   sync.Mutex
	last time.Time
	wide int // of the line that stands on the terminal
}

func (p *program) meter() *meter {
	m := &meter{p: p, every: time.Minute, last: p.now()}
	if p.tty {
		m.every = 200 * time.Millisecond
	}
	return m
}

// tell shows what line gives, if it is time to.
func (m *meter) tell(line func() string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.p.now()
	if now.Sub(m.last) < m.every {
		return
	}
	m.last = now
	text := line()
	if !m.p.tty {
		fmt.Fprintf(m.p.err, "tocsin: %s\n", text)
		return
	}
	wide := textWidth(text)
	fmt.Fprintf(m.p.err, "\r%s%s", text, strings.Repeat(" ", max(m.wide-wide, 0)))
	m.wide = wide
}

// end clears the line.
func (m *meter) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wide > 0 {
		fmt.Fprintf(m.p.err, "\r%s\r", strings.Repeat(" ", m.wide))
		m.wide = 0
	}
}
