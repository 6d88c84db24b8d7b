// Package jobslot says how many compilers run at once: as many as this machine has cores for us, over all builds of the
// user.
//
// # What holds
//
// A slot is a file lock, so a killed build gives its slots back by dying. Builds wait for them in a line, first come first
// served, and are woken by the kernel; who is at the head of the line gets the next slot that anybody lets go. A build that
// is started by a job of another one (a build script that calls cargo) has that job's slot for one of its own jobs, as the
// job waits for it; several such builds share it, one job at a time. So one slot is enough for builds below builds.
//
// A build that has only begun does not stand behind those that take minutes: one of its jobs may have a slot of as many
// others, see headstart.go.
//
// A child gets a jobserver of its own (GNU make's protocol) with tokens that stand for slots which nobody else wants: what
// it does not take goes back when somebody does, and all of them when it ends, whatever it did with them.
//
// Where make or another Cargo above us has a jobserver, its tokens are the only ones, and children are handed that one.
//
// # What does not
//
// A process that was stopped keeps its slots; after a second there are others beside them, so more jobs than slots may be
// at work when it goes on. Where the system does not tell who is stopped (all but Linux) builds wait for it.
//
// The slots are those of one user on one machine, as far as its processes see the same runtime directory. Where no lock
// can be made the limit holds within this process alone. Tokens of an inherited jobserver are lost when we are killed: its
// protocol has nothing against that.
//
// # On disk
//
//	<runtime directory>/berth/jobs/<n>.lock    a slot
//	<…>/<n>.1.lock, <n>.1.1.lock               the share of builds below the job that has slot n, or n.1
//	<n>.0.lock                                 a slot beside slot n, whose holder is stopped
//	<…>/head, next, <n>.1.head, …              the line: who waits for slots, and who waits for that
//	<…>/first/                                 the same for slots of builds that have only begun
package jobslot

import (
	"context"
	"strings"
	"sync"
	"time"

	"berth/internal/lockfs"
)

// Options describe a pool.
type Options struct {
	// Dir is where the locks lie, see Dir; the zero value: the limit is that of this process alone.
	Dir   lockfs.Filesystem
	Cores int // slots of the machine, see Cores
	Limit int // jobs of this process at once; 0: as many as there are slots
	// HeadStart is how long the jobs of this build may take, in all, until it is like any other; 0: it is so at once.
	HeadStart time.Duration
	// Lookup reads the environment: an inherited jobserver, the slot of the job that started us.
	Lookup func(string) (string, bool)
	// Command is the verb, for people who ask who holds what.
	Command string
	// Notice is told when the build waits and has no job running; may be nil.
	Notice lockfs.Notice
}

// slotVariable tells children which slot their job has: "<name>@<directory>".
const slotVariable = "BERTH_JOB_SLOT"

// Pool is where a build's jobs get their slots.
type Pool struct {
	ctx     context.Context
	stop    context.CancelFunc
	limit   int
	notice  lockfs.Notice
	lines   []source // asked in this order
	foreign *tokens  // the jobserver that was inherited

	mu       sync.Mutex
	waiters  []*waiter
	held     int // slots of jobs, and of tokens that were offered
	start    headStart
	servers  []*Server
	feeding  bool
	watching bool // for stopped processes
	// When slots for tokens are looked for again, where there have been none, and what it was like then.
	tryAfter              time.Time
	tryPause              time.Duration
	lastServers, lastHeld int
}

// source is where slots come from. All calls but the goroutines that ask starts are made under the pool's mutex.
type source interface {
	// try gives a slot that is free and that nobody else waits for.
	try(p *Pool) *grant
	// ask makes sure that somebody waits for a slot, and gives it to the pool's first waiter.
	ask(p *Pool)
	// wanted tells whether another process waits.
	wanted(p *Pool) bool
}

// grant is a slot that is ours.
type grant struct {
	name    string // for children, with its directory; empty where they have no use for it
	lock    *lockfs.FileLock
	release func() // under the pool's mutex
	first   bool   // it is one of those for builds that have only begun
}

type waiter struct{ ready chan *grant }

// Foreign tells whether another program decides how many jobs run, by a jobserver that was inherited.
func (p *Pool) Foreign() bool { return p.foreign != nil }

// Open is the pool of this process. Nothing is touched yet.
func Open(o Options) *Pool {
	p := &Pool{limit: o.Limit, notice: o.Notice, start: headStart{limit: o.HeadStart}}
	p.ctx, p.stop = context.WithCancel(lockfs.WithSession(context.Background(), &lockfs.Session{Command: o.Command}))
	if t := inherited(o.Lookup); t != nil {
		p.foreign = t
		p.lines = []source{t}
		return p
	}
	if value, ok := o.Lookup(slotVariable); ok {
		if name, dir, ok := strings.Cut(value, "@"); ok && isSlotName(name) && dir != "" {
			p.lines = append(p.lines, newLine(lockfs.At(dir), name+".1.", []string{name + ".1"}))
		}
	}
	if o.Dir == (lockfs.Filesystem{}) {
		p.lines = append(p.lines, &local{slots: max(o.Cores, 1)})
	} else {
		p.lines = append(p.lines, newLine(o.Dir, "", numbers(max(o.Cores, 1))))
		if o.HeadStart > 0 {
			p.start.line = newLine(o.Dir.Join("first"), "", numbers(max(o.Cores, 1)))
			p.start.line.first = true
		}
	}
	return p
}

// Slot is the right to run one compiler.
type Slot struct {
	pool  *Pool
	grant *grant
	once  sync.Once
}

// patience is how long a build without a running job waits before it says so.
const patience = time.Second

// Acquire waits for a slot. The returned context knows that it is held.
func (p *Pool) Acquire(ctx context.Context) (context.Context, *Slot, error) {
	if err := lockfs.CheckRank(ctx, lockfs.RankSlot, "a job slot"); err != nil {
		return ctx, nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return ctx, nil, err
	}
	p.mu.Lock()
	if g := p.now(); g != nil {
		p.mu.Unlock()
		return p.slot(ctx, g)
	}
	w := &waiter{make(chan *grant, 1)}
	p.waiters = append(p.waiters, w)
	idle := p.held == 0
	p.pump()
	p.watch()
	p.mu.Unlock()
	if idle && p.notice != nil {
		defer p.say()()
	}
	select {
	case g := <-w.ready:
		return p.slot(ctx, g)
	case <-ctx.Done():
		p.leave(w)
		return ctx, nil, context.Cause(ctx)
	}
}

// now is a slot that can be had without waiting, behind those who wait already.
func (p *Pool) now() *grant {
	if len(p.waiters) > 0 {
		return nil
	}
	g := p.free()
	for g != nil && p.pay(g) {
		g = p.free()
	}
	p.limitFirst(g)
	return g
}

// free is a slot that nobody waits for.
func (p *Pool) free() *grant {
	for _, l := range p.lines {
		if !p.below() {
			break
		}
		if g := l.try(p); g != nil {
			p.held++
			return g
		}
	}
	if g := p.withdraw(); g != nil {
		return g
	}
	return p.tryFirst()
}

func (p *Pool) below() bool { return p.limit <= 0 || p.held < p.limit }

func (p *Pool) slot(ctx context.Context, g *grant) (context.Context, *Slot, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.start.change(1)
	if g.lock != nil {
		ctx = g.lock.Held(ctx)
	}
	return ctx, &Slot{pool: p, grant: g}, nil
}

// say tells after a while that the build waits.
func (p *Pool) say() (done func()) {
	var mu sync.Mutex
	said, over := func() {}, false
	timer := time.AfterFunc(patience, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			said = p.notice.Waiting(lockfs.Waiting{Lock: "a job slot"})
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
		said()
	}
}

// leave is for a waiter who does not wait any more; he may have been given a slot at that moment.
func (p *Pool) leave(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.waiters {
		if other == w {
			p.waiters = append(p.waiters[:i], p.waiters[i+1:]...)
			return
		}
	}
	p.put(<-w.ready)
}

// Close gives the slot back.
func (s *Slot) Close() {
	s.once.Do(func() {
		s.pool.mu.Lock()
		defer s.pool.mu.Unlock()
		s.pool.start.change(-1)
		s.pool.put(s.grant)
	})
}

// put gives a slot back to where it came from, and looks who waits here.
func (p *Pool) put(g *grant) {
	p.held--
	g.release()
	p.start.ended(g)
	p.pump()
}

// deliver gives a slot to the first waiter; false: nobody here wants it.
func (p *Pool) deliver(g *grant) bool {
	if len(p.waiters) == 0 || !p.below() {
		return false
	}
	p.held++
	if p.pay(g) {
		return true
	}
	w := p.waiters[0]
	p.waiters = p.waiters[1:]
	p.limitFirst(g)
	w.ready <- g
	return true
}

// pump has everybody asked who may have a slot for those who wait here. What was offered to children and not taken is
// nearest.
func (p *Pool) pump() {
	for len(p.waiters) > 0 {
		g := p.withdraw()
		if g == nil {
			break
		}
		p.held-- // it was counted as offered
		p.deliver(g)
	}
	if len(p.waiters) == 0 || !p.below() {
		return
	}
	for _, l := range p.lines {
		l.ask(p)
	}
	p.askFirst()
}

// Close ends all waiting. Slots that are still held go with their Close.
func (p *Pool) Close() { p.stop() }

// isSlotName: digits and points, as we make them; it becomes a part of a path.
func isSlotName(name string) bool {
	return name != "" && len(name) < 100 && strings.Trim(name, "0123456789.") == "" && !strings.Contains(name, "..")
}
