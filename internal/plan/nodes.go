package plan

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/order"
	"berth/internal/plan/profile"
	"berth/internal/resolve/features"
	"berth/internal/unit"
)

// planner makes a graph in which what is built for the host stays apart from what runs while building; share joins
// them.
type planner struct {
	in       Input
	packages []*pkg // by index in the graph; made when they are needed
	kinds    []unit.Kind
	nodes    []*node
	byKey    map[key]*node
	profiles []profile.Profile // that differ
	chosen   map[choice]chosen
	known    map[features.Use]featureSet
	sets     map[string]int // feature sets by their text
	active   map[activity]bool
	warnings []string
}

// pkg is a package, and its targets in stock's order.
type pkg struct {
	index    int
	manifest *manifest.Manifest
	targets  []*manifest.Target // in the order of the manifest
	rank     []int              // of each in stock's order
	member   bool
	local    bool
}

// key is what two units differ in, but for their dependencies.
type key struct {
	pkg, target, profile, kind, features int
	mode                                 unit.Mode
}

type node struct {
	key
	pkg      *pkg
	profile  profile.Profile
	features []string
	followed bool
	built    bool // see unit.Unit
	deps     []dep
	shared   *unit.Unit
}

func (n *node) target() *manifest.Target { return n.pkg.targets[n.key.target] }

func (n *node) isTest() bool {
	return n.mode == unit.Test || n.mode == unit.CheckTest || n.mode == unit.Doctest
}

// use is why a unit is there. It decides on profiles and features of what the unit needs in turn.
type use struct {
	host         bool // it runs while building, or is needed by what does
	hostFeatures bool // with the features that it has there: the build script of a package is built with the package's
	unwind       bool // panics unwind: in tests, and in what runs while building
}

// dep is a dependency as stock compares it.
type dep struct {
	to     *node
	use    use
	extern string
	public bool
	dev    bool // by development dependencies alone
	// declared is nil where it has no part in what a unit is compiled with.
	declared []*crate.Dependency
}

type choice struct {
	pkg                 int
	host, unwind, apple bool
}

type chosen struct {
	index   int
	profile profile.Profile
}

type activity struct {
	platform string
	kind     int
}

type featureSet struct {
	id    int
	names []string
}

func newPlanner(in Input) *planner {
	in.Targets = in.Targets.expanded()
	p := &planner{
		in: in, packages: make([]*pkg, len(in.Graph.Packages)), byKey: map[key]*node{}, chosen: map[choice]chosen{},
		known: map[features.Use]featureSet{}, sets: map[string]int{}, active: map[activity]bool{},
	}
	p.kinds = []unit.Kind{unit.Host}
	for _, k := range in.Kinds {
		p.kinds = append(p.kinds, p.explicit(k))
	}
	slices.Sort(p.kinds)
	p.kinds = slices.Compact(p.kinds)
	return p
}

// explicit is a kind with the host named by its triple.
func (p *planner) explicit(k unit.Kind) unit.Kind {
	if k == unit.Host {
		return unit.Kind(p.in.Host)
	}
	return k
}

func (p *planner) kindIndex(k unit.Kind) int { return slices.Index(p.kinds, k) }

// pkg is the package at an index of the graph.
func (p *planner) pkg(i int) *pkg {
	if p.packages[i] != nil {
		return p.packages[i]
	}
	m := p.in.Manifest(i)
	k := &pkg{index: i, manifest: m, member: p.in.IsMember(i), local: p.in.Graph.Packages[i].ID.Source.IsPath()}
	for t := range m.Package.Targets {
		k.targets = append(k.targets, &m.Package.Targets[t])
	}
	k.order()
	p.packages[i] = k
	return k
}

// order ranks the targets.
func (k *pkg) order() {
	at := make([]int, len(k.targets))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return compareTargets(k.targets[a], k.targets[b]) })
	k.rank = make([]int, len(at))
	for rank, i := range at {
		k.rank[i] = rank
	}
}

func compareTargets(a, b *manifest.Target) int {
	return cmp.Or(cmp.Compare(kindRank(a), kindRank(b)), strings.Compare(a.Name, b.Name))
}

func kindRank(t *manifest.Target) int {
	if t.IsExampleLib() {
		return 4
	}
	return [...]int{manifest.Lib: 0, manifest.Bin: 1, manifest.Example: 5, manifest.Test: 2, manifest.Bench: 3, manifest.CustomBuild: 6}[t.Kind]
}

// profileFor is the profile of a package in a use, as an index that is the same for equal ones; the value beside it
// may be open where an equal one is not.
func (p *planner) profileFor(k *pkg, u use, kind int) (int, profile.Profile) {
	apple := profile.IsApple(string(p.explicit(p.kinds[kind])))
	c := choice{k.index, u.host, u.unwind, apple}
	made, ok := p.chosen[c]
	if !ok {
		made.profile = p.in.Profiles.For(profile.Use{ID: p.in.Graph.Packages[k.index].ID, Member: k.member, Local: k.local, Host: u.host, Unwind: u.unwind, Apple: apple})
		made.index = p.profileIndex(&made.profile)
		p.chosen[c] = made
	}
	return made.index, made.profile
}

// profileIndex is the first profile that is equal.
func (p *planner) profileIndex(prof *profile.Profile) int {
	for i := range p.profiles {
		if p.profiles[i].Same(prof) {
			return i
		}
	}
	p.profiles = append(p.profiles, *prof)
	return len(p.profiles) - 1
}

// featuresFor are the features of a package in a use.
func (p *planner) featuresFor(k *pkg, host bool) featureSet {
	u := features.Use{Package: k.index, Host: host}
	if set, ok := p.known[u]; ok {
		return set
	}
	names, _ := p.in.Features.Of(u)
	text := strings.Join(names, " ")
	id, ok := p.sets[text]
	if !ok {
		id = len(p.sets)
		p.sets[text] = id
	}
	p.known[u] = featureSet{id, names}
	return p.known[u]
}

// node is the unit of that kind, made if it is new. Who makes it first decides what is open in its profile.
func (p *planner) node(k *pkg, target, kind int, mode unit.Mode, profileIndex int, prof profile.Profile, set featureSet) *node {
	id := key{k.index, target, profileIndex, kind, set.id, mode}
	if n := p.byKey[id]; n != nil {
		return n
	}
	n := &node{key: id, pkg: k, profile: prof, features: set.names}
	p.byKey[id] = n
	p.nodes = append(p.nodes, n)
	return n
}

// forTarget is the kind that a target is built for in a build for kind.
func forTarget(kind int, t *manifest.Target) int {
	if t.ForHost {
		return 0
	}
	return kind
}

// compareNodes is stock's order of units before they know their dependencies.
func (p *planner) compareNodes(a, b *node) int {
	switch {
	case a.key.pkg != b.key.pkg:
		return a.key.pkg - b.key.pkg
	case a.key.target != b.key.target:
		return a.pkg.rank[a.key.target] - b.pkg.rank[b.key.target]
	case a.key.profile != b.key.profile:
		return a.profile.Compare(&b.profile)
	}
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(modeRank(a.mode), modeRank(b.mode)), slices.Compare(a.features, b.features))
}

func modeRank(m unit.Mode) int {
	return [...]int{unit.Test: 0, unit.Build: 1, unit.Check: 2, unit.CheckTest: 3, unit.Doc: 4, unit.Doctest: 5, unit.RunBuildScript: 6}[m]
}

func (p *planner) compareDeps(a, b dep) int {
	if a.to != b.to {
		return p.compareNodes(a.to, b.to)
	}
	return cmp.Or(order.Bools(a.use.host, b.use.host), order.Bools(a.use.hostFeatures, b.use.hostFeatures),
		order.Bools(b.use.unwind, a.use.unwind), strings.Compare(a.extern, b.extern), order.Bools(a.public, b.public))
}
