package resolve

import (
	"cmp"
	"slices"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/semver"
)

// PathIndex knows what a Cargo.lock does not say: where packages of the disk are, and what registries are called.
type PathIndex struct {
	packages   map[string][]PathEntry
	registries map[crate.SourceKey]crate.SourceID
}

// NewPathIndex is an index that knows nothing yet.
func NewPathIndex() PathIndex {
	return PathIndex{map[string][]PathEntry{}, map[crate.SourceKey]crate.SourceID{}}
}

// PathEntry is one version of a package, and its directory.
type PathEntry struct {
	Version semver.Version
	Source  crate.SourceID
}

// Add enters a package. One that is there already with the same version is replaced.
func (x PathIndex) Add(id crate.PackageID) {
	list := x.packages[id.Name]
	if i := slices.IndexFunc(list, func(e PathEntry) bool { return e.Version == id.Version }); i >= 0 {
		list[i].Source = id.Source
		return
	}
	x.packages[id.Name] = append(list, PathEntry{id.Version, id.Source})
}

// find is the directory of a package. Where there is one version alone it is that, whatever Cargo.lock says: the
// version in the manifest may have changed since.
func (x PathIndex) find(name string, v semver.Version) (crate.SourceID, bool) {
	list := x.packages[name]
	if len(list) == 1 {
		return list[0].Source, true
	}
	for _, e := range list {
		if e.Version == v {
			return e.Source, true
		}
	}
	return crate.SourceID{}, false
}

// Paths is the index of all packages of the disk, and all registries, that a workspace leads to.
func (in *Input) Paths() PathIndex {
	x := NewPathIndex()
	seen := map[crate.SourceKey]bool{}
	for _, r := range in.Roots {
		x.Add(r.Summary.ID)
		seen[r.Summary.ID.Source.Key()] = true
	}
	var visit func(d *crate.Dependency)
	visit = func(d *crate.Dependency) {
		if seen[d.Source.Key()] {
			return
		}
		if d.Source.RegistryKey() != "" {
			x.registries[d.Source.Key()] = d.Source
		}
		s := in.pathPackage(d.Source)
		if s == nil {
			return
		}
		x.Add(s.ID)
		seen[d.Source.Key()] = true
		for _, below := range s.Deps {
			visit(below)
		}
	}
	for _, r := range in.Roots {
		for _, d := range r.Summary.Deps {
			visit(d)
		}
	}
	for _, p := range in.Patches {
		visit(p.Dep)
	}
	for _, r := range in.Replace {
		visit(r.Dep)
	}
	return x
}

// FromLock is the graph that a Cargo.lock holds. Packages of the disk that are not there any more, and references that
// lead nowhere or to several packages, as bad merges leave them, are left out: resolving puts it right.
func FromLock(lock *cargolock.Lock, paths PathIndex) (*Graph, error) {
	g := &Graph{Format: lock.Format}
	d := decoder{lock: lock, paths: paths}
	if err := d.packages(g); err != nil {
		return nil, err
	}
	for i := range g.Packages {
		from := d.origin[i]
		for _, ref := range from.Dependencies {
			if to := d.lookup(g, ref); to >= 0 {
				g.Packages[i].addEdge(to)
			}
		}
		if !from.Replace.IsZero() {
			g.Packages[i].Replaced = d.lookup(g, from.Replace)
		}
		slices.SortFunc(g.Packages[i].Edges, func(a, b Edge) int { return cmp.Compare(a.To, b.To) })
	}
	d.metadata(g)
	for i := range lock.Unused {
		if id, ok, err := d.id(&lock.Unused[i]); err != nil {
			return nil, err
		} else if ok {
			g.Unused = append(g.Unused, id)
		}
	}
	return g, nil
}

func (p *Package) addEdge(to int) {
	if !slices.ContainsFunc(p.Edges, func(e Edge) bool { return e.To == to }) {
		p.Edges = append(p.Edges, Edge{To: to})
	}
}

type decoder struct {
	lock    *cargolock.Lock
	paths   PathIndex
	origin  []*cargolock.Package // of the graph's packages
	byName  map[string][]int
	sources sourceCache
}

// sourceCache parses each text once: nearly all packages have the same source.
type sourceCache struct {
	text   string
	source crate.SourceID
}

func (c *sourceCache) parse(text string) (crate.SourceID, error) {
	if c.text != text {
		s, err := crate.ParseSource(text)
		if err != nil {
			return s, err
		}
		c.text, c.source = text, s
	}
	return c.source, nil
}

func (d *decoder) packages(g *Graph) error {
	type decoded struct {
		p    Package
		from *cargolock.Package
	}
	list := make([]decoded, 0, len(d.lock.Packages))
	for i := range d.lock.Packages {
		from := &d.lock.Packages[i]
		id, ok, err := d.id(from)
		if err != nil {
			return err
		}
		if ok {
			list = append(list, decoded{Package{ID: id, Checksum: from.Checksum, Replaced: -1}, from})
		}
	}
	slices.SortStableFunc(list, func(a, b decoded) int { return a.p.ID.Compare(b.p.ID) })
	list = slices.CompactFunc(list, func(a, b decoded) bool { return a.p.ID.Same(b.p.ID) })
	d.byName = make(map[string][]int, len(list))
	for i, e := range list {
		g.Packages = append(g.Packages, e.p)
		d.origin = append(d.origin, e.from)
		d.byName[e.p.ID.Name] = append(d.byName[e.p.ID.Name], i)
	}
	g.index()
	return nil
}

// id is the package's id; it is not ok for packages of the disk that are gone.
func (d *decoder) id(p *cargolock.Package) (crate.PackageID, bool, error) {
	v, err := semver.Parse(p.Version)
	if err != nil && p.Source == "" {
		return crate.PackageID{}, false, nil
	} else if err != nil {
		return crate.PackageID{}, false, err
	}
	if p.Source == "" {
		s, ok := d.paths.find(p.Name, v)
		return crate.PackageID{Name: p.Name, Version: v, Source: s}, ok, nil
	}
	s, err := d.sources.parse(p.Source)
	if named, ok := d.paths.registries[s.Key()]; ok {
		s = named
	}
	return crate.PackageID{Name: p.Name, Version: v, Source: s}, true, err
}

// lookup follows a reference; -1 if it leads nowhere, or to several packages.
func (d *decoder) lookup(g *Graph, ref cargolock.Ref) int {
	found, path, n, paths := -1, -1, 0, 0
	var source crate.SourceID
	if ref.Source != "" {
		s, err := d.sources.parse(ref.Source)
		if err != nil {
			return -1
		}
		source = s
	}
	var first semver.Version
	for _, i := range d.byName[ref.Name] {
		id := &g.Packages[i].ID
		switch {
		case ref.Version != "" && id.Version.String() != ref.Version, ref.Source != "" && !id.Source.Same(source):
			continue
		case ref.Version == "" && found >= 0 && id.Version != first:
			return -1 // without a version there must be one alone
		}
		found, first = i, id.Version
		n++
		if id.Source.IsPath() {
			path = i
			paths++
		}
	}
	switch {
	case n == 1:
		return found
	case paths == 1 && ref.Source == "":
		return path // packages of the disk have no source to be told by
	}
	return -1
}

// metadata takes the checksums of format 1 to their packages. Beside those of a later format they come from a bad
// merge, and then no checksum is believed.
func (d *decoder) metadata(g *Graph) {
	some := false
	for _, e := range d.lock.Metadata {
		if !e.IsChecksum() {
			g.Metadata = append(g.Metadata, e)
			continue
		}
		some = true
		of, sum, ok := e.MetadataChecksum()
		if !ok {
			continue
		}
		if i := d.lookup(g, of); i >= 0 {
			g.Packages[i].Checksum, g.Packages[i].NoChecksum = sum, sum == ""
		}
	}
	if some && g.Format > cargolock.V1 {
		for i := range g.Packages {
			g.Packages[i].Checksum, g.Packages[i].NoChecksum = "", false
		}
	}
}
