package ui

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A Bar is Cargo's row for many small things of which so many are done: `Building [====>    ] 12/34: names`.
type Bar struct {
	u     *UI
	verb  string
	plain bool // it is no terminal's
	now   atomic.Pointer[barState]
}

type barState struct {
	done, total int
	failed      bool
	names       string
}

// The bar with all in front of it and the number takes no more than this, however wide the terminal is.
const mostOfBar = 50

// Bar adds such a row. It must be ended with Done.
func (u *UI) Bar(verb string) *Bar {
	if u == nil {
		return nil
	}
	b := &Bar{u: u, verb: verb, plain: u.plain}
	b.now.Store(&barState{})
	u.mu.Lock()
	defer u.mu.Unlock()
	u.addRow(b)
	return b
}

// Wanted tells whether anybody sees it.
func (b *Bar) Wanted() bool { return b != nil && b.u.term != nil }

// Set says how far the work is, whether some of it has failed, and what is being done. It costs next to nothing and draws nothing itself.
func (b *Bar) Set(done, total int, failed bool, names string) {
	if b != nil {
		b.now.Store(&barState{done, total, failed, oneLine(names)})
	}
}

// Done takes the row away.
func (b *Bar) Done() {
	if b == nil {
		return
	}
	b.u.mu.Lock()
	defer b.u.mu.Unlock()
	b.u.dropRow(b)
}

func (b *Bar) sample(time.Time) {}

func (b *Bar) render(width int, p pen) string {
	s := b.now.Load()
	head := p.paint(Literal, padLeft(b.verb, 12)) + " "
	count := " " + strconv.Itoa(s.done) + "/" + strconv.Itoa(s.total)
	room := min(width, mostOfBar) - 15 - 2 - len(count)
	if room <= 0 {
		return cut(padLeft(b.verb, 12)+count, width)
	}
	mark, left := "...", width-13
	if b.plain {
		mark, left = "…", width-14 // as much as is filled up
	}
	text := "[" + arrow(s.done, s.total, room) + "]" + count
	if left -= len(text); s.names != "" && left > columnsOf(mark) {
		text += cutWith(mark, ": "+s.names, left)
	}
	return head + text
}

// arrow is ====> and the way that it still has to go.
func arrow(done, total, width int) string {
	n := 0
	if total > 0 {
		n = min(max(done, 0)*width/total, width)
	}
	shaft := strings.Repeat("=", n)
	if n > 0 && done < total {
		shaft = shaft[1:] + ">"
	}
	return padRight(shaft, width)
}
