package build

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"time"

	"berth/internal/buildmsg"
	"berth/internal/buildscript"
	"berth/internal/child"
	"berth/internal/lockfs"
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
	placer

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
	allOwn bool               // nothing can be made in the shared store, or run from it
	whyOwn error              // that, until it was said
	reused Reused

	began    time.Time
	habits   *habits              // of the workspace; nil where there is only one graph
	outdated map[string]time.Time // packages that were cleaned in this workspace, and when
}

// job is what is known of a unit while building.
type job struct {
	shared  bool
	key     unitstore.Key
	dir     string              // where its outputs lie, as soon as anything does; of a run OUT_DIR
	way     *unitstore.Way      // to its outputs, while it is compiled; nil where it is dir
	meta    string              // digest of its metadata, where it has any
	all     string              // of everything that others may be made from
	said    *buildscript.Output // by the run of a script
	found   *unitstore.Variant
	why     *reason            // it is made again
	seen    *unitstore.Variant // was found before anything began, and is not taken yet
	lacking bool               // was not
	tried   int
	active  bool
	program string       // that was made, as it is run
	from    string       // the same in the store
	behind  *lockfs.Lock // it is parked behind, where that is not the unit's own

	overtaken bool          // in the place of what was made lies something of newer sources
	displaced []fs.FileInfo // what lay in its places before
}

// drain carries out the queue.
func (b *builder) drain(ctx context.Context) error {
	waits, stop := context.WithCancel(ctx)
	defer stop()
	b.stop = stop
	defer b.endWait() // the last unit may be one that somebody else has made
	for {
		if err := b.Say.Lost(); err != nil {
			b.broken(err)
		}
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
		b.override(u)
		b.queue.finish(i)
		return
	}
	if j.seen != nil {
		b.take(ctx, i, j.seen, true)
		return
	}
	j.key = b.key(u)
	if b.mustMake(u) {
		b.want(i)
		return
	}
	found, err := b.store(u).Find(ctx, j.key, b.accept(u, b.Compiler.Command(u, places{b})))
	switch {
	case b.mayMove(u, err):
		b.moveToOwn(ctx, i, err)
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
	child.Prepare()
	at, _ := slices.BinarySearchFunc(b.wanted, i, func(e, i int) int {
		if b.queue.before(e, i) {
			return -1
		}
		return 1
	})
	b.wanted = slices.Insert(b.wanted, at, i)
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

// mayMove tells of an error of the shared store that the target directory need not have.
func (b *builder) mayMove(u *unit.Unit, err error) bool {
	return b.store(u) != b.Own && (errors.Is(err, unitstore.ErrReadOnly) || errors.Is(err, unitstore.ErrNoRoom))
}

// moveToOwn: CARGO_HOME cannot be written, or its disk is full, so everything goes to the target directory. That is
// said once, when there is something to be made.
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

// ErrDenied is the error of what went well but for warnings that the configuration does not let pass.
var ErrDenied = errors.New("warnings are denied by `build.warnings` configuration")

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
		err = ErrDenied
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
	return unitstore.Identity{Package: u.ID.Name + " " + u.ID.Version.String(), What: what + ", " + path.Join(b.Layout.Triple(u.Kind), b.Layout.Profile)}
}
