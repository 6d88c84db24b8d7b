// Package unused knows which dependencies no target of a package uses, from what the compilers said of each unit.
//
// What holds: it decides as Cargo 1.100 does, also where that is a surprise. What [dependencies] or [build-dependencies]
// has is unused if every unit that it is there for was compiled and used it not, and if nothing else that those are made
// from needs it: then it may be there to turn features on.
//
// Where it ends: [dev-dependencies] are not judged, as no command compiles all that they are for, tests in documentation
// included. The packages are those that were asked for.
package unused

import (
	"maps"
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// Tables are the dependencies of the packages of a build.
type Tables struct {
	packages []crate.PackageKey // that are judged, in order
	tables   map[crate.PackageKey][]*table
}

// table is one kind of dependencies of a package.
type table struct {
	kind    crate.DepKind
	externs map[string]unit.Dep // by the names in the source
	needed  int                 // how many units must have told
	heard   []*unit.Unit        // those that have
	unused  map[string]bool     // by all of them
}

// Package is one of which something is unused.
type Package struct {
	ID       crate.PackageID
	Findings []Finding
}

// Finding is a dependency that nothing uses.
type Finding struct {
	Dependency *crate.Dependency
	// Tested: tests, examples or benchmarks use it.
	Tested bool
}

// Of is for a build of which nothing is known yet.
func Of(g *unit.Graph) *Tables {
	t := &Tables{tables: map[crate.PackageKey][]*table{}}
	for _, u := range slices.Concat(g.Roots, scripts(g)) {
		kind := kindOf(u)
		if kind == crate.Dev || kind == crate.Normal && !g.Whole {
			continue
		}
		if key := u.ID.Key(); !slices.Contains(t.packages, key) {
			t.packages = append(t.packages, key)
		}
		table := t.table(u.ID, kind)
		table.needed++
		for _, d := range u.Deps {
			if d.Declared != nil || d.Unit.ID.Same(u.ID) {
				table.externs[d.Extern] = d
			}
		}
	}
	return t
}

func (t *Tables) table(id crate.PackageID, kind crate.DepKind) *table {
	key := id.Key()
	for _, table := range t.tables[key] {
		if table.kind == kind {
			return table
		}
	}
	made := &table{kind: kind, externs: map[string]unit.Dep{}}
	t.tables[key] = append(t.tables[key], made)
	return made
}

// scripts are the build scripts of the roots, compiled. As in Cargo that is what is two steps below a root and built there,
// if it is a build script or of the root's package: the library that a program needs which a test runs counts once more.
func scripts(g *unit.Graph) []*unit.Unit {
	var list []*unit.Unit
	for _, root := range g.Roots {
		for _, run := range root.Deps {
			if !isOf(root, run.Unit) {
				continue
			}
			for _, compiled := range run.Unit.Deps {
				if isOf(root, compiled.Unit) && compiled.Unit.Mode == unit.Build && !slices.Contains(list, compiled.Unit) {
					list = append(list, compiled.Unit)
				}
			}
		}
	}
	return list
}

func isOf(root, u *unit.Unit) bool {
	return u.Target.Kind == manifest.CustomBuild || u.ID.Same(root.ID)
}

// kindOf is the table that a unit is compiled with. A program that is tested is the program still; a library is not, as its
// tests may use more.
func kindOf(u *unit.Unit) crate.DepKind {
	switch u.Target.Kind {
	case manifest.CustomBuild:
		return crate.Build
	case manifest.Bin:
		return crate.Normal
	case manifest.Lib:
		if u.Mode != unit.Test {
			return crate.Normal
		}
	}
	return crate.Dev
}

// Heard takes what the compiler of a unit said of the crates that it was given.
func (t *Tables) Heard(u *unit.Unit, names []string) {
	table := t.table(u.ID, kindOf(u))
	table.heard = append(table.heard, u)
	now := map[string]bool{}
	for _, name := range names {
		now[name] = table.unused == nil || table.unused[name]
	}
	maps.DeleteFunc(now, func(_ string, unused bool) bool { return !unused })
	table.unused = now
}

// Findings are what is unused, package by package.
func (t *Tables) Findings() []Package {
	var found []Package
	for _, key := range t.packages {
		tables := t.tables[key]
		if len(tables[0].heard) == 0 {
			continue // as Cargo has it: who it is of, the first table tells
		}
		p := Package{ID: tables[0].heard[0].ID}
		for _, table := range tables {
			for _, name := range slices.Sorted(maps.Keys(table.unused)) {
				p.Findings = append(p.Findings, table.findings(name, table.kind == crate.Normal && isUsedIn(tables, crate.Dev, name))...)
			}
		}
		if len(p.Findings) > 0 {
			found = append(found, p)
		}
	}
	return found
}

func isUsedIn(tables []*table, kind crate.DepKind, name string) bool {
	return slices.ContainsFunc(tables, func(t *table) bool { return t.kind == kind && t.unused != nil && !t.unused[name] })
}

// findings are what the manifest has of a crate that no unit of the table has used.
func (t *table) findings(name string, tested bool) []Finding {
	d, ok := t.externs[name]
	if !ok || len(t.heard) != t.needed || t.isNeededBelow(d.Unit) {
		return nil
	}
	var list []Finding
	for _, dependency := range d.Declared {
		list = append(list, Finding{dependency, tested})
	}
	return list
}

// isNeededBelow tells whether another dependency needs a crate, too.
func (t *table) isNeededBelow(crate *unit.Unit) bool {
	var queue []*unit.Unit
	seen := map[*unit.Unit]bool{}
	add := func(u *unit.Unit) {
		if !seen[u] {
			seen[u] = true
			queue = append(queue, u)
		}
	}
	for _, u := range t.heard {
		for _, d := range u.Deps {
			if !d.Unit.ID.Same(u.ID) && d.Unit != crate {
				add(d.Unit)
			}
		}
	}
	for len(queue) > 0 {
		u := queue[0]
		queue = queue[1:]
		for _, d := range u.Deps {
			if d.Unit == crate {
				return true
			}
			add(d.Unit)
		}
	}
	return false
}
