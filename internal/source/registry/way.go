package registry

import (
	"context"
	"sync"
	"time"

	"berth/internal/cargohome"
	"berth/internal/lockfs"
)

// Each process could keep all cores busy, with what registries answer and with unpacking. If all do so at once, all of them
// end late: so before it asks for something, or begins with a crate, a process lets those go first that have fewer crates
// left and keep the cores busy just now. Whoever waits for bytes, or for others, keeps none busy, and nobody waits for
// him then.
//
// It is a courtesy, and an end is set to it: nobody starves beside small commands that follow one another, and who was
// stopped by a debugger or with Ctrl-Z holds the others up no longer than that.
const courtesy = 10 * time.Second

// aLull is so long a time without answers that the network makes the process wait, and not a machine that is busy.
const aLull = 25 * time.Millisecond

// lookForWay is how often a process that gives way looks again; no system wakes it.
const lookForWay = 3 * time.Millisecond

// way is the part that one process has in that.
type way struct {
	precedence *lockfs.Precedence
	cores      int
	lull       time.Duration

	mu      sync.Mutex
	running int           // crates that are being unpacked
	quiet   *time.Timer   // since the last answer; nil before the first
	given   time.Duration // how long the process has given way

	giving sync.Mutex // who has it looks for all of the process
}

func newWay(home *cargohome.Home, cores int) *way {
	return &way{precedence: lockfs.NewPrecedence(home.Private("locks", "unpacking")), cores: cores, lull: aLull}
}

// give returns when nobody goes first any more. left says how many crates there still are.
func (w *way) give(ctx context.Context, left func() int64) error {
	w.giving.Lock()
	defer w.giving.Unlock()
	if w.given >= courtesy || !w.precedence.IsWanted(left()) {
		return nil
	}
	w.precedence.Withdraw()
	began := time.Now()
	ticker := time.NewTicker(lookForWay)
	defer ticker.Stop()
	for w.given+time.Since(began) < courtesy && w.precedence.IsWanted(left()) {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	w.given += time.Since(began)
	return nil
}

// begin is called before a crate is unpacked.
func (w *way) begin(left int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running++; w.running >= w.cores {
		w.precedence.Announce(left)
	}
}

// end is called after it, and told whether the next one follows at once.
func (w *way) end(more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running--; !more && w.running < w.cores {
		w.precedence.Withdraw()
	}
}

// answered is called when an answer of a registry is there. While one follows the other within moments they keep the cores
// busy.
func (w *way) answered(left int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.precedence.Announce(left)
	if w.quiet == nil {
		w.quiet = time.AfterFunc(w.lull, w.pause)
	} else {
		w.quiet.Reset(w.lull)
	}
}

func (w *way) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running < w.cores {
		w.precedence.Withdraw()
	}
}
