package jobslot

import (
	"errors"
	"strconv"
	"time"

	"berth/internal/lockfs"
)

// line is a number of slots and the queue for them, which is two locks. Who has head is the only one who waits for slots;
// he waits for all of them, with a thread each, and takes the first that comes. Who has next is the only one who waits for
// head. So who lets a slot go and wants another one at once stands behind those who have waited, although the kernel
// would give a lock that is free to whoever asks first; and a crowd of waiters is a queue at next, which the kernel wakes
// one by one.
type line struct {
	at         lockfs.Filesystem
	prefix     string
	head, next lockfs.Lock
	slots      []place
	beside     *line // of slots beside those that stopped processes hold up, see goBeside
	closed     bool  // it is such a line, and not needed any more
	first      bool  // its slots are for builds that have only begun

	queueing bool // a goroutine stands in the queue, or is at its head
	atHead   bool
	arrived  chan *grant // while at the head
}

type place struct {
	name  string
	lock  lockfs.Lock
	held  bool
	asked bool // a goroutine waits for it. It cannot be called off, and gives back what nobody wants when it comes.
}

func numbers(n int) (names []string) {
	for i := range n {
		names = append(names, strconv.Itoa(i))
	}
	return names
}

func newLine(dir lockfs.Filesystem, prefix string, names []string) *line {
	l := &line{
		at: dir, prefix: prefix,
		head: silent(lockfs.NewLock(dir.Join(prefix+"head"), lockfs.RankSlotTurn, "the next job slot")),
		next: silent(lockfs.NewLock(dir.Join(prefix+"next"), lockfs.RankSlotQueue, "the queue for job slots")),
	}
	l.add(names)
	return l
}

func (l *line) add(names []string) {
	for _, name := range names {
		l.slots = append(l.slots, place{name: name, lock: silent(lockfs.NewLock(l.at.Join(name+".lock"), lockfs.RankSlot, "job slot "+name))})
	}
}

// silent: files that do not end in .lock are not signed by who holds them: each job takes these.
func silent(l lockfs.Lock) lockfs.Lock {
	l.Patience = 24 * time.Hour
	return l
}

// try looks for a free slot if nobody stands in the queue: whoever does is at its head, or waits for somebody who is.
func (l *line) try(p *Pool) *grant {
	if l.queueing || l.closed {
		return nil
	}
	_, head, err := l.head.Try(p.ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return nil
	}
	defer head.Close()
	return l.free(p)
}

// free tries the slots in turn. Where no lock can be made at all the slot is ours: then the number of slots limits this
// process, and nobody else.
func (l *line) free(p *Pool) *grant {
	for i := range l.slots {
		if l.slots[i].held || l.slots[i].asked {
			continue
		}
		_, lock, err := l.slots[i].lock.Try(p.ctx, lockfs.Exclusive)
		if !errors.Is(err, lockfs.ErrBusy) {
			return l.grant(i, lock)
		}
	}
	return nil
}

func (l *line) grant(i int, lock *lockfs.FileLock) *grant {
	l.slots[i].held = true
	g := &grant{name: l.slots[i].name + "@" + l.at.Display(), lock: lock, first: l.first}
	g.release = func() { l.release(i, g) }
	return g
}

// release hands the slot on within this process only where the process is at the head of the line.
func (l *line) release(i int, g *grant) {
	if l.atHead {
		select {
		case l.arrived <- g:
			return
		default:
		}
	}
	l.slots[i].held = false
	g.lock.Close()
}

func (l *line) ask(p *Pool) {
	if !l.queueing && !l.closed {
		l.queueing = true
		go l.queue(p)
	}
}

// queue stands in the line for the waiters of this process, again and again, until they all have a slot.
func (l *line) queue(p *Pool) {
	for l.wait(p) {
	}
}

// wait waits for one slot; false ends the queue.
func (l *line) wait(p *Pool) bool {
	turn := l.turn(p)
	defer turn.Close()
	p.mu.Lock()
	if len(p.waiters) == 0 || !p.below() || !l.isOpen(p) || p.ctx.Err() != nil {
		l.queueing = false
		p.mu.Unlock()
		return false
	}
	g := l.free(p)
	if g == nil {
		l.atHead, l.arrived = true, make(chan *grant, 1)
		l.askSlots(p)
		p.mu.Unlock()
		select {
		case g = <-l.arrived:
		case <-p.ctx.Done():
		}
		p.mu.Lock()
		l.atHead = false
		l.pass(p, g)
		select { // another one may have come before the mutex was ours
		case g = <-l.arrived:
		default:
			g = nil
		}
	}
	defer p.mu.Unlock()
	l.pass(p, g)
	return true
}

// askSlots waits for all slots that nobody here waits for.
func (l *line) askSlots(p *Pool) {
	for i := range l.slots {
		if s := &l.slots[i]; !s.held && !s.asked {
			s.asked = true
			go l.waitFor(p, i, s.lock)
		}
	}
}

// pass gives a slot to a waiter of this process, or back.
func (l *line) pass(p *Pool, g *grant) {
	if g != nil && !p.deliver(g) {
		g.release()
	}
}

// turn goes through the queue. The lock is nil where there can be none.
func (l *line) turn(p *Pool) *lockfs.FileLock {
	ctx, next, err := l.next.Acquire(p.ctx, lockfs.Exclusive)
	if err != nil {
		return nil
	}
	defer next.Close()
	_, head, _ := l.head.Acquire(ctx, lockfs.Exclusive)
	return head
}

// waitFor waits for one slot, longer than anybody here may want it. Where its lock cannot be made any more (the directory
// of the session goes when the user logs out, under builds that run on) the slot is ours, see free.
func (l *line) waitFor(p *Pool, i int, slot lockfs.Lock) {
	_, lock, _ := slot.Acquire(p.ctx, lockfs.Exclusive)
	p.mu.Lock()
	defer p.mu.Unlock()
	l.slots[i].asked = false
	if p.ctx.Err() != nil {
		lock.Close()
		return
	}
	g := l.grant(i, lock)
	if l.atHead {
		select {
		case l.arrived <- g:
			return
		default: // another slot came first
		}
	}
	l.slots[i].held = false
	lock.Close()
}

// wanted looks at the head only: whoever stands behind it is there for a moment.
func (l *line) wanted(p *Pool) bool {
	if l.queueing {
		return true
	}
	_, lock, err := l.head.Try(p.ctx, lockfs.Shared)
	if err == nil {
		lock.Close()
	}
	return errors.Is(err, lockfs.ErrBusy)
}
