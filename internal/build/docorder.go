package build

import (
	"slices"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// documentation is which unit documents a target.
type documentation map[documentedTarget]int

type documentedTarget struct {
	target *manifest.Target
	kind   unit.Kind
}

func documented(g *unit.Graph) documentation {
	d := documentation{}
	for i, u := range g.Units {
		if u.Mode == unit.Doc {
			d[documentedTarget{u.Target, u.Kind}] = i
		}
	}
	return d
}

// before is the documentation that comes before that of a crate: rustdoc links to the pages of another crate if they are
// there when it begins. With --no-deps stock leaves to chance which of two packages of a workspace comes first. No page
// is worse for another crate's that cannot be made.
func (d documentation) before(u *unit.Unit) []need {
	if u.Mode != unit.Doc {
		return nil
	}
	var needs []need
	for _, dep := range u.Deps {
		at, ok := d[documentedTarget{dep.Unit.Target, u.Kind}]
		if !ok || slices.ContainsFunc(u.Deps, func(o unit.Dep) bool { return o.Unit.Index == at }) || slices.ContainsFunc(needs, func(n need) bool { return n.at == at }) {
			continue
		}
		needs = append(needs, need{at: at, all: true, order: true})
	}
	return needs
}
