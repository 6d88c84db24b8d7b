package ui

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"berth/internal/columns"
)

// screen is a terminal of a fixed size that understands just what the package sends, and fails the test on anything else: a
// sequence that it does not know, a line that wraps, a cursor that is sent above the top.
type screen struct {
	t          testing.TB
	mu         sync.Mutex
	cols, rows int
	lines      [][]rune // everything since the beginning, what has scrolled out too; a wide character is followed by 0
	x, y       int
	writes     int
	wrote      chan struct{} // one element a write, when not nil
}

func newScreen(t testing.TB, cols, rows int) *screen {
	return &screen{t: t, cols: cols, rows: rows, lines: [][]rune{nil}}
}

func (s *screen) TerminalSize() (columns, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cols, s.rows
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	for text := string(p); text != ""; {
		text = text[s.consume(text):]
	}
	if s.wrote != nil {
		s.wrote <- struct{}{}
	}
	return len(p), nil
}

func (s *screen) consume(text string) int {
	switch {
	case text[0] == '\r':
		s.x = 0
		return 1
	case text[0] == '\n':
		s.x = 0
		s.y++
		for len(s.lines) <= s.y {
			s.lines = append(s.lines, nil)
		}
		return 1
	case text[0] == 0x1b:
		return s.control(text)
	}
	r, n := utf8.DecodeRuneInString(text)
	s.put(r)
	return n
}

func (s *screen) control(text string) int {
	end := strings.IndexAny(text, "AJKm")
	if end < 0 || !strings.HasPrefix(text, "\x1b[") {
		s.t.Errorf("unknown sequence %q", text[:min(len(text), 8)])
		return len(text)
	}
	switch text[end] {
	case 'A':
		var n int
		if _, err := fmt.Sscanf(text, "\x1b[%dA", &n); err != nil {
			s.t.Errorf("cursor up: %v in %q", err, text[:end+1])
		}
		if s.y -= n; s.y < max(0, len(s.lines)-s.rows) {
			s.t.Errorf("cursor above the top of the screen")
			s.y = max(0, s.y)
		}
	case 'J':
		s.lines = s.lines[:s.y+1]
		s.truncate()
	case 'K':
		s.truncate()
	}
	return end + 1
}

func (s *screen) truncate() { s.lines[s.y] = s.lines[s.y][:min(s.x, len(s.lines[s.y]))] }

func (s *screen) put(r rune) {
	w := columns.OfRune(r)
	if w == 0 {
		return
	}
	if s.x+w > s.cols {
		s.t.Errorf("line wraps at %q", string(s.lines[s.y]))
	}
	for len(s.lines[s.y]) < s.x+w {
		s.lines[s.y] = append(s.lines[s.y], ' ')
	}
	s.lines[s.y][s.x] = r
	if w == 2 {
		s.lines[s.y][s.x+1] = 0
	}
	s.x += w
}

// text is all lines with content, blanks at their ends left out.
func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, line := range s.lines {
		runes := slices.DeleteFunc(slices.Clone(line), func(r rune) bool { return r == 0 })
		b.WriteString(strings.TrimRight(string(runes), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (s *screen) want(what, want string) {
	s.t.Helper()
	if got := s.text(); got != want {
		s.t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

// resize lays the lines out anew, as terminals do.
func (s *screen) resize(cols int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cols = cols
	var lines [][]rune
	for i, line := range s.lines {
		first := len(lines)
		for len(line) > cols {
			lines, line = append(lines, slices.Clone(line[:cols])), line[cols:]
		}
		lines = append(lines, slices.Clone(line))
		if i == s.y {
			s.x, s.y = s.x%cols, first+s.x/cols // the cursor stays at its character
			s.lines = lines
			return
		}
	}
}

// handClock stands still until a test moves it, and ticks when a test says so.
type handClock struct {
	mu      sync.Mutex
	at      time.Time
	ticks   chan time.Time
	started int
	stopped chan struct{}
}

func newClock() *handClock {
	return &handClock{
		at:      time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC),
		ticks:   make(chan time.Time),
		stopped: make(chan struct{}, 100),
	}
}

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func (c *handClock) ticker(time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.started++
	return c.ticks, func() { c.stopped <- struct{}{} }
}

// stage is a UI on a screen of its own.
type stage struct {
	*UI
	*screen
	clock *handClock
}

func newStage(t testing.TB, cols, rows int, env ...string) stage {
	return newStageIn(t, Rustup, cols, rows, env...)
}

func newStageIn(t testing.TB, style Style, cols, rows int, env ...string) stage {
	s, c := newScreen(t, cols, rows), newClock()
	u := New(Config{Stdout: s, Stderr: s, Style: style, Getenv: environment(append(env, "TERM=xterm")...), clock: c})
	t.Cleanup(func() { _ = u.Close() })
	return stage{u, s, c}
}

// after lets the time pass and draws.
func (s stage) after(d time.Duration) {
	s.clock.pass(d)
	s.frame()
}

func environment(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, pair := range pairs {
			if k, v, _ := strings.Cut(pair, "="); k == name {
				return v, true
			}
		}
		return "", false
	}
}
