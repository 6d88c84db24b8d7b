package resolve

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/cargolock"
	"berth/internal/crate"
)

// Format is the format of a Cargo.lock.
type Format = cargolock.Format

// Graph is a dependency graph in which every version is chosen: what Resolve gives, and what a Cargo.lock holds.
type Graph struct {
	Packages []Package         // in the order of a Cargo.lock
	Unused   []crate.PackageID // patches that nothing asks for
	Metadata []cargolock.Entry // of Cargo.lock, which nobody knows and everybody keeps
	Format   Format            // of the Cargo.lock that it comes from, or is for
	byKey    map[crate.PackageKey]int
	patches  map[string][]*crate.Summary // by the URL that they patch
	resolved bool                        // and settled are the registries that were not asked for news
	settled  settled
	// Notices are what the user should hear about the choice.
	Notices []Notice
}

// Package is a package of a graph. What is only known of packages of registries and of the disk is missing where the
// graph comes from a Cargo.lock: Summary, Features, and the dependencies of edges.
type Package struct {
	ID       crate.PackageID
	Summary  *crate.Summary
	Checksum string
	// NoChecksum: Cargo.lock says that none could be made, which is something else than saying nothing.
	NoChecksum bool
	Features   []string // that are on, for whatever use, by name
	Edges      []Edge   // in order of packages
	Replaced   int      // the package that [replace] puts in the place of this one, or -1
}

// Edge leads to a package that another depends on, and says by which dependencies.
type Edge struct {
	To   int // index of the package; one that is replaced is itself, not what replaces it
	Deps []*crate.Dependency
}

// Notice is something that the user should hear.
type Notice struct{ Text, Help string }

// Find is the index of a package, -1 where it is not in the graph.
func (g *Graph) Find(id crate.PackageID) int {
	if i, ok := g.byKey[id.Key()]; ok {
		return i
	}
	return -1
}

// Patches are the packages of a name that [patch] offered in the place of those of a source, used or not. A graph out
// of a Cargo.lock knows none.
func (g *Graph) Patches(source crate.SourceID, name string) []*crate.Summary {
	return slices.DeleteFunc(slices.Clone(g.patches[source.Canonical()]), func(s *crate.Summary) bool { return s.ID.Name != name })
}

// Target is the package that an edge leads to in the end.
func (g *Graph) Target(e Edge) int {
	if r := g.Packages[e.To].Replaced; r >= 0 {
		return r
	}
	return e.To
}

// ExternName is what the code of a package calls the library that an edge leads to, which calls itself by another name perhaps.
func (g *Graph) ExternName(from int, e Edge, library string) (string, error) {
	name := ""
	for _, d := range e.Deps {
		own := library
		if d.Rename != "" {
			own = strings.ReplaceAll(d.Rename, "-", "_")
		}
		if name != "" && own != name {
			return "", fmt.Errorf("the crate `%s` depends on crate `%s` multiple times with different names", g.Packages[from].ID, g.Packages[g.Target(e)].ID)
		}
		name = own
	}
	return name, nil
}

// index sorts the packages and finds them by id.
func (g *Graph) index() {
	g.byKey = make(map[crate.PackageKey]int, len(g.Packages))
	for i := range g.Packages {
		g.byKey[g.Packages[i].ID.Key()] = i
	}
}

// graph is what the search has chosen.
func (s *search) graph() *Graph {
	chosen := s.chosen()
	g := &Graph{Format: s.w.input.Format, Packages: make([]Package, len(chosen))}
	place := make(map[pkg]int, len(chosen))
	for i, p := range chosen {
		n := s.w.nodes[p]
		place[p] = i
		g.Packages[i] = Package{ID: n.id, Summary: n.sum, Checksum: n.sum.Checksum, Features: s.featureNames(p), Replaced: -1}
	}
	for i, p := range chosen {
		if r, ok := s.w.replaced[p]; ok {
			g.Packages[i].Replaced = place[r]
		}
		for _, e := range s.parentsOf(p) {
			g.Packages[place[e.parent]].link(i, e.dep)
		}
	}
	for i := range g.Packages {
		slices.SortFunc(g.Packages[i].Edges, func(a, b Edge) int { return a.To - b.To })
		g.Packages[i].sortDeps()
	}
	g.index()
	g.Notices = s.w.notices
	return g
}

// chosen are all packages that have a slot, in order.
func (s *search) chosen() []pkg {
	var list []pkg
	for _, c := range s.active {
		if c.p != noPkg {
			list = append(list, c.p)
		}
	}
	slices.SortFunc(list, s.w.compare)
	return slices.Compact(list) // a patched package has two slots
}

func (s *search) featureNames(p pkg) []string {
	on := s.features(p)
	var names []string
	for i, f := range s.w.nodes[p].sum.Features {
		if on.has(i) {
			names = append(names, f.Name)
		}
	}
	return names
}

// link adds a dependency to the edge to a package, once.
func (p *Package) link(to int, d *dep) {
	// Packages come in order: the edge is the last one, or new.
	if n := len(p.Edges); n == 0 || p.Edges[n-1].To != to {
		p.Edges = append(p.Edges, Edge{To: to})
	}
	e := &p.Edges[len(p.Edges)-1]
	if !slices.Contains(e.Deps, d.Dependency) {
		e.Deps = append(e.Deps, d.Dependency)
	}
}

// sortDeps puts the dependencies of edges into the order in which they were declared.
func (p *Package) sortDeps() {
	for _, e := range p.Edges {
		if len(e.Deps) > 1 {
			slices.SortFunc(e.Deps, func(a, b *crate.Dependency) int {
				return slices.Index(p.Summary.Deps, a) - slices.Index(p.Summary.Deps, b)
			})
		}
	}
}

// checkCycles fails where a package needs itself before it can be built. Development dependencies may form circles.
func (g *Graph) checkCycles() error {
	const (
		unseen = iota
		onPath
		done
	)
	seen := make([]uint8, len(g.Packages))
	var path []int
	var visit func(int) error
	visit = func(i int) error {
		switch seen[i] {
		case onPath:
			return g.cycle(path, i)
		case done:
			return nil
		}
		seen[i] = onPath
		path = append(path, i)
		for _, e := range g.Packages[i].Edges {
			if e.needed() == nil {
				continue
			}
			if err := visit(e.To); err != nil {
				return err
			}
			if to := g.Target(e); to != e.To {
				if err := visit(to); err != nil {
					return err
				}
			}
		}
		path = path[:len(path)-1]
		seen[i] = done
		return nil
	}
	for i := range g.Packages {
		if err := visit(i); err != nil {
			return err
		}
	}
	return nil
}

// needed is a dependency of the edge that is needed to build; nil if all are for development.
func (e *Edge) needed() *crate.Dependency {
	for _, d := range e.Deps {
		if d.Kind != crate.Dev {
			return d
		}
	}
	return nil
}

// cycle is the error for a path that comes back to one of its packages.
func (g *Graph) cycle(path []int, again int) error {
	path = path[slices.Index(path, again):]
	var b strings.Builder
	fmt.Fprintf(&b, "cyclic package dependency: package `%s` depends on itself", g.Packages[again].ID)
	for i, from := range path {
		to := again
		if i+1 < len(path) {
			to = path[i+1]
		}
		for _, e := range g.Packages[from].Edges {
			if (e.To == to || g.Target(e) == to) && e.needed() != nil {
				fmt.Fprintf(&b, "\n    `%s` needs `%s`, by its dependency `%s`", g.Packages[from].ID, g.Packages[to].ID, e.needed().NameInManifest())
				break
			}
		}
	}
	b.WriteString("\nhelp: one of these dependencies has to go; if tests alone need it, make it a dev-dependency")
	return fmt.Errorf("%s", b.String())
}
