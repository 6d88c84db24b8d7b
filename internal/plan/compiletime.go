package plan

import (
	"slices"

	"berth/internal/unit"
)

// CompileTimeDeps is what of a graph runs while the rest is compiled, procedural macros and build scripts, with all that
// these are made from: what an editor needs before it can read the sources (--compile-time-deps, rust-lang/cargo#15674).
// It takes the units: g is of no use any more.
func CompileTimeDeps(g *unit.Graph) *unit.Graph {
	wanted := map[*unit.Unit]bool{}
	for _, u := range slices.Backward(g.Units) { // dependencies come first
		for _, d := range u.Deps {
			if wanted[u] || d.Unit.Target.ForHost {
				wanted[d.Unit] = true
			}
		}
	}
	only := &unit.Graph{}
	for _, u := range g.Roots {
		if wanted[u] && u.Target.ForHost {
			only.Roots = append(only.Roots, u)
		} else {
			only.Left = append(only.Left, u)
		}
	}
	for _, u := range g.Units {
		if wanted[u] {
			u.Index = len(only.Units)
			only.Units = append(only.Units, u)
		}
	}
	return only
}
