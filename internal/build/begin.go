package build

import (
	"context"
	"errors"
	"os"

	"berth/internal/jobslot"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unitstore"
)

// askForSlots has a goroutine wait for each slot that could be used. After a failure nothing is waited for any more, but
// what is being made comes to its end: hence two contexts.
func (b *builder) askForSlots(ctx, waits context.Context) {
	for b.asking < len(b.wanted) && b.active+b.asking < b.Jobs {
		b.asking++
		go func() {
			held, slot, err := b.Slots.Acquire(waits)
			b.events <- func() {
				b.asking--
				if err != nil {
					if waits.Err() == nil {
						b.broken(err)
					}
					return
				}
				b.use(ctx, waits, held, slot)
			}
		}()
	}
}

// use begins the first of the wanted units that nobody else is at.
func (b *builder) use(ctx, waits, held context.Context, slot *jobslot.Slot) {
	for len(b.wanted) > 0 && !b.isStopping(ctx) {
		i := b.wanted[0]
		b.wanted = b.wanted[1:]
		if b.queue.isDoomed(i) {
			continue
		}
		var fixing *lockfs.FileLock
		holds := held
		if b.isFixed(b.queue.units[i]) {
			var err error
			switch holds, fixing, err = b.takeTurn(held, i); {
			case errors.Is(err, lockfs.ErrBusy):
				b.parkBehind(waits, i)
				continue
			case err != nil:
				b.broken(err)
				continue
			case fixing == nil:
				continue
			}
		}
		if b.tryToBegin(ctx, waits, holds, i, slot, fixing) {
			return
		}
		b.endTurn(fixing)
	}
	slot.Close()
}

// tryToBegin begins a unit unless it is there, or another process is at it.
func (b *builder) tryToBegin(ctx, waits, held context.Context, i int, slot *jobslot.Slot, fixing *lockfs.FileLock) bool {
	u, j := b.queue.units[i], &b.jobs[i]
	cmd := b.Compiler.Command(u, places{b})
	found, attempt, err := b.store(u).TryBegin(held, j.key, b.identity(u), b.accept(u, cmd))
	switch {
	case errors.Is(err, lockfs.ErrBusy):
		b.park(waits, i)
	case b.mayMove(u, err):
		b.moveToOwn(ctx, i, err)
	case err != nil:
		b.broken(err)
	case found.Variant != nil:
		b.take(ctx, i, found.Variant, true)
	default:
		b.begin(ctx, i, attempt, slot, fixing)
		return true
	}
	return false
}

// begin makes a unit beside the build.
func (b *builder) begin(ctx context.Context, i int, a *unitstore.Attempt, slot *jobslot.Slot, fixing *lockfs.FileLock) {
	u, j := b.queue.units[i], &b.jobs[i]
	b.active++
	b.dirty = true
	if j.shared && b.whyOwn != nil {
		b.Say.Warn("compiled packages cannot be shared, and are kept in the target directory: " + b.whyOwn.Error())
		b.whyOwn = nil
	}
	j.active = true
	j.tried++
	j.dir = b.outDir(u, a)
	b.enter(ctx, u, a)
	if kind := u.Target.Kind; kind == manifest.Test || kind == manifest.Bench {
		if err := os.MkdirAll(places{b}.Scratch(u.Kind), 0o777); err != nil {
			b.broken(err)
		}
	}
	b.beginsToMake(i)
	b.Times.begun(i, b.whyMade(i))
	w := &work{b: b, i: i, unit: u, attempt: a, slot: slot, turn: fixing, way: j.way, cmd: b.Compiler.Command(u, places{b})}
	go func() {
		made, err := w.make(ctx)
		slot.Close()
		b.events <- func() { b.ended(ctx, w, made, err) }
	}()
}

// ended takes what came of a unit.
func (b *builder) ended(ctx context.Context, w *work, made *unitstore.Variant, err error) {
	b.active--
	j := &b.jobs[w.i]
	j.active, j.way = false, nil
	b.endTurn(w.turn)
	switch {
	case errors.Is(err, unitstore.ErrVanished) && j.tried < 3 && ctx.Err() == nil:
		b.want(w.i) // somebody cleans; it is made anew
	case err != nil:
		b.failedToMake(ctx, w, err)
	default:
		b.take(ctx, w.i, made, false)
	}
}
