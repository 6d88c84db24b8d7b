package jobslot

// local is slots of this process alone, where there is no place for locks.
type local struct{ slots int }

func (l *local) try(*Pool) *grant {
	if l.slots == 0 {
		return nil
	}
	l.slots--
	return &grant{release: func() { l.slots++ }}
}

func (l *local) ask(p *Pool) {
	for len(p.waiters) > 0 && p.below() {
		g := l.try(p)
		if g == nil || !p.deliver(g) {
			return
		}
	}
}

func (l *local) wanted(*Pool) bool { return false }
