package ops

import (
	"fmt"
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
)

// warnOfMissingLibraries tells which dependencies of members are of no effect, because the packages have no library.
func (r *Run) warnOfMissingLibraries(g *resolve.Graph, manifests []*manifest.Manifest, members []crate.PackageID, isFollowed func(*crate.Dependency) bool) {
	for _, id := range slices.SortedFunc(slices.Values(members), crate.PackageID.Compare) {
		for _, e := range g.Packages[g.Find(id)].Edges {
			to := manifests[g.Target(e)]
			if to == nil || to.Package.Lib() != nil || !slices.ContainsFunc(e.Deps, isFollowed) {
				continue
			}
			for _, d := range e.Deps {
				r.Voice.Warn(fmt.Sprintf("%s ignoring invalid dependency `%s` which is missing a lib target", id, d.NameInManifest()))
			}
		}
	}
}
