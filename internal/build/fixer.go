package build

import (
	"context"
	"strings"
	"time"

	"berth/internal/child"
	"berth/internal/compile"
	"berth/internal/lockfs"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// Fixer makes units by calling their compiler as often as it likes, and changes sources in between.
type Fixer interface {
	// Fixes tells whether it makes a unit.
	Fixes(*unit.Unit) bool
	// Always tells whether it makes one also where nothing has changed.
	Always(*unit.Unit) bool
	// Lock is held while it makes one. It is only tried: who finds it held does other units.
	Lock(*unit.Unit) lockfs.Lock
	// Make is what the compiler said in the end, and how it ended.
	Make(ctx context.Context, u *unit.Unit, cmd *compile.Command, call func() (Output, error), say func(func(Voice))) (Output, error)
}

// Output is what one call of a compiler came to.
type Output struct {
	Exit           child.Exit
	Began          time.Time // a Moment of the unit store
	Stdout, Stderr []string  // lines without their ends
}

// isFixed tells whether a unit is made by the fixer.
func (b *builder) isFixed(u *unit.Unit) bool { return b.Fix != nil && b.Fix.Fixes(u) }

// mustMake tells whether a unit is made whatever is in the store.
func (b *builder) mustMake(u *unit.Unit) bool { return b.isFixed(u) && b.Fix.Always(u) }

// turn is had by a unit that is fixed: one at a time, since units share sources.
type turn struct {
	taken bool
	later []int // units that wait for it
}

// takeTurn has the fixing of a unit begin. It is nil, without an error, where another unit of this build is being fixed,
// and ErrBusy where another process is at the package.
func (b *builder) takeTurn(ctx context.Context, i int) (context.Context, *lockfs.FileLock, error) {
	if b.turn.taken {
		b.turn.later = append(b.turn.later, i)
		return ctx, nil, nil
	}
	ctx, held, err := b.Fix.Lock(b.queue.units[i]).Try(ctx, lockfs.Exclusive)
	b.turn.taken = err == nil
	return ctx, held, err
}

// endTurn lets the next unit be fixed.
func (b *builder) endTurn(held *lockfs.FileLock) {
	if held == nil {
		return
	}
	if err := held.Retire(); err != nil {
		b.broken(err)
	}
	b.turn.taken = false
	later := b.turn.later
	b.turn.later = nil
	for _, i := range later {
		b.want(i)
	}
}

// parkBehind waits beside the build for the process that fixes a unit's package.
func (b *builder) parkBehind(ctx context.Context, i int) {
	lock := b.Fix.Lock(b.queue.units[i])
	lock.Existing = true           // its holder removes it
	lock.Patience = 24 * time.Hour // whoever has nothing else to do says what he waits for
	free := make(chan struct{})
	go func() {
		defer close(free)
		if _, held, err := lock.Acquire(ctx, lockfs.Shared); err == nil {
			_ = held.Close() // nothing was done under it
		}
	}()
	b.jobs[i].behind = &lock
	b.parkUntil(ctx, i, free)
}

// fix makes a unit by the fixer.
func (w *work) fix(ctx context.Context) (child.Exit, error) {
	call := func() (out Output, err error) {
		if out.Began, err = unitstore.Moment(w.attempt.Dir); err != nil {
			return out, err
		}
		out.Exit, err = w.call(ctx, w.cmd.Program, collect(&out.Stdout), collect(&out.Stderr))
		return out, err
	}
	out, err := w.b.Fix.Make(w.turn.Held(ctx), w.unit, w.cmd, call, func(do func(Voice)) { w.tell(func() { do(w.b.Say) }) })
	if err != nil {
		return out.Exit, err
	}
	for _, line := range out.Stderr {
		w.diagnostic([]byte(line))
	}
	for _, line := range out.Stdout {
		w.tell(func() { w.b.Say.Out(line) })
	}
	return out.Exit, nil
}

func collect(lines *[]string) func([]byte) {
	return func(line []byte) { *lines = append(*lines, strings.TrimRight(string(line), "\r\n")) }
}
