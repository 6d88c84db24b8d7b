package registry

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/crate"
	"berth/internal/figures"
)

// progress counts the downloads of a command and says of them what stock Cargo says.
type progress struct {
	voice Voice

	mu      sync.Mutex
	users   int // calls of Fetch that are under way
	live    func()
	drawn   bool
	said    bool
	began   time.Time
	crates  int // that arrived
	bytes   int64
	largest crate.PackageID
	most    int64

	waiting atomic.Int64 // crates that are still to come
	total   atomic.Int64 // crates that were to come
	left    atomic.Int64 // bytes of those whose length is known
}

// begin is for the time in which n more crates are made; the last of the calls says how it was.
func (p *progress) begin(n int) {
	p.waiting.Add(int64(n))
	p.total.Add(int64(n))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users++; p.users == 1 {
		p.began, p.crates, p.bytes, p.most, p.drawn = time.Now(), 0, 0, 0, false
		if p.live = p.voice.Bar(p.state); p.live != nil {
			p.drawn = true
		}
	}
}

func (p *progress) state() BarState {
	return BarState{Crates: int(p.waiting.Load()), Total: int(p.total.Load()), Bytes: p.left.Load()}
}

func (p *progress) done() { p.waiting.Add(-1) }

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users--; p.users > 0 {
		return
	}
	p.said = false // who fetches again says so again
	p.waiting.Store(0)
	p.total.Store(0)
	p.left.Store(0)
	if p.live != nil {
		p.live()
		p.live = nil
	}
	if p.drawn && p.crates > 0 {
		p.voice.Status("Downloaded", p.summary())
	}
}

// asking counts index files of one registry that are asked for, and shows them while there are some.
type asking struct {
	voice Voice

	mu   sync.Mutex
	live func()

	pending, complete atomic.Int64
}

func (a *asking) begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pending.Add(1) == 1 {
		a.live = a.voice.Asking(a.state)
	}
}

func (a *asking) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.complete.Add(1)
	if a.pending.Add(-1) == 0 && a.live != nil {
		a.live()
		a.live = nil
	}
}

// all are those that are, were, or are to be asked for, as far as that is known.
func (a *asking) all() int64 { return a.complete.Load() + a.pending.Load() }

// state takes no lock: who asks holds the voice.
func (a *asking) state() AskState {
	return AskState{Complete: int(a.complete.Load()), Pending: int(a.pending.Load())}
}

// announce is for who sees no bar: it may be a while before the first crate is there.
func (p *progress) announce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.drawn && !p.said {
		p.said = true
		p.voice.Status("Downloading", "crates ...")
	}
}

func (p *progress) arrived(id crate.PackageID, bytes int64) {
	p.mu.Lock()
	p.crates++
	p.bytes += bytes
	if bytes > p.most {
		p.most, p.largest = bytes, id
	}
	p.mu.Unlock()
	p.voice.Status("Downloaded", id.String())
}

func (p *progress) summary() string {
	noun := "crates"
	if p.crates == 1 {
		noun = "crate"
	}
	text := fmt.Sprintf("%d %s (%s) in %s", p.crates, noun, figures.Bytes(p.bytes), figures.Elapsed(time.Since(p.began)))
	if p.most > 1<<20 && p.crates > 1 {
		text += fmt.Sprintf(" (largest was `%s` at %s)", p.largest.Name, figures.Bytes(p.most))
	}
	return text
}

// crateMeter is the download.Progress of one crate.
type crateMeter struct {
	progress *progress
	size     *atomic.Int64 // of the archive, 0 while nobody has said
	left     int64         // what the progress counts of it
	have     int64
	begun    func() // told at the first sign of the server
}

// Start is called by one goroutine, and again when a transfer goes on or begins anew.
func (m *crateMeter) Start(total, have int64) {
	m.begun()
	m.have = have
	m.size.Store(max(total, 0))
	m.set(max(total-have, 0))
}

func (m *crateMeter) Add(n int) {
	if m.have += int64(n); m.have > m.size.Load() {
		m.size.Store(m.have) // the server did not say
	}
	m.set(max(m.left-int64(n), 0))
}

func (m *crateMeter) set(left int64) {
	m.progress.left.Add(left - m.left)
	m.left = left
}

func (m *crateMeter) end() { m.set(0) }
