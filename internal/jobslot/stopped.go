package jobslot

import (
	"slices"
	"time"
)

// A process that was stopped (Ctrl-Z, a debugger) keeps its slots, and its place in the line. Its compilers do not need
// them, and whoever waits would do so until somebody remembers it. So who has waited for a while looks, and then there is
// a slot beside each that a stopped process has, and beside all of them where it is such a one that stands at the head.
// They are a line of their own, with files of their own, so they are no more than that for all builds together.

// watch looks for stopped processes from time to time while jobs wait.
func (p *Pool) watch() {
	if p.watching || len(p.waiters) == 0 {
		return
	}
	p.watching = true
	go func() {
		for p.stillWaits() {
		}
	}()
}

func (p *Pool) stillWaits() bool {
	select {
	case <-time.After(patience):
	case <-p.ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiters) == 0 || p.ctx.Err() != nil {
		p.watching = false
		return false
	}
	if p.below() {
		p.goBeside()
	}
	return true
}

// goBeside adds the slots beside those that stopped processes hold up, and asks for them. A line beside another one may
// be held up as well.
func (p *Pool) goBeside() {
	for _, s := range slices.Clone(p.lines) {
		l, ok := s.(*line)
		if !ok {
			continue
		}
		names := l.heldUp()
		if l.beside == nil && len(names) > 0 {
			l.beside = newLine(l.at, l.prefix+"beside.", nil)
			p.lines = append(p.lines, l.beside)
		}
		if l.beside != nil {
			l.beside.closed = len(names) == 0 // it goes on
			l.beside.grow(p, names)
		}
	}
	p.pump()
}

// heldUp are names for slots beside those that nobody gets.
func (l *line) heldUp() (names []string) {
	all := l.head.IsHeldByStopped() || l.next.IsHeldByStopped()
	for _, s := range l.slots {
		if !s.held && (all || s.lock.IsHeldByStopped()) {
			names = append(names, s.name+".0") // a job's own children count from 1
		}
	}
	return names
}

// grow adds the slots that are not there yet.
func (l *line) grow(p *Pool, names []string) {
	names = slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(l.slots, func(s place) bool { return s.name == name })
	})
	l.add(names)
	if l.atHead {
		l.askSlots(p)
	}
}
