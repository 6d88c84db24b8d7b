package ui

import (
	"strings"
	"sync"
	"time"
)

// A Wait is somebody else's work that this process needs the end of.
type Wait struct {
	u      *UI
	what   string
	holder string
	since  time.Time

	asking   sync.Mutex // held while progress runs: after Done it runs no more
	progress func() string

	// guarded by UI.mu
	state   string // what progress said last
	elapsed time.Duration
}

// Wait says that this process waits for what, and who has it (either may be empty, progress may be nil). It is said at once
// and for good, and the same words are said only once however many wait. On a terminal a row follows if the wait
// outlasts a frame, with the time and what progress says the holder has done; a shorter wait leaves one line and no flicker.
//
// Progress is called about ten times a second, from another goroutine, while no lock of this package is held but the one
// that makes Done wait for it: it must not call Done.
func (u *UI) Wait(what, holder string, progress func() string) *Wait {
	if u == nil {
		return nil
	}
	w := &Wait{u: u, what: oneLine(what), holder: oneLine(holder), progress: progress, since: u.clock.now()}
	text := "waiting for " + w.what
	if w.holder != "" {
		text += ", held by " + w.holder
	}
	if u.firstTime(text) {
		if u.style == Cargo {
			u.Statusf("Blocking", "%s", text)
		} else {
			u.Infof("%s", text)
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.addRow(w)
	return w
}

// Done ends the wait, however it came to its end.
func (w *Wait) Done() {
	if w == nil {
		return
	}
	w.asking.Lock()
	w.progress = nil
	w.asking.Unlock()
	w.u.mu.Lock()
	defer w.u.mu.Unlock()
	w.u.dropRow(w)
}

// firstTime says whether text is new, and remembers it.
func (u *UI) firstTime(text string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.said[text] {
		return false
	}
	if u.said == nil {
		u.said = make(map[string]bool)
	}
	u.said[text] = true
	return true
}

// ask fetches the holder's progress.
func (w *Wait) ask() {
	w.asking.Lock()
	defer w.asking.Unlock()
	if w.progress == nil {
		return
	}
	state := oneLine(w.progress())
	w.u.mu.Lock()
	defer w.u.mu.Unlock()
	w.state = state
}

func (w *Wait) sample(now time.Time) { w.elapsed = now.Sub(w.since) }

// render leaves the holder out where there is no room, and then shortens what is waited for: both stand in the line above. The
// time and the holder's progress stand nowhere else.
func (w *Wait) render(width int, p pen) string {
	head := padLeft("waiting", nameWidth)
	tail := ", " + duration(w.elapsed.Truncate(time.Second))
	if w.state != "" {
		tail += ": " + w.state
	}
	room := width - columnsOf(head) - 1
	if room < stateWidth {
		return cut("waiting"+tail, width)
	}
	text := "for " + w.what + ", held by " + w.holder + tail
	if w.holder == "" || columnsOf(text) > room {
		text = "for " + w.what + tail
	}
	switch left := room - columnsOf(tail); {
	case columnsOf(text) <= room:
	case left >= len("for ")+stateWidth:
		text = cut("for "+w.what, left) + tail
	case w.state != "":
		text = strings.TrimPrefix(tail, ", ")
	}
	return p.paint(Strong, head) + " " + cut(text, room)
}
