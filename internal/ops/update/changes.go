package update

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// Kind is what became of a package.
type Kind uint8

// The kinds of changes.
const (
	Added Kind = iota
	Removed
	Upgraded
	Downgraded
	Unchanged
)

// Verb is the word of a status line.
func (k Kind) Verb() string {
	return [...]string{"Adding", "Removing", "Updating", "Downgrading", "Unchanged"}[k]
}

// Change is what became of one package.
type Change struct {
	Kind Kind
	ID   crate.PackageID
	From crate.PackageID // of what was upgraded or downgraded
	// Member and Direct are never true for what was removed.
	Member bool
	Direct bool           // a package of the workspace, or one that such a package names
	rust   semver.Partial // that it is built with; zero: not known
}

// String is the change as a status line has it.
func (c *Change) String() string {
	switch {
	case c.Kind != Upgraded && c.Kind != Downgraded:
		return c.ID.String()
	case c.ID.Source.IsGit():
		commit := c.ID.Source.Precise()
		return c.From.String() + " -> #" + commit[:min(len(commit), 8)]
	}
	return c.From.String() + " -> v" + c.ID.Version.String()
}

// Diff are the changes from one graph to another, by name and source. Without a graph before, everything is new.
func Diff(before, after *resolve.Graph, members []crate.PackageID) []Change {
	d := differ{groups: map[groupKey]*group{}}
	if before != nil {
		for i := range before.Packages {
			d.group(before.Packages[i].ID).old = append(d.group(before.Packages[i].ID).old, before.Packages[i].ID)
		}
	}
	for i := range after.Packages {
		d.group(after.Packages[i].ID).new = append(d.group(after.Packages[i].ID).new, after.Packages[i].ID)
	}
	slices.SortFunc(d.order, func(a, b *group) int {
		return cmp.Or(strings.Compare(a.name, b.name), a.source.Compare(b.source))
	})
	for _, g := range d.order {
		d.diff(g)
	}
	d.mark(after, members)
	return d.changes
}

type differ struct {
	groups  map[groupKey]*group
	order   []*group
	changes []Change
}

type groupKey struct {
	name   string
	source crate.SourceKey
}

// group are the versions of a package before and after.
type group struct {
	name     string
	source   crate.SourceID
	old, new []crate.PackageID
}

func (d *differ) group(id crate.PackageID) *group {
	key := groupKey{id.Name, id.Source.Key()}
	g := d.groups[key]
	if g == nil {
		g = &group{name: id.Name, source: id.Source}
		d.groups[key] = g
		d.order = append(d.order, g)
	}
	return g
}

// same: a package of a git repository is another one at another commit.
func same(a, b crate.PackageID) bool {
	return a.Same(b) && (a.Source.IsRegistry() || a.Source.Precise() == b.Source.Precise())
}

func without(list, other []crate.PackageID) []crate.PackageID {
	return slices.DeleteFunc(slices.Clone(list), func(id crate.PackageID) bool {
		return slices.ContainsFunc(other, func(o crate.PackageID) bool { return same(id, o) })
	})
}

// diff tells what became of the versions of one package. That one became another can only be said where one went and
// one came.
func (d *differ) diff(g *group) {
	removed, added := without(g.old, g.new), without(g.new, g.old)
	if len(removed) == 1 && len(added) == 1 {
		kind := Upgraded
		if removed[0].Version.ComparePrecedence(added[0].Version) > 0 {
			kind = Downgraded
		}
		d.changes = append(d.changes, Change{Kind: kind, ID: added[0], From: removed[0]})
	} else {
		for _, id := range removed {
			d.changes = append(d.changes, Change{Kind: Removed, ID: id})
		}
		for _, id := range added {
			d.changes = append(d.changes, Change{Kind: Added, ID: id})
		}
	}
	for _, id := range without(g.new, added) {
		d.changes = append(d.changes, Change{Kind: Unchanged, ID: id})
	}
}

// mark finds the members and what they name.
func (d *differ) mark(after *resolve.Graph, members []crate.PackageID) {
	at := d.index()
	for _, m := range members {
		if c, ok := at[m.Key()]; ok {
			c.Member, c.Direct = true, true
		}
		i := after.Find(m)
		if i < 0 {
			continue
		}
		for _, e := range after.Packages[i].Edges {
			if c, ok := at[after.Packages[after.Target(e)].ID.Key()]; ok {
				c.Direct = true
			}
		}
	}
}

// index finds the changes of packages that are there.
func (d *differ) index() map[crate.PackageKey]*Change { return index(d.changes) }

func index(changes []Change) map[crate.PackageKey]*Change {
	at := make(map[crate.PackageKey]*Change, len(changes))
	for i := range changes {
		if changes[i].Kind != Removed {
			at[changes[i].ID.Key()] = &changes[i]
		}
	}
	return at
}
