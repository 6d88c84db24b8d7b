package build

import (
	"context"
	"maps"
	"slices"

	"berth/internal/unit"
	"berth/internal/unitstore"
)

// # A check after a build
//
// A check needs no more of its dependencies than their metadata. rustc makes that in builds, too, but not the same to the
// byte, and what was compiled against the one cannot be used with the other (E0460): all that a unit is made from has to be
// of one kind. So there are several graphs that do the same. In the one that stock has, packages that never change are
// checked; in the others those are taken as builds make them which builds have made, with all that they are made from. What
// is missing is checked, as with stock: a check must not fail for what only a build needs.
//
// A workspace has each library as it had it before (see habits): its own packages would be checked once more if others were
// of another kind now. Where it had none of them before, the graph is carried out that takes less.

// chooseGraph is a builder of that graph.
func chooseGraph(ctx context.Context, r *Request) (*builder, error) {
	b := newBuilder(r)
	if r.Built == nil {
		return b, nil
	}
	b.habits = b.readHabits()
	checked := b.habits.checked()
	b.addDependents(checked)
	if len(checked) == b.habits.count() {
		return b, nil
	}
	other, lacking, err := b.withBuilt(ctx, checked)
	if err != nil {
		return nil, err
	}
	if missing := other.missing(); len(missing) > 0 {
		maps.Copy(checked, missing)
		b.addDependents(checked)
		if other, lacking, err = b.withBuilt(ctx, checked); err != nil {
			return nil, err
		}
	}
	if !b.habits.areKnown() && b.survey(ctx) <= lacking {
		return b, nil
	}
	*r = *other.Request
	return other, nil
}

// addDependents adds all that is compiled against libraries which are checked, in stock's graph.
func (b *builder) addDependents(checked map[unit.Library]bool) {
	isChecked := func(d unit.Dep) bool { return d.Linked && !d.Unit.Target.ForHost && checked[d.Unit.Library()] }
	for before := -1; before < len(checked); {
		before = len(checked)
		for _, u := range b.queue.units {
			if u.Mode == unit.Check && b.isShared(u) && slices.ContainsFunc(u.Deps, isChecked) {
				checked[u.Library()] = true
			}
		}
	}
}

// withBuilt is a builder of the graph with what builds make, but for some libraries, and how many units that lacks.
func (b *builder) withBuilt(ctx context.Context, checked map[unit.Library]bool) (*builder, int, error) {
	graph, compiler, err := b.Built(checked)
	if err != nil {
		return nil, 0, err
	}
	request := *b.Request
	request.Graph, request.Compiler = graph, compiler
	other := newBuilder(&request)
	other.habits = b.habits
	return other, other.survey(ctx), nil
}

// survey finds the units that all workspaces share, and is how many it does not find. It takes none: nothing is said of them,
// and nothing put anywhere, until the build comes to them.
func (b *builder) survey(ctx context.Context) (lacking int) {
	for i, u := range b.queue.units {
		if !b.isShared(u) {
			continue
		}
		j := &b.jobs[i]
		isGone := func(d unit.Dep) bool { return !isOnlyRun(u, d) && b.jobs[d.Unit.Index].lacking }
		switch {
		case u.Mode == unit.RunBuildScript && b.Compiler.Overridden(u) != nil:
			b.override(u)
		case slices.ContainsFunc(u.Deps, isGone):
			j.lacking = true
		default:
			j.seen = b.see(ctx, i)
			j.lacking = j.seen == nil
		}
		if j.lacking {
			lacking++
		}
	}
	return lacking
}

// see finds a unit and notes what it turned out to be, for the keys of those that are made from it. It is nil where there is
// none, or anything is wrong: the build comes to it again.
func (b *builder) see(ctx context.Context, i int) *unitstore.Variant {
	u, j := b.queue.units[i], &b.jobs[i]
	if b.mustMake(u) {
		return nil
	}
	j.key = b.key(u)
	found, err := b.store(u).Find(ctx, j.key, b.accept(u, b.Compiler.Command(u, places{b})))
	if err != nil || found.Variant == nil || b.learn(u, found.Variant) != nil {
		return nil
	}
	return found.Variant
}

// missing are the libraries that were to be taken from builds, and are not there.
func (b *builder) missing() map[unit.Library]bool {
	missing := map[unit.Library]bool{}
	for i, u := range b.queue.units {
		if u.Built && b.jobs[i].lacking {
			missing[u.Library()] = true
		}
	}
	return missing
}
