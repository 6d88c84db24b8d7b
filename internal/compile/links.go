package compile

import (
	"slices"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// links are the runs of build scripts that a unit is concerned with.
type links struct {
	own     []*unit.Unit // of its own package
	link    []*unit.Unit // whose -L and -l it gets, its own and those of what it is linked from
	plugins []*unit.Unit // of what runs in the compiler: their libraries must be found when it is loaded
}

func linkAll(graph *unit.Graph) []links {
	all := make([]links, len(graph.Units))
	linked, plugged := make(marks, len(graph.Units)), make(marks, len(graph.Units))
	for _, u := range graph.Units { // dependencies come first
		l := &all[u.Index]
		if u.Mode == unit.RunBuildScript {
			l.own = []*unit.Unit{u}
		}
		for _, d := range u.Deps {
			if d.Unit.Mode == unit.RunBuildScript && d.Unit.ID.Same(u.ID) {
				l.own = append(l.own, d.Unit)
			}
		}
		if u.Target.Kind != manifest.CustomBuild {
			l.link = linked.appendNew(u, nil, l.own)
		}
		l.inherit(u, all, linked, plugged)
	}
	return all
}

// inherit takes from dependencies in the order of their packages, so that the compiler is called the same way whatever
// came first.
func (l *links) inherit(u *unit.Unit, all []links, linked, plugged marks) {
	var deps []*unit.Unit
	for _, d := range u.Deps {
		if len(all[d.Unit.Index].link) > 0 {
			deps = append(deps, d.Unit)
		}
	}
	slices.SortStableFunc(deps, func(x, y *unit.Unit) int { return x.ID.Compare(y.ID) })
	for _, d := range deps {
		switch from := all[d.Index].link; {
		case d.Target.ForHost:
			l.plugins = plugged.appendNew(u, l.plugins, from)
		case isLinkable(d.Target):
			l.link = linked.appendNew(u, l.link, from)
		}
	}
}

// marks tell what a list has already: by unit, whose list it was put into last. To search in the lists themselves took a
// tenth of a second for 1,500 packages.
type marks []*unit.Unit

// appendNew appends to the list of u what it has not.
func (m marks) appendNew(u *unit.Unit, to, from []*unit.Unit) []*unit.Unit {
	for _, run := range from {
		if m[run.Index] != u {
			m[run.Index] = u
			to = append(to, run)
		}
	}
	return to
}
