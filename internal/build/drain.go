package build

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"berth/internal/buildmsg"
	"berth/internal/buildscript"
	"berth/internal/jobslot"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// builder is one build. All but what is said otherwise belongs to the goroutine of drain; others tell it what to do by
// events.
type builder struct {
	*Request
	queue *queue
	jobs  []job
	tools tools
	speech

	events chan func()
	wanted []int // to be made, in the order of the queue
	active int   // are made
	asking int   // goroutines that wait for a slot
	parked []int // another process makes them
	turn   turn  // to fix sources
	failed int
	stop   context.CancelFunc // of those that wait
	fatal  error              // that is not the fault of a unit
	dirty  bool               // something was made
	allOwn bool               // the shared store cannot be written
	whyOwn error              // that, until it was said
	reused Reused

	outdated map[string]time.Time // packages that were cleaned in this workspace, and when
}

// job is what is known of a unit while building.
type job struct {
	shared  bool
	key     unitstore.Key
	dir     string // where its outputs lie, as soon as anything does; of a run OUT_DIR
	way     string // to its outputs, while it is compiled; empty where it is dir
	meta    unitstore.Digest
	all     unitstore.Digest
	said    *buildscript.Output // by the run of a script
	found   *unitstore.Variant
	why     *reason // it is made again
	tried   int
	active  bool
	program string       // that was made, as it is run
	from    string       // the same in the store
	behind  *lockfs.Lock // it is parked behind, where that is not the unit's own
}

// drain carries out the queue.
func (b *builder) drain(ctx context.Context) error {
	waits, stop := context.WithCancel(ctx)
	defer stop()
	b.stop = stop
	for {
		if b.isStopping(ctx) {
			stop()
		} else {
			b.lookAtReady(ctx)
			b.askForSlots(ctx, waits)
		}
		if b.active+b.asking+len(b.parked) == 0 && (b.isStopping(ctx) || len(b.wanted)+len(b.queue.ready) == 0) {
			return b.fatal
		}
		b.showProgress()
		b.Times.load(b)
		(<-b.events)()
	}
}

func (b *builder) isStopping(ctx context.Context) bool {
	return b.fatal != nil || b.failed > 0 && !b.KeepGoing || ctx.Err() != nil
}

// lookAtReady takes what is there from the store.
func (b *builder) lookAtReady(ctx context.Context) {
	for !b.isStopping(ctx) {
		i, ok := b.queue.next()
		if !ok {
			return
		}
		if !b.queue.isDoomed(i) {
			b.look(ctx, i)
		}
	}
}

// look finds a unit, or wants it to be made.
func (b *builder) look(ctx context.Context, i int) {
	u, j := b.queue.units[i], &b.jobs[i]
	b.known(u)
	b.Times.ready(i)
	switch {
	case u.Mode == unit.Doctest:
		b.Times.nothing(i)
		b.queue.finish(i)
		return
	case u.Mode == unit.RunBuildScript && b.Compiler.Overridden(u) != nil:
		b.Times.nothing(i)
		b.override(i)
		return
	}
	j.key = b.key(u)
	if b.mustMake(u) {
		b.want(i)
		return
	}
	found, err := b.store(u).Find(ctx, j.key, b.accept(u, b.Compiler.Command(u, places{b})))
	switch {
	case err != nil:
		b.broken(err)
	case found.Variant != nil:
		b.take(ctx, i, found.Variant, true)
	default:
		if len(found.Damage) > 0 && j.why == nil {
			j.why = &reason{outputDamaged, found.Damage[0]}
		}
		b.want(i)
	}
}

// want queues a unit to be made.
func (b *builder) want(i int) {
	at, _ := slices.BinarySearchFunc(b.wanted, i, func(e, i int) int {
		if b.queue.before(e, i) {
			return -1
		}
		return 1
	})
	b.wanted = slices.Insert(b.wanted, at, i)
}

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
	case errors.Is(err, unitstore.ErrReadOnly) && b.store(u) != b.Own:
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

// park waits beside the build until nobody is at a unit any more.
func (b *builder) park(ctx context.Context, i int) {
	b.parkUntil(ctx, i, b.store(b.queue.units[i]).Watch(ctx, b.jobs[i].key))
}

func (b *builder) parkUntil(ctx context.Context, i int, free <-chan struct{}) {
	b.parked = append(b.parked, i)
	b.Times.parked(i)
	go func() {
		<-free
		b.events <- func() {
			b.parked = slices.DeleteFunc(b.parked, func(p int) bool { return p == i })
			b.Times.free(i)
			b.jobs[i].behind = nil
			if ctx.Err() == nil {
				b.look(ctx, i)
			}
		}
	}()
}

// moveToOwn: CARGO_HOME cannot be written, so everything goes to the target directory. That is said once, when there is
// something to be made.
func (b *builder) moveToOwn(ctx context.Context, i int, err error) {
	b.allOwn, b.whyOwn = true, err
	b.look(ctx, i)
}

// broken ends the build for something that is not the fault of a unit.
func (b *builder) broken(err error) {
	if b.fatal == nil {
		b.fatal = err
	}
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
	a.Quick = !j.shared
	leave := b.enter(ctx, u, a)
	if kind := u.Target.Kind; kind == manifest.Test || kind == manifest.Bench {
		if err := os.MkdirAll(places{b}.Scratch(u.Kind), 0o777); err != nil {
			b.broken(err)
		}
	}
	b.beginsToMake(i)
	b.Times.begun(i, b.whyMade(i))
	w := &work{b: b, i: i, unit: u, attempt: a, slot: slot, turn: fixing, leave: leave, cmd: b.Compiler.Command(u, places{b})}
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
	j.active, j.way = false, ""
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

var errDenied = errors.New("warnings are denied by `build.warnings` configuration")

// take has a unit that is there.
func (b *builder) take(ctx context.Context, i int, v *unitstore.Variant, fresh bool) {
	j := &b.jobs[i]
	j.found = v
	if fresh {
		b.note(i, v)
	}
	b.Times.done(i, v, fresh, b.store(b.queue.units[i]) == b.Shared && b.Shared != b.Own)
	before := b.lints
	err := b.arrange(i, fresh)
	if err == nil && b.Lints == DenyLints && !b.KeepGoing && b.lints > before {
		err = errDenied
	}
	if err != nil {
		b.unitFailed(i, err)
		return
	}
	if j.shared && b.Own.Spares != nil && len(v.Missing) == 0 {
		b.Own.Spares.Keep(ctx, v, !fresh)
	}
	b.queue.finish(i)
}

// unitFailed reports an error of a unit and gives up what needs it.
func (b *builder) unitFailed(i int, err error) {
	b.failed++
	b.queue.fail(i)
	b.Times.failed(i)
	b.reportFailure(err)
}

// identity is a unit for people who look at the store.
func (b *builder) identity(u *unit.Unit) unitstore.Identity {
	what := "run of the build script"
	if u.Mode != unit.RunBuildScript {
		what = buildmsg.TargetText(u.Target)
	}
	switch {
	case u.IsCheck():
		what += ", check"
	case u.Mode == unit.Doc:
		what += ", documentation"
	}
	if u.IsTest() {
		what += ", test"
	}
	return unitstore.Identity{Package: u.ID.Name + " " + u.ID.Version.String(), What: what + ", " + b.Layout.Profile}
}
