package build

import (
	"cmp"
	"fmt"
	"slices"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// collisions warns of results that take each other's place, as stock does: the build goes on, and one of them stays. Documentation
// of packages that were asked for is refused then, and crates of a type that the target does not have before anything is made.
func (b *builder) collisions() error {
	taken := map[string]*unit.Unit{}
	docs := newDocs(b.Graph.Roots)
	for _, u := range b.inStocksOrder() {
		if other := docs.other(u); other != nil {
			return fmt.Errorf("document output filename collision\n%s and %s are documented in the same place\nhelp: document one of them, give one another name, or have `doc = false` in its Cargo.toml",
				b.targetText(other), b.targetText(u))
		}
		paths, err := b.shownPaths(u)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if other := taken[path]; other != nil {
				b.Say.Warn(b.collisionText(path, other, u))
			}
			taken[path] = u
		}
	}
	return nil
}

// inStocksOrder are the units with results that users see, so that the same of two is named first as by stock.
func (b *builder) inStocksOrder() []*unit.Unit {
	units := slices.DeleteFunc(slices.Clone(b.Graph.Units), func(u *unit.Unit) bool { return u.Mode != unit.Build && u.Mode != unit.Doc })
	slices.SortStableFunc(units, func(u, v *unit.Unit) int {
		return cmp.Or(u.ID.Compare(v.ID), cmp.Compare(u.Target.Kind, v.Target.Kind), cmp.Compare(u.Target.Name, v.Target.Name))
	})
	return units
}

// shownPaths are where users look for what a unit makes.
func (b *builder) shownPaths(u *unit.Unit) (paths []string, err error) {
	if u.Mode == unit.Doc {
		return []string{b.pagePath(u)}, nil
	}
	outputs, err := b.Compiler.Outputs(u)
	if err != nil {
		return nil, err
	}
	for _, o := range outputs {
		if path := b.shownAs(u, o); path != "" {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

func (b *builder) collisionText(path string, first, second *unit.Unit) string {
	text := "output filename collision at " + path + "\n  |\n  = note: " + b.targetText(second) + " and " + b.targetText(first)
	if second.Mode == unit.Doc {
		return text + " are documented in the same place; see <https://github.com/rust-lang/cargo/issues/6313>"
	}
	return text + " have results of one name; see <https://github.com/rust-lang/cargo/issues/6313>\n  = help: give one of them another name, or build them apart"
}

func (b *builder) targetText(u *unit.Unit) string {
	return fmt.Sprintf("the %s target `%s` of `%s`", u.Target.Kinds()[0], u.Target.Name, b.about(u))
}

// docs are what was asked for, libraries and others apart, by the places of their documentation.
type docs struct {
	asked map[string]bool
	at    map[docPlace]*unit.Unit
}

type docPlace struct {
	crate string
	kind  unit.Kind
	lib   bool
}

func newDocs(roots []*unit.Unit) *docs {
	d := &docs{map[string]bool{}, map[docPlace]*unit.Unit{}}
	for _, u := range roots {
		d.asked[u.ID.String()] = true
	}
	return d
}

// other is what is documented in the place of a unit, if both were asked for.
func (d *docs) other(u *unit.Unit) *unit.Unit {
	if u.Mode != unit.Doc || !d.asked[u.ID.String()] {
		return nil
	}
	at := docPlace{u.Target.CrateName(), u.Kind, u.Target.Kind == manifest.Lib}
	other := d.at[at]
	d.at[at] = u
	return other
}
