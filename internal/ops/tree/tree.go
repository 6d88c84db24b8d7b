// Package tree draws dependency graphs as `cargo tree` does, to the byte.
//
// What holds: the same graph, features and options give the same text, which is stock's. Nothing is read but manifests,
// through Input.Manifest, and of those only what the drawing asks for.
//
// Where it ends: which packages and features there are is the resolver's matter, and which platform a dependency is for the
// caller's.
package tree

import (
	"io"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/resolve/features"
)

// Prefix is what stands before each package.
type Prefix int

// The prefixes.
const (
	Indent Prefix = iota
	Depth
	NoPrefix
)

// Kinds are the edges that are followed.
type Kinds struct {
	Normal, Build, Dev, Features bool
	NoMacros                     bool // procedural macros are left out
	Public                       bool // private dependencies are
}

func (k Kinds) has(kind crate.DepKind) bool {
	return kind == crate.Normal && k.Normal || kind == crate.Build && k.Build || kind == crate.Dev && k.Dev
}

// Options are the flags.
type Options struct {
	Kinds         Kinds
	AllPlatforms  bool // --target all
	Invert        []crate.Spec
	Prune         []crate.Spec
	Prefix        Prefix
	NoDedupe      bool
	Duplicates    bool
	Format        string
	MaxDepth      int  // levels below the roots, negative for all
	WorkspaceOnly bool // --depth workspace
	ASCII         bool
	Colors        bool
}

// Member is a package that the tree is for, and the features that flags ask of it.
type Member struct {
	Package  int // in the graph
	Features resolve.Features
}

// Input is what there is to draw.
type Input struct {
	Graph    *resolve.Graph
	Features *features.Features
	Members  []Member
	// Roots are the packages that were chosen, where Options.Invert says nothing.
	Roots []crate.Spec
	// Platforms are the triples of --target, or one empty one, which is the host.
	Platforms []string
	// Active tells whether a dependency is for a platform; an empty one is the host.
	Active   func(d *crate.Dependency, platform string) bool
	IsMember func(crate.PackageID) bool
	Manifest func(i int) (*manifest.Package, error)
	Options  Options
}

// Draw writes the text as it goes, since without deduplication it has no bound. It is false where there is nothing to
// print, of which the user is to be told.
func Draw(w io.Writer, in Input) (drawn bool, err error) {
	g := &graph{in: &in, index: map[key]int{}, fromFlags: map[int]bool{}, named: map[int]map[string][]named{}}
	if err := g.build(); err != nil {
		return false, err
	}
	specs := in.Roots
	if len(in.Options.Invert) > 0 {
		specs = in.Options.Invert
	}
	roots, err := g.roots(specs)
	if err != nil {
		return false, err
	}
	if in.Options.Duplicates {
		g, _ = g.reachable(roots)
		roots = g.duplicates()
	}
	if len(in.Options.Invert) > 0 || in.Options.Duplicates {
		g.invert()
	}
	ids := g.ids()
	for _, spec := range in.Options.Prune {
		if _, err := spec.Query(ids); err != nil {
			return false, err
		}
	}
	p, err := newPrinter(g, w)
	if err != nil {
		return false, err
	}
	return len(roots) > 0, p.print(roots)
}
