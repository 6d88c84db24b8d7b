package jobslot

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"time"
)

// Server is the jobserver of one child. It gives tokens for slots that nobody else wants: a few before they are asked
// for, as the protocol has no way to see who waits, and they are taken back when somebody wants them.
type Server struct {
	pool    *Pool
	slot    *Slot
	pipe    feed
	given   []*grant
	pending int       // tokens that lay in the pipe when it was looked at last
	since   time.Time // that it is so many
}

// feed is the pipe, or what the system has for one.
type feed interface {
	flags() string
	files() []*os.File
	pending() int
	offer() bool
	withdraw() bool
	close()
}

// Serve makes the jobserver for a child that runs in this slot. Close it when the child has ended.
func (s *Slot) Serve() (*Server, error) {
	server := &Server{pool: s.pool, slot: s}
	if s.pool.foreign != nil {
		return server, nil
	}
	var err error
	if server.pipe, err = newFeed(); err != nil {
		return nil, err
	}
	p := s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	p.servers = append(p.servers, server)
	p.balance(time.Now())
	if !p.feeding {
		p.feeding = true
		go p.feed()
	}
	return server, nil
}

// Files are the child's descriptors from 3 on.
func (s *Server) Files() []*os.File {
	if s.pipe == nil {
		return nil
	}
	return s.pipe.files()
}

// Environ is env for the child: the jobserver, under the name that stock Cargo has for it, and whose slot it is.
func (s *Server) Environ(env []string) []string {
	set := map[string]string{slotVariable: s.slot.grant.name}
	if s.pipe != nil {
		set["CARGO_MAKEFLAGS"] = s.pipe.flags()
	} else {
		set["CARGO_MAKEFLAGS"] = s.pool.foreign.flags
	}
	env = slices.DeleteFunc(slices.Clone(env), func(text string) bool {
		name, _, _ := strings.Cut(text, "=")
		_, ours := set[name]
		return ours
	})
	for _, name := range []string{"CARGO_MAKEFLAGS", slotVariable} {
		if set[name] != "" {
			env = append(env, name+"="+set[name])
		}
	}
	return env
}

// Close takes all tokens back, whether the child has given them back or not.
func (s *Server) Close() {
	if s.pipe == nil {
		return
	}
	p := s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.servers, s); i >= 0 {
		p.servers = slices.Delete(p.servers, i, i+1)
		s.pipe.close()
		for _, g := range s.given {
			p.held--
			g.release()
		}
		s.given = nil
		p.pump()
	}
}

// takeBack is a slot of a token that the child has not taken; nil: it has them all.
func (s *Server) takeBack() *grant {
	if len(s.given) == 0 || !s.pipe.withdraw() {
		return nil
	}
	last := len(s.given) - 1
	g := s.given[last]
	s.given = s.given[:last]
	return g
}

// withdraw takes one token back from whoever has most of them unused. It stays counted as held.
func (p *Pool) withdraw() *grant {
	for _, s := range p.byPending() {
		if g := s.takeBack(); g != nil {
			return g
		}
	}
	return nil
}

func (p *Pool) byPending() []*Server {
	for _, s := range p.servers {
		s.look(time.Now())
	}
	sorted := slices.Clone(p.servers)
	slices.SortStableFunc(sorted, func(a, b *Server) int { return cmp.Compare(b.pending, a.pending) })
	return sorted
}

func (s *Server) look(now time.Time) {
	if n := s.pipe.pending(); n != s.pending {
		s.pending, s.since = n, now
	}
}

// wish is how many tokens should lie in the pipe: one, so that a child that wants to do more at once can begin, and as
// many more as it has taken: that doubles what a child gets which uses all of it.
func (s *Server) wish() int { return 1 + max(0, len(s.given)-s.pending) }

// The feeder looks at the pipes often while something changes there. That costs some microseconds each time; it is idle
// when no child runs.
const (
	soon    = 2 * time.Millisecond
	later   = 10 * time.Millisecond // while tokens lie unused: somebody may want the slots
	seldom  = 100 * time.Millisecond
	unused  = 20 * time.Millisecond // a token that lies so long may go to another child
	backoff = 16                    // times seldom between looks for slots, where there have been none
)

func (p *Pool) feed() {
	pause := soon
	for {
		select {
		case <-time.After(pause):
		case <-p.ctx.Done():
			return
		}
		p.mu.Lock()
		if len(p.servers) == 0 {
			p.feeding = false
			p.mu.Unlock()
			return
		}
		changed, idle := p.balance(time.Now())
		p.mu.Unlock()
		switch {
		case changed:
			pause = soon
		case idle:
			pause = min(2*pause, later)
		default:
			pause = min(2*pause, seldom)
		}
	}
}

// balance gives tokens to children that may use them, and takes them from those that do not if somebody else wants the
// slots. idle: tokens lie unused.
func (p *Pool) balance(now time.Time) (changed, idle bool) {
	for _, s := range p.servers {
		before := s.pending
		s.look(now)
		changed = changed || s.pending != before
		idle = idle || s.pending > 0
	}
	if len(p.waiters) > 0 {
		p.pump()
		return true, idle
	}
	if idle && slices.ContainsFunc(p.lines, func(l source) bool { return l.wanted(p) }) {
		for g := p.withdraw(); g != nil; g = p.withdraw() {
			p.held--
			g.release()
		}
		return true, false
	}
	return p.offer(now) || changed, idle
}

// offer goes from the neediest child on, a token at a time.
func (p *Pool) offer(now time.Time) (offered bool) {
	if changed := len(p.servers) != p.lastServers || p.held != p.lastHeld; !changed && now.Before(p.tryAfter) {
		return false
	}
	p.lastServers, p.lastHeld = len(p.servers), p.held
	for {
		sorted := p.byPending()
		slices.Reverse(sorted)
		i := slices.IndexFunc(sorted, func(s *Server) bool { return s.pending < s.wish() })
		if i < 0 {
			return offered
		}
		g := p.another(sorted, sorted[i], now)
		if g == nil {
			p.tryAfter = now.Add(min(max(2*p.tryPause, soon), backoff*seldom))
			p.tryPause = p.tryAfter.Sub(now)
			return offered
		}
		p.tryPause = 0
		if !sorted[i].pipe.offer() {
			p.held--
			g.release()
			return offered
		}
		sorted[i].given = append(sorted[i].given, g)
		offered = true
	}
}

// another is a free slot, or one whose token lies unused with another child while this one has none.
func (p *Pool) another(sorted []*Server, needy *Server, now time.Time) *grant {
	for _, l := range p.lines {
		if !p.below() {
			break
		}
		if g := l.try(p); g != nil {
			p.held++
			return g
		}
	}
	rich := sorted[len(sorted)-1]
	if rich == needy || needy.pending > 0 || rich.pending == 0 || now.Sub(rich.since) < unused {
		return nil
	}
	return rich.takeBack()
}
