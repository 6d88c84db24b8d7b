package resolve

import (
	"slices"

	"berth/internal/cargolock"
	"berth/internal/crate"
)

// locks are the packages of Cargo.lock that are to stay as they are. They act on dependencies before the search sees
// them: a dependency on a package that stays has no other candidate than that.
type locks struct {
	byName map[lockKey][]heldPackage
	// patched are the packages that [patch] offers in the place of a source's, by the source's canonical URL.
	patched map[string][]crate.PackageID
	prev    *Graph
	keep    func(crate.PackageID) bool
}

type lockKey struct {
	name   string
	source crate.SourceKey
}

// heldPackage is a package that stays, and those of its dependencies that stay.
type heldPackage struct {
	id   crate.PackageID
	deps []crate.PackageID
}

func keyOf(name string, source crate.SourceID) lockKey { return lockKey{name, source.Key()} }

// of is what is held of a package; nil if it is not.
func (l *locks) of(id crate.PackageID) *heldPackage {
	list := l.byName[keyOf(id.Name, id.Source)]
	for i := range list {
		if list[i].id.Same(id) {
			return &list[i]
		}
	}
	return nil
}

// precise is the id with the commit that Cargo.lock has for it.
func (l *locks) precise(id crate.PackageID) crate.PackageID {
	if !id.Source.IsGit() {
		return id
	}
	if held := l.of(id); held != nil {
		id.Source = id.Source.WithPrecise(held.id.Source.Precise())
	}
	return id
}

// hold binds a dependency of a package to what was chosen for it before, if the package is held and what was chosen
// still fits; else to any package that is held and fits.
func (l *locks) hold(d *dep, by *heldPackage) {
	if len(l.byName) == 0 {
		return
	}
	if by != nil {
		for _, id := range by.deps {
			if d.MatchesID(id) {
				d.lock(id)
				return
			}
			if d.Name == id.Name && d.MatchesVersion(id.Version) && l.isPatch(d, id) {
				d.locked, d.version = true, id.Version // the source is that of the dependency still
				return
			}
		}
	}
	for _, h := range l.byName[keyOf(d.Name, d.Source)] {
		if d.MatchesID(h.id) {
			d.lock(h.id)
			return
		}
	}
}

func (d *dep) lock(id crate.PackageID) {
	d.locked, d.version = true, id.Version
	if commit := id.Source.Precise(); commit != d.source.Precise() {
		d.source = d.source.WithPrecise(commit)
	}
}

func (l *locks) isPatch(d *dep, id crate.PackageID) bool {
	return slices.ContainsFunc(l.patched[d.Source.Canonical()], id.Same)
}

// newLocks decides what stays.
func (in *Input) newLocks(patches *patches, prefs *preferences) *locks {
	l := &locks{byName: map[lockKey][]heldPackage{}, patched: patches.available, prev: in.Previous}
	if l.prev == nil {
		return l
	}
	keep := in.keeper(patches.avoid)
	l.keep = keep
	for i := range l.prev.Packages {
		if id := l.prev.Packages[i].ID; keep(id) {
			prefs.kept[id.Key()] = true
		}
	}
	free := l.freed(in, keep)
	stays := func(i int) bool { return !free[i] && keep(l.prev.Packages[i].ID) }
	for i := range l.prev.Packages {
		if !stays(i) {
			continue
		}
		p := &l.prev.Packages[i]
		held := heldPackage{id: p.ID}
		for _, e := range p.Edges {
			if stays(e.To) {
				held.deps = append(held.deps, l.prev.Packages[e.To].ID)
			}
		}
		for _, key := range l.keys(p.ID) {
			id := held.id
			id.Source = key
			l.byName[keyOf(id.Name, key)] = append(l.byName[keyOf(id.Name, key)], heldPackage{id, held.deps})
		}
	}
	return l
}

// keeper is Keep, and of patches only those that did not change.
func (in *Input) keeper(avoid []crate.PackageID) func(crate.PackageID) bool {
	return func(id crate.PackageID) bool {
		return (in.Keep == nil || in.Keep(id)) && !slices.ContainsFunc(avoid, id.Same)
	}
}

// keys are the sources under which a package is held: up to format 2 the branch master was the default branch.
func (l *locks) keys(id crate.PackageID) []crate.SourceID {
	if master, ok := l.prev.asMaster(id); ok {
		return []crate.SourceID{master.Source, id.Source}
	}
	return []crate.SourceID{id.Source}
}

// asMaster is a package of a default branch as one of the branch master, in a graph that could mean either.
func (g *Graph) asMaster(id crate.PackageID) (crate.PackageID, bool) {
	if g.Format > cargolock.V2 || !id.Source.IsGit() || id.Source.GitRef().Kind != crate.DefaultBranch {
		return id, false
	}
	s, err := crate.GitSource(id.Source.URL(), crate.GitRef{Kind: crate.Branch, Name: "master"})
	if err != nil {
		return id, false
	}
	id.Source = s.WithPrecise(id.Source.Precise())
	return id, true
}

// freed are the packages that are not held though the user would keep them. What is given up frees all below it: its
// next version may want other versions of those. So does a dependency that was changed in a manifest and that nothing
// in Cargo.lock satisfies: then all packages of its source are free. They are still preferred, so that little changes.
func (l *locks) freed(in *Input, keep func(crate.PackageID) bool) []bool {
	g := l.prev
	free := make([]bool, len(g.Packages))
	var below func(int)
	below = func(i int) {
		if free[i] {
			return
		}
		free[i] = true
		for _, e := range g.Packages[i].Edges {
			below(e.To)
		}
	}
	for i := range g.Packages {
		if !keep(g.Packages[i].ID) {
			below(i)
		}
	}
	for _, source := range in.changedSources(g) {
		for i := range g.Packages {
			if g.Packages[i].ID.Source.Same(source) {
				below(i)
			}
		}
	}
	for i := range g.Packages {
		id := g.Packages[i].ID
		if now := in.pathPackage(id.Source); now != nil && !now.ID.Same(id) {
			free[i] = true
		}
	}
	return free
}

func (in *Input) pathPackage(s crate.SourceID) *crate.Summary {
	if !s.IsPath() || in.PathPackage == nil {
		return nil
	}
	return in.PathPackage(s)
}

// changedSources are those of dependencies that nothing in Cargo.lock satisfies, in the workspace's packages and in
// what lies on the disk below them.
func (in *Input) changedSources(g *Graph) []crate.SourceID {
	versions := map[string][]int{}
	for i := range g.Packages {
		name := g.Packages[i].ID.Name
		versions[name] = append(versions[name], i)
	}
	satisfied := func(d *crate.Dependency) bool {
		return slices.ContainsFunc(versions[d.Name], func(i int) bool { return d.MatchesVersion(g.Packages[i].ID.Version) })
	}
	var changed []crate.SourceID
	in.eachDependency(nil, func(_ *crate.Summary, d *crate.Dependency) {
		if !satisfied(d) {
			changed = append(changed, d.Source)
		}
	})
	return changed
}
