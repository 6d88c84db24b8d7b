package resolve

import (
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/semver"
)

// pkg is a package by its number in the world; noPkg is none.
type pkg int32

const noPkg pkg = -1

// world holds what is known of packages, each thing once and by a small number, so that the search compares numbers
// and never texts. It only grows: nothing in it depends on what the search has chosen.
type world struct {
	input *Input
	locks *locks
	prefs *preferences
	patch *patches
	// settled are the registries of which packages may have dependencies for which what is at hand will do.
	settled settled

	nodes     []*node
	bySummary map[*crate.Summary]pkg
	byKey     map[crate.PackageKey]pkg
	replaced  map[pkg]pkg // what [replace] puts in a package's place
	slots     map[slotKey]slot
	links     map[string]link
	sets      setTable
	classes   map[string]class // of dependencies
	notices   []Notice
}

func newWorld(input *Input, patch *patches, locks *locks, prefs *preferences) *world {
	return &world{
		input: input, patch: patch, locks: locks, prefs: prefs,
		bySummary: map[*crate.Summary]pkg{},
		byKey:     map[crate.PackageKey]pkg{},
		replaced:  map[pkg]pkg{},
		slots:     map[slotKey]slot{},
		links:     map[string]link{},
		sets:      newSetTable(),
		classes:   map[string]class{},
	}
}

// node is a package that the search may choose.
type node struct {
	id       crate.PackageID // as Cargo.lock has it, if it has: a git source with its commit
	sum      *crate.Summary
	slot     slot
	link     link
	deps     []dep // made when first wanted
	requests []*request
}

// slot is the place that versions of one package that are compatible with each other compete for: there can be one of
// them in a graph.
type slot int32

type slotKey struct {
	name   string
	source crate.SourceKey
	compat compat
}

// compat is what compatible versions have in common: all up to the first number that is not zero.
type compat struct {
	number uint64
	place  uint8
}

func compatOf(v semver.Version) compat {
	switch {
	case v.Major != 0:
		return compat{v.Major, 0}
	case v.Minor != 0:
		return compat{v.Minor, 1}
	}
	return compat{v.Patch, 2}
}

// link is a native library that only one package may link to; 0 is none.
type link int32

func (w *world) slot(name string, v semver.Version, source crate.SourceID) slot {
	key := slotKey{name, source.Key(), compatOf(v)}
	s, ok := w.slots[key]
	if !ok {
		s = slot(len(w.slots))
		w.slots[key] = s
	}
	return s
}

func (w *world) link(name string) link {
	if name == "" {
		return 0
	}
	l, ok := w.links[name]
	if !ok {
		l = link(len(w.links) + 1)
		w.links[name] = l
	}
	return l
}

// node is the number of a summary's package. Of two summaries of one package the first is taken.
func (w *world) node(sum *crate.Summary) pkg {
	if p, ok := w.bySummary[sum]; ok {
		return p
	}
	key := sum.ID.Key()
	p, ok := w.byKey[key]
	if !ok {
		p = pkg(len(w.nodes))
		id := w.locks.precise(sum.ID)
		w.nodes = append(w.nodes, &node{
			id: id, sum: sum,
			slot: w.slot(id.Name, id.Version, id.Source),
			link: w.link(sum.Links),
		})
		w.byKey[key] = p
	}
	w.bySummary[sum] = p
	return p
}

// compare is the order of packages in a Cargo.lock.
func (w *world) compare(a, b pkg) int {
	if a == b {
		return 0
	}
	return w.nodes[a].id.Compare(w.nodes[b].id)
}

// dep is a dependency as the search sees it: as it was declared, or held to what Cargo.lock says.
type dep struct {
	*crate.Dependency
	source  crate.SourceID // where to look: a locked git source has its commit
	locked  bool
	atHand  bool           // what is known of the source will do
	version semver.Version // the one that is locked
	own     set            // the features that it names
	inquiry *inquiry
	found   *candidates // when the search has wanted them
	class   class
}

// matches tells whether a version of the right name and source will do. A locked one is taken by the letter: two
// versions may differ in build metadata alone.
func (d *dep) matches(v semver.Version) bool {
	if d.locked {
		return d.version == v
	}
	return d.MatchesVersion(v)
}

// deps are the dependencies of a package, held to Cargo.lock where it knows them.
func (w *world) deps(p pkg) []dep {
	n := w.nodes[p]
	if n.deps == nil {
		n.deps = make([]dep, len(n.sum.Deps))
		held := w.locks.of(n.id)
		settled := w.settled[n.id.Source.Key()] && !w.isRoot(n.sum)
		for i, declared := range n.sum.Deps {
			d := &n.deps[i]
			*d = dep{Dependency: declared, source: declared.Source}
			w.locks.hold(d, held)
			d.atHand = settled && !d.locked && d.source.Same(n.id.Source)
			d.own = w.sets.of(declared.Features)
		}
	}
	return n.deps
}

// isRoot: a package that `cargo install` has downloaded is asked for by the user as those on his disk are.
func (w *world) isRoot(s *crate.Summary) bool {
	return slices.ContainsFunc(w.input.Roots, func(r Root) bool { return r.Summary == s })
}

// class is a number that dependencies share which are written alike, whoever has them: what is found out about one
// holds for the others. 0 is not known yet.
type class int32

func (w *world) class(d *dep) class {
	if d.class != 0 {
		return d.class
	}
	var b strings.Builder
	text := func(s string) { b.WriteString(s); b.WriteByte(0) }
	flag := func(set bool) { b.WriteByte("nY"[bit(set)]) }
	text(d.Name)
	text(d.Rename)
	text(d.Req.String())
	text(d.Platform)
	text(d.Source.Text())
	if !d.Registry.IsZero() {
		text(d.Registry.Text())
	}
	for _, f := range d.Features {
		text(f)
	}
	b.WriteByte('0' + byte(d.Kind))
	flag(d.HasReq)
	flag(d.Optional)
	flag(d.DefaultFeatures)
	flag(d.Public)
	flag(d.atHand)
	if flag(d.locked); d.locked {
		text(d.version.String())
	}
	key := b.String()
	c, ok := w.classes[key]
	if !ok {
		c = class(len(w.classes) + 1)
		w.classes[key] = c
	}
	d.class = c
	return c
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
