package ops

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// sameGraph tells whether two files choose the same packages, whatever their formats and the packages that nothing
// leads to.
func sameGraph(a, b *cargolock.Lock, paths resolve.PathIndex) bool {
	was, err := resolve.FromLock(a, paths)
	if err != nil {
		return false
	}
	now, err := resolve.FromLock(b, paths)
	if err != nil || len(was.Packages) != len(now.Packages) {
		return false
	}
	for i := range was.Packages {
		if !samePackage(was, now, i) {
			return false
		}
	}
	return slices.EqualFunc(was.Unused, now.Unused, crate.PackageID.Same)
}

func samePackage(was, now *resolve.Graph, i int) bool {
	a, b := &was.Packages[i], &now.Packages[i]
	return a.ID.Same(b.ID) && a.ID.Source.Precise() == b.ID.Source.Precise() && a.Checksum == b.Checksum && a.Replaced == b.Replaced &&
		slices.EqualFunc(a.Edges, b.Edges, func(x, y resolve.Edge) bool { return x.To == y.To })
}

// keyOf is a short name for a directory.
func keyOf(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return hex.EncodeToString(sum[:8])
}

// paths is the index of the packages of the disk. What is wrong with a patch is told by who resolves.
func (r *Run) paths(ws *workspace.Workspace) resolve.PathIndex {
	in := r.roots(ws)
	_, _ = r.addPatches(in, ws)
	return in.Paths()
}
