package edit

import (
	"strings"

	"berth/internal/crate"
	"berth/internal/tomldoc"
)

// lookUp finds an entry of the dependency's key, or of its name with the other kind of hyphens.
func (ed *Editor) lookUp(d *dependency, find func(key string) (*dependency, error)) (*dependency, error) {
	if d.rename != "" {
		return find(d.rename)
	}
	for _, name := range []string{d.name, strings.ReplaceAll(d.name, "-", "_"), strings.ReplaceAll(d.name, "_", "-")} {
		found, err := find(name)
		switch {
		case err != nil:
			return nil, err
		case found == nil || name != d.name && found.origin != fromRegistry:
			continue
		}
		ed.translate(d.name, name)
		d.name = name
		return found, nil
	}
	return nil, nil
}

// existing is the entry in the table; else one in another table, of which only the origin is taken over.
func existing(root *tomldoc.Entry, dir, key string, table Table) (*dependency, error) {
	var best *dependency
	var bestErr error
	bestRank := -1
	for _, l := range tables(root) {
		e := l.entries.Get(key)
		if e == nil {
			continue
		}
		d, err := ofEntry(e, dir)
		if rank := rankOf(l.table, table, err); rank >= bestRank {
			best, bestErr, bestRank = d, err, rank
		}
	}
	if best == nil || bestErr != nil || bestRank == rankExisting {
		return best, bestErr
	}
	other := &dependency{name: best.name, registry: best.registry}
	other.setOrigin(best)
	if other.origin != fromRegistry && table.Kind == crate.Dev {
		other.clearVersion()
	}
	return other, nil
}

const rankExisting = 8

// rankOf orders the places where an entry may be: the table itself, then regular, build and dev-dependencies, those of
// one platform before those of all.
func rankOf(at, wanted Table, err error) int {
	if at == wanted {
		return rankExisting
	}
	rank := map[crate.DepKind]int{crate.Dev: 2, crate.Build: 4, crate.Normal: 6}[at.Kind]
	if err != nil {
		rank = 0
	}
	if at.Target != "" {
		rank++
	}
	return rank
}
