package build

import (
	"context"
	"slices"

	"berth/internal/unit"
)

// # A check after a build
//
// A check needs no more of its dependencies than their metadata. rustc makes that in builds, too, but not the same to the
// byte, and what was compiled against the one cannot be used with the other (E0460): all that a unit is made from has to be
// of one kind. So there are two graphs that do the same. In the one that stock has, packages that never change are checked;
// in the other they are taken as builds make them. The first is carried out unless it would take more than the second, as
// after a build, of which stock would use nothing.
//
// What a workspace has checked counts: where much of it would have to be checked again only because packages below it are of
// the other kind, they stay of the kind that they were. So a build between two checks makes no work for the second.

// buildCost is how many checks of packages take as long as a build of them, about.
const buildCost = 2

// chooseGraph is a builder of the graph that takes less.
func chooseGraph(ctx context.Context, r *Request) (*builder, error) {
	b := newBuilder(r)
	if r.Built == nil {
		return b, nil
	}
	checks := b.survey(ctx, true)
	if checks == 0 {
		return b, nil
	}
	graph, compiler, err := r.Built()
	if err != nil {
		return nil, err
	}
	request := *r
	request.Graph, request.Compiler = graph, compiler
	other := newBuilder(&request)
	builds := buildCost * other.survey(ctx, true)
	if builds >= checks || builds+other.survey(ctx, false) >= checks+b.survey(ctx, false) {
		return b, nil
	}
	*r = request
	return other, nil
}

// survey finds the units that all workspaces share, or else the other ones, and is how many of those it does not find that
// would be made in this graph and not in the other. It takes none: nothing is said of them, and nothing put anywhere,
// until the build comes to them.
func (b *builder) survey(ctx context.Context, shared bool) (lacking int) {
	for i, u := range b.queue.units {
		if b.isShared(u) != shared {
			continue
		}
		j := &b.jobs[i]
		isGone := func(d unit.Dep) bool { return !isOnlyRun(u, d) && b.jobs[d.Unit.Index].lacking }
		switch {
		case u.Mode == unit.RunBuildScript && b.Compiler.Overridden(u) != nil:
			b.override(u)
		case slices.ContainsFunc(u.Deps, isGone) || !b.see(ctx, i):
			j.lacking = true
		}
		if j.lacking && (!shared || u.Built || u.IsCheck()) {
			lacking++
		}
	}
	return lacking
}

// see finds a unit and notes what it turned out to be, for the keys of those that are made from it.
func (b *builder) see(ctx context.Context, i int) bool {
	u, j := b.queue.units[i], &b.jobs[i]
	if u.Mode == unit.Doctest || b.mustMake(u) {
		return false
	}
	j.key = b.key(u)
	found, err := b.store(u).Find(ctx, j.key, b.accept(u, b.Compiler.Command(u, places{b})))
	if err != nil || found.Variant == nil {
		return false // whatever is wrong, the build comes to it again
	}
	if b.learn(u, found.Variant) != nil {
		return false
	}
	if b.isShared(u) { // what may change while others are made is looked at again
		j.seen = found.Variant
	}
	return true
}
