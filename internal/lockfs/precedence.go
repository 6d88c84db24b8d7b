package lockfs

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"berth/internal/flock"
)

// Precedence orders processes each of which keeps the whole machine busy: who has less left goes first, so that what is
// short is over soon, while the sum of all takes no longer.
//
// It excludes nobody, and nothing rests on it: it is asked, and who is asked for way decides how long to give it. Who has
// announced itself holds a byte of a file, at the offset that says how much is left; the kernel takes that back from the
// dead. Without locks nobody gives way.
type Precedence struct {
	path Filesystem

	mu   sync.Mutex
	once sync.Once
	file *os.File // nil where there can be none
	at   int64    // which byte is held, -1 for none
}

// NewPrecedence is the one that goes by a file of berth's own. A process has one of each file (see [flock.TryRange]).
func NewPrecedence(file Filesystem) *Precedence { return &Precedence{path: file, at: -1} }

// open is called with mu held.
func (p *Precedence) open() *os.File {
	p.once.Do(func() {
		if os.MkdirAll(filepath.Dir(p.path.path), 0o777) != nil {
			return
		}
		if f, err := os.OpenFile(p.path.path, os.O_RDWR|os.O_CREATE, 0o666); err == nil {
			p.file = f
		}
	})
	return p.file
}

// Announce says that this process keeps the machine busy with so much to do.
func (p *Precedence) Announce(left int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.open()
	if f == nil || left == p.at {
		return
	}
	before := p.at
	// Somebody may look at this instant. That costs at most one who could have given way.
	if flock.TryRange(f, left, 1, flock.Shared) != nil {
		left = -1
	}
	p.at = left
	if before >= 0 {
		flock.UnlockRange(f, before, 1)
	}
}

// Withdraw says that it does so no more.
func (p *Precedence) Withdraw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at >= 0 {
		flock.UnlockRange(p.file, p.at, 1)
		p.at = -1
	}
}

// IsWanted tells whether a process that has less than left to do has announced itself.
func (p *Precedence) IsWanted(left int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at >= 0 {
		left = min(left, p.at) // what is ours would go with what is tried
	}
	f := p.open()
	if f == nil || left <= 0 {
		return false
	}
	err := flock.TryRange(f, 0, left, flock.Exclusive)
	if err != nil {
		return errors.Is(err, ErrBusy)
	}
	flock.UnlockRange(f, 0, left)
	return false
}

// Close lets go of the file.
func (p *Precedence) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.once.Do(func() {})
	if p.file != nil {
		p.file.Close()
		p.file, p.at = nil, -1
	}
}
