package resolve

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/semver"
)

// inherit takes over from the Cargo.lock before what a new one keeps, and compares checksums: those of one package must
// never change.
func (g *Graph) inherit(prev *Graph) error {
	if prev == nil {
		return nil
	}
	for i := range prev.Packages {
		old := &prev.Packages[i]
		at := g.Find(old.ID)
		if at < 0 || !old.NoChecksum && old.Checksum == "" {
			continue
		}
		if now := &g.Packages[at]; now.Checksum != old.Checksum {
			return checksumChanged(now, old)
		}
	}
	g.Metadata, g.Format = prev.Metadata, prev.Format
	return nil
}

func checksumChanged(now, old *Package) error {
	const unsure = "it cannot be told whether the package is the one that the lock file was made with"
	switch {
	case old.NoChecksum:
		return fmt.Errorf("checksum for `%s` was not previously calculated, but a checksum could now be calculated\nnote: the source `%s` did not support checksums, or was replaced by one that does; or the lock file is damaged: %s",
			now.ID, now.ID.Source, unsure)
	case now.Checksum == "":
		return fmt.Errorf("checksum for `%s` could not be calculated, but a checksum is listed in the existing lock file\nnote: the source `%s` may be replaced by one without checksums, or the lock file is damaged: %s",
			now.ID, now.ID.Source, unsure)
	}
	return fmt.Errorf("checksum for `%s` changed between lock files: Cargo.lock has %s, the source has %s\nnote: a mirror may not be a mirror, or one of the two is damaged: %s\nhelp: if you trust the source, remove the `checksum` line of this package from Cargo.lock",
		now.ID, old.Checksum, now.Checksum, unsure)
}

// checkDistinct fails where two packages would be the same in a Cargo.lock, which has no paths.
func (g *Graph) checkDistinct() error {
	for i := 1; i < len(g.Packages); i++ {
		a, b := g.Packages[i-1].ID, g.Packages[i].ID
		if a.Name == b.Name && a.Version == b.Version && a.Source.IsPath() && b.Source.IsPath() {
			return fmt.Errorf("package collision in the lockfile: packages %s and %s are different, but only one can be written to lockfile unambiguously\nhelp: give one of them another name or version", a, b)
		}
	}
	return nil
}

// Lock is the graph as a Cargo.lock of its format.
func (g *Graph) Lock() *cargolock.Lock {
	e := encoder{g: g, names: map[string]versions{}}
	e.count()
	lock := &cargolock.Lock{Format: g.Format, Packages: make([]cargolock.Package, len(g.Packages)), Metadata: slices.Clone(g.Metadata)}
	for i := range g.Packages {
		lock.Packages[i] = e.pkg(i)
	}
	for _, id := range g.Unused {
		lock.Unused = append(lock.Unused, cargolock.Package{Name: id.Name, Version: id.Version.String(), Source: e.source(id.Source)})
	}
	if g.Format == cargolock.V1 {
		for i := range g.Packages {
			if p := &g.Packages[i]; !p.ID.Source.IsPath() {
				lock.Metadata = append(lock.Metadata, cargolock.ChecksumEntry(e.ref(i), p.Checksum))
			}
		}
		slices.SortFunc(lock.Metadata, func(a, b cargolock.Entry) int { return strings.Compare(a.Key, b.Key) })
	}
	return lock
}

// encoder knows how short a reference to a package may be.
type encoder struct {
	g     *Graph
	names map[string]versions
	texts []string // the versions
}

// versions tells what there is of a name: how many versions, and whether any is there from two sources.
type versions struct {
	distinct int
	repeated map[semver.Version]bool
}

func (e *encoder) count() {
	e.texts = make([]string, len(e.g.Packages))
	for i := range e.g.Packages {
		id := &e.g.Packages[i].ID
		e.texts[i] = id.Version.String()
		v := e.names[id.Name]
		if i > 0 && e.g.Packages[i-1].ID.Name == id.Name && e.g.Packages[i-1].ID.Version == id.Version {
			if v.repeated == nil {
				v.repeated = map[semver.Version]bool{}
			}
			v.repeated[id.Version] = true
		} else {
			v.distinct++
		}
		e.names[id.Name] = v
	}
}

func (e *encoder) pkg(i int) cargolock.Package {
	p := &e.g.Packages[i]
	c := cargolock.Package{Name: p.ID.Name, Version: e.texts[i], Source: e.source(p.ID.Source)}
	if e.g.Format > cargolock.V1 {
		c.Checksum = p.Checksum
	}
	if p.Replaced >= 0 {
		c.Replace = e.ref(p.Replaced)
		return c
	}
	if len(p.Edges) > 0 {
		c.Dependencies = make([]cargolock.Ref, len(p.Edges))
		for j, edge := range p.Edges {
			c.Dependencies[j] = e.ref(edge.To)
		}
		e.sort(c.Dependencies, p.Edges)
	}
	return c
}

// sort puts references into stock's order: that of texts, and of sources where the texts are the same. It differs from
// the order of packages where versions do not sort as texts.
func (e *encoder) sort(refs []cargolock.Ref, edges []Edge) {
	if slices.IsSortedFunc(refs, func(a, b cargolock.Ref) int { return e.compare(a, b) }) {
		return
	}
	slices.SortStableFunc(refs, e.compare)
}

// compare leaves sources alone: packages, and so references, come in the order of theirs.
func (e *encoder) compare(a, b cargolock.Ref) int {
	if c := strings.Compare(a.Name, b.Name); c != 0 {
		return c
	}
	return strings.Compare(a.Version, b.Version)
}

func (e *encoder) ref(i int) cargolock.Ref {
	id := &e.g.Packages[i].ID
	r := cargolock.Ref{Name: id.Name}
	v := e.names[id.Name]
	short := e.g.Format > cargolock.V1
	if short && v.distinct == 1 && !v.repeated[id.Version] {
		return r
	}
	r.Version = e.texts[i]
	if short && !v.repeated[id.Version] {
		return r
	}
	source := id.Source.WithPrecise("")
	if ref := source.GitRef(); e.g.Format <= cargolock.V2 && source.IsGit() && ref == (crate.GitRef{Kind: crate.Branch, Name: "master"}) {
		if s, err := crate.GitSource(source.URL(), crate.GitRef{Kind: crate.DefaultBranch}); err == nil {
			source = s
		}
	}
	r.Source = e.source(source)
	return r
}

func (e *encoder) source(s crate.SourceID) string {
	switch {
	case s.IsPath():
		return ""
	case e.g.Format >= cargolock.V4:
		return s.EncodedText()
	}
	return s.Text()
}
