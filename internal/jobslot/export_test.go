package jobslot

import "slices"

// Waiting is how many jobs of this pool wait for a slot.
func (p *Pool) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiters)
}

// Awaited are lists of lock files: one of each list is waited for as soon as everything that may have a slot for a waiter
// of this pool was asked. It is false until all of them are about to be asked.
func (p *Pool) Awaited() (lists [][]string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiters) == 0 {
		return nil, false
	}
	if !p.below() {
		return nil, true
	}
	lines := p.lines
	if p.mayHaveFirst() {
		lines = append(slices.Clone(lines), p.start.line)
	}
	for _, s := range lines {
		switch s := s.(type) {
		case *tokens:
			if !s.asking {
				return nil, false
			}
		case *line:
			if s.closed {
				continue
			}
			if !s.queueing {
				return nil, false
			}
			lists = append(lists, s.awaited()...)
		}
	}
	return lists, true
}

func (l *line) awaited() (lists [][]string) {
	if !l.atHead {
		return [][]string{{l.at.Join(l.prefix + "head").Display(), l.at.Join(l.prefix + "next").Display()}}
	}
	for i := range l.slots {
		if l.slots[i].asked {
			lists = append(lists, []string{l.at.Join(l.slots[i].name + ".lock").Display()})
		}
	}
	return lists
}

// Tokens is how many a child can take at once.
func (s *Server) Tokens() int { return s.pipe.pending() }

// HasUnpaid tells whether a job runs without a slot.
func (p *Pool) HasUnpaid() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.start.unpaid != nil
}
