package build

import (
	"context"
	"path/filepath"
	"strings"

	"berth/internal/compile"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// # The way to outputs
//
// A compiler that keeps notes for the next time makes the path of its outputs part of what debug information depends on: at
// another path all code is made anew. So while it works its outputs have a path that stays the same, and is gone after it;
// debuggers must find the debug information without it.
//
//	in the outputs themselves   DWARF, unless it is left in .dwo files, which libraries name by that path
//	in objects beside them      Apple: programs name their own by that path. Of a library they name the archive, as the linker was
//	                            told it, which is that of the store; the archive names no path (rustc 1.95, -C split-debuginfo=unpacked)
//	in a database beside them   Microsoft: what is linked names it by that path. Libraries have none

// The path of each crate that is compiled against is made part of it, too, of which those of path packages change with each
// edit. They are brought beside that path, but for Apple and Microsoft, where what is linked may name them by it.

// enter finds the way to the outputs of a unit that is compiled incrementally.
func (b *builder) enter(ctx context.Context, u *unit.Unit, a *unitstore.Attempt) {
	target := b.Compiler.Targets[u.Kind].Name
	if !u.Profile.Incremental || u.Mode == unit.Doc || u.Mode == unit.RunBuildScript || !isDebuggedWithoutWay(u, target) {
		return
	}
	way := b.store(u).Way(ctx, u.Target.CrateName()+"-"+b.Compiler.Name(u), a.Dir)
	if way != nil && !u.IsCheck() && !u.Profile.RPath && !namesWhatIsLinked(target) {
		way.Bring(b.pathCrates(u))
	}
	b.jobs[u.Index].way = way
}

// pathCrates are the files of the path packages that a unit is compiled against.
func (b *builder) pathCrates(u *unit.Unit) (files []string) {
	for _, dep := range compile.Crates(u) {
		if !dep.Local {
			continue
		}
		outputs, err := b.Compiler.Outputs(dep)
		if err != nil {
			continue // whoever makes it says so
		}
		for _, o := range outputs {
			if o.Flavor == compile.Linkable || o.Flavor == compile.Metadata {
				files = append(files, filepath.Join(b.jobs[dep.Index].dir, o.Name))
			}
		}
	}
	return files
}

func namesWhatIsLinked(target string) bool {
	return strings.Contains(target, "-apple-") || strings.HasSuffix(target, "-msvc")
}

// isDebuggedWithoutWay tells whether debuggers find the debug information of a unit, if there is any, by something else.
func isDebuggedWithoutWay(u *unit.Unit, target string) bool {
	switch {
	case u.IsCheck():
		return true
	case namesWhatIsLinked(target):
		return !needsObjects(u)
	}
	return u.Profile.SplitDebuginfo != "unpacked"
}
