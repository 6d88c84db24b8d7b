package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// frameInterval is the time between two drawings. The first one comes that long after the first row appeared, so that what is
// over sooner never flashes up.
const frameInterval = 100 * time.Millisecond

// live is the region at the bottom of the terminal. UI.mu guards it. The cursor rests at the beginning of its last line: what
// the terminal itself writes there (^C) wraps no line that is full. A line of exactly the terminal's width is never drawn: the
// cursor would be on either side of the wrap, depending on the terminal.
type live struct {
	rows  []row
	drawn []string      // what is on the screen
	tab   string        // what the tab was told last
	quit  chan struct{} // ends the goroutine that draws; nil when there is none
}

// A row is one line of the region. Both methods are called under UI.mu.
type row interface {
	sample(now time.Time) // once a frame: the place to measure rates
	render(width int, p pen) string
}

// addRow shows r from the next frame on. Waits stand below all others.
func (u *UI) addRow(r row) {
	if u.term == nil || u.closed {
		return
	}
	l := &u.live
	at := len(l.rows)
	if !isWait(r) {
		if i := slices.IndexFunc(l.rows, isWait); i >= 0 {
			at = i
		}
	}
	l.rows = slices.Insert(l.rows, at, r)
	if l.quit == nil {
		l.quit = make(chan struct{})
		ticks, stop := u.clock.ticker(frameInterval)
		go u.animate(ticks, stop, l.quit)
	}
}

func isWait(r row) bool {
	_, ok := r.(*Wait)
	return ok
}

// dropRow takes r out and says whether it was there. The rest is drawn with the next frame; the last row goes at once, for
// there is no next frame.
func (u *UI) dropRow(r row) bool {
	l := &u.live
	i := slices.Index(l.rows, r)
	if i < 0 {
		return false
	}
	l.rows = slices.Delete(l.rows, i, i+1)
	if len(l.rows) == 0 {
		l.stop()
		u.repaint("", nil)
	}
	return true
}

func (l *live) stop() {
	if l.quit != nil {
		close(l.quit)
		l.quit = nil
	}
}

func (u *UI) animate(ticks <-chan time.Time, stop func(), quit <-chan struct{}) {
	defer stop()
	for {
		select {
		case <-quit:
			return
		case <-ticks:
			u.frame()
		}
	}
}

// frame draws the present state. What others have to be asked for is asked before the lock is taken: they may log, and
// they may take their time.
func (u *UI) frame() {
	u.mu.Lock()
	rows := slices.Clone(u.live.rows)
	u.mu.Unlock()
	for _, r := range rows {
		if w, ok := r.(*Wait); ok {
			w.ask()
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.clock.now()
	for _, r := range u.live.rows {
		r.sample(now)
	}
	if len(u.live.rows) > 0 {
		u.repaint("", u.lines())
	}
}

// lines renders the rows for the terminal as it is now. What does not fit its height is counted.
func (u *UI) lines() []string {
	width, height := u.size()
	shown, more := len(u.live.rows), 0
	if fit := max(1, height-1); height > 0 && shown > fit {
		shown, more = fit-1, shown-fit+1
	}
	lines := make([]string, 0, shown+1)
	for _, r := range u.live.rows[:shown] {
		lines = append(lines, r.render(width-1, u.errPen))
	}
	if more > 0 {
		lines = append(lines, cut(fmt.Sprintf("%s %d more", padLeft("and", nameWidth), more), width-1))
	}
	return lines
}

// repaint replaces the region by lines, and puts finished text above it, in one write: nothing in between is ever seen.
// Lines are overwritten rather than erased first, which would flicker.
func (u *UI) repaint(above string, lines []string) {
	l := &u.live
	if len(l.drawn) == 0 && len(lines) == 0 {
		u.writeErr(above)
		return
	}
	if above == "" && slices.Equal(lines, l.drawn) {
		return
	}
	if u.plain {
		u.draw(above, lines)
		return
	}
	var b strings.Builder
	if len(l.drawn) > 0 {
		b.WriteString("\r")
	}
	if n := u.aboveLast(); n > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", n)
	}
	if above != "" && len(l.drawn) > 0 {
		b.WriteString("\x1b[J")
	}
	b.WriteString(above)
	for i, line := range lines {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(line + "\x1b[K")
	}
	if above == "" && len(l.drawn) > 0 {
		b.WriteString("\x1b[J")
	}
	if len(lines) > 0 {
		b.WriteString("\r")
	}
	b.WriteString(u.tab(lines))
	l.drawn = lines
	u.writeErr(b.String())
}

// draw is repaint where there are no escape sequences: each line is filled up with blanks over what may be there, and the next text
// begins where it began.
func (u *UI) draw(above string, lines []string) {
	text := above
	if above == "" {
		width, _ := u.size()
		for _, line := range lines {
			text += padRight(line, width-2) + "\r"
		}
	}
	u.live.drawn = lines
	u.writeErr(text)
}

// aboveLast is how many lines of the screen the region takes up above its last line: a terminal that was made narrower has
// wrapped them.
func (u *UI) aboveLast() int {
	width, _ := u.size()
	n := 0
	for _, line := range u.live.drawn[:max(0, len(u.live.drawn)-1)] {
		n += max(1, (columnsOf(line)+width-1)/width)
	}
	return n
}

// writeErr goes on after failures: there is nobody left to tell, but Lost does.
func (u *UI) writeErr(text string) {
	if text == "" {
		return
	}
	if _, err := u.stderr.Write([]byte(text)); err != nil && u.errErr == nil {
		u.errErr = err
	}
}
