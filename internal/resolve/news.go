package resolve

import "berth/internal/crate"

// settled are the registries that a resolution need not ask for news: what is known of them on this machine will do, even
// where newer versions have been published since. Stock Cargo asks a registry where a manifest of the user names what
// Cargo.lock has not, and where the user lets go of a package; a feature that was turned on in a package of Cargo.lock is
// no reason to, though it may bring in packages that are not there yet.
type settled map[crate.SourceKey]bool

// settled works that out before anything is asked, so that it does not matter what is answered first.
func (in *Input) settled(l *locks, p *patches) settled {
	if l.prev == nil {
		return nil
	}
	all := settled{}
	for _, list := range l.byName {
		if source := list[0].id.Source; source.IsRegistry() && !l.prev.asksFor(source) {
			all[source.Key()] = true
		}
	}
	if in.Keep != nil {
		for i := range l.prev.Packages {
			if id := l.prev.Packages[i].ID; !in.Keep(id) {
				delete(all, id.Source.Key())
			}
		}
	}
	for _, patch := range in.Patches {
		if in.lockedPatch(patch.Dep) == nil {
			delete(all, patch.Dep.Source.Key())
		}
	}
	open := false // a repository, whose packages may name anything
	in.eachDependency(in.besides(p), func(of *crate.Summary, d *crate.Dependency) {
		if held := (dep{Dependency: d, source: d.Source}); !l.holds(&held, of.ID) {
			open = open || d.Source.IsGit()
			delete(all, d.Source.Key())
		}
	})
	if open {
		return nil
	}
	return all
}

// holds tells whether Cargo.lock says what a dependency of a package is.
func (l *locks) holds(d *dep, of crate.PackageID) bool {
	l.hold(d, l.of(of))
	return d.locked
}

// besides are packages that have a manifest of their own and that no dependency names.
func (in *Input) besides(p *patches) []*crate.Summary {
	var all []*crate.Summary
	for _, sums := range p.tables {
		for _, s := range sums {
			if !s.ID.Source.IsRegistry() {
				all = append(all, s)
			}
		}
	}
	return append(all, in.Overrides...)
}

// eachDependency visits what the workspace's packages and those that lie on the disk below them depend on, and more
// packages like them.
func (in *Input) eachDependency(more []*crate.Summary, visit func(of *crate.Summary, d *crate.Dependency)) {
	isRoot, seen := map[crate.PackageKey]bool{}, map[crate.PackageKey]bool{}
	queue := more
	dev := false
	for _, r := range in.Roots {
		isRoot[r.Summary.ID.Key()] = true
		dev = dev || r.DevDeps
		queue = append(queue, r.Summary)
	}
	for len(queue) > 0 {
		s := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		key := s.ID.Key()
		if seen[key] {
			continue
		}
		seen[key] = true
		for _, d := range s.Deps {
			// What lies outside of the workspace brings only part of its dependencies into Cargo.lock.
			if !isRoot[key] && (d.Optional || d.Kind == crate.Dev) || d.Kind == crate.Dev && !dev {
				continue
			}
			if below := in.pathPackage(d.Source); below != nil {
				queue = append(queue, below)
			} else {
				visit(s, d)
			}
		}
	}
}

// asksFor tells whether the graph is out of a resolution that wanted to know what is new in a registry.
func (g *Graph) asksFor(source crate.SourceID) bool { return g.resolved && !g.settled[source.Key()] }

// Settles tells whether what is known of a registry on this machine was enough to make the graph; see [Query.AtHand].
func (g *Graph) Settles(source crate.SourceID) bool { return g.settled[source.Key()] }
