package randomcrates

import (
	"fmt"

	"berth/internal/testkit/cratekit"
)

// Hard is where the first choice is often the wrong one, and none may be right.
func Hard() Shape {
	return Shape{Names: 20, Versions: 13, Deps: 5, Tight: 0.5, Links: 0.1, Features: true, Rust: true, Patches: true}
}

// Knots is a world in which there is a way out, far back: the oldest version of each crate needs nothing, all versions
// of a crate exclude each other, and the newer ones want what others do not. names and versions say how much of it.
func Knots(seed uint64, names, versions int) *World {
	w := newWorld(seed, Shape{Versions: 3, Deps: 4})
	for range names {
		w.known = append(w.known, []string{"1.0.0"})
	}
	for i := range names {
		for v := range versions {
			c := cratekit.Crate{Name: name(i), Version: fmt.Sprintf("1.%d.0", v)}
			if v > 0 && w.chance(0.1) {
				c.Links = fmt.Sprint("native", w.rng.IntN(3))
			}
			for range w.rng.IntN(min(v, w.shape.Deps) + 1) {
				w.knot(&c, i+1, names, versions)
			}
			w.Crates = append(w.Crates, c)
		}
	}
	m := Package{Crate: cratekit.Crate{Name: "member0", Version: "0.1.0"}}
	for i := range min(3, names) {
		m.Deps = append(m.Deps, cratekit.Dep{Name: name(i), Req: "1"})
	}
	w.Members = []Package{m}
	return w
}

// knot wants an upper or a lower bound of another crate.
func (w *World) knot(c *cratekit.Crate, from, names, versions int) {
	if from >= names {
		return
	}
	v := w.rng.IntN(versions)
	req := fmt.Sprintf("<=1.%d", v)
	if w.chance(0.4) {
		req = fmt.Sprintf(">=1.%d", v)
	}
	d := cratekit.Dep{Name: name(from + w.rng.IntN(names-from)), Req: req}
	for _, o := range c.Deps {
		if o.Name == d.Name {
			return
		}
	}
	c.Deps = append(c.Deps, d)
}
