package build

import (
	"context"
	"strings"

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

// enter finds the way to the outputs of a unit that is compiled incrementally.
func (b *builder) enter(ctx context.Context, u *unit.Unit, a *unitstore.Attempt) (leave func()) {
	if !u.Profile.Incremental || u.Mode == unit.Doc || u.Mode == unit.RunBuildScript || !isDebuggedWithoutWay(u, b.Compiler.Targets[u.Kind].Name) {
		return func() {}
	}
	b.jobs[u.Index].way, leave = b.store(u).Way(ctx, u.Target.CrateName()+"-"+b.Compiler.Name(u), a.Dir)
	return leave
}

// isDebuggedWithoutWay tells whether debuggers find the debug information of a unit, if there is any, by something else.
func isDebuggedWithoutWay(u *unit.Unit, target string) bool {
	switch {
	case u.IsCheck():
		return true
	case strings.Contains(target, "-apple-") || strings.HasSuffix(target, "-msvc"):
		return !needsObjects(u)
	}
	return u.Profile.SplitDebuginfo != "unpacked"
}
