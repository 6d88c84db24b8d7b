package ops

import (
	"slices"

	"berth/internal/manifest"
	"berth/internal/plan"
	"berth/internal/unit"
)

// builtGraph plans the same command anew, with the metadata of packages that never change taken from what builds make of
// them, but for some that are checked. It is nil where nobody asks for metadata alone.
func (b *planBuilder) builtGraph(in plan.Input, made *unit.Graph) func(checked map[unit.Library]bool) (*unit.Graph, error) {
	if !slices.ContainsFunc(made.Units, func(u *unit.Unit) bool { return u.Mode == unit.Check && !u.Local }) {
		return nil
	}
	return func(checked map[unit.Library]bool) (*unit.Graph, error) {
		never := b.neverChanges()
		in.Built = func(i int, l unit.Library) bool { return !checked[l] && never(i) }
		made, err := plan.Make(in)
		return made.Graph, err
	}
}

// neverChanges tells of which packages of the graph builds make what any check can use: they, and all that they are made from,
// are nobody's to edit, and each is a library for Rust alone, for which no linker is asked.
func (b *planBuilder) neverChanges() func(i int) bool {
	known := map[int]bool{}
	var never func(i int) bool
	never = func(i int) bool {
		if is, ok := known[i]; ok {
			return is
		}
		known[i] = false // of packages that need each other, which are the user's own
		p := &b.graph.Packages[i]
		is := !p.ID.Source.IsPath() && isLibraryForRust(b.manifests[i])
		for _, e := range p.Edges {
			to := b.graph.Target(e)
			is = is && (b.manifests[to] == nil || never(to)) // of those that are not there none is needed
		}
		known[i] = is
		return is
	}
	return never
}

func isLibraryForRust(m *manifest.Manifest) bool {
	lib := m.Package.Lib()
	return lib != nil && (lib.ProcMacro || !slices.ContainsFunc(lib.RustcTypes(), func(crateType string) bool { return crateType != "lib" && crateType != "rlib" }))
}
