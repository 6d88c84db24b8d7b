package build

import (
	"path"
	"path/filepath"
	"slices"

	"berth/internal/compile"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// showBeyond puts what a compiler has made beyond what it makes of every unit where people and tools look for it: assembly,
// intermediate code, temporary files, as flags of the user ask for (`cargo rustc -- --emit asm`, RUSTFLAGS). Those who look
// begin with the unit's other outputs, so these get a name there, too: the result is that directory. It is empty where there
// is nothing of the kind.
func (b *builder) showBeyond(u *unit.Unit, j *job, outputs []compile.Output) (dir string, err error) {
	if u.Target.Kind == manifest.CustomBuild {
		return "", nil
	}
	for _, f := range j.found.Outputs {
		if f.Path == messagesName || f.Path == b.Compiler.DepInfo(u) || isDebugObject(f.Path) ||
			slices.ContainsFunc(outputs, func(o compile.Output) bool { return filepath.ToSlash(o.Name) == f.Path }) {
			continue
		}
		name := filepath.FromSlash(f.Path)
		dir = b.inDeps(u, "")
		if err := b.show(u, filepath.Join(j.dir, name), filepath.Join(dir, name)); err != nil {
			return dir, err
		}
	}
	return dir, nil
}

// isDebugObject tells of the many small files of split-debuginfo = "unpacked", which debuggers find by the path that
// stands in the program: that of the store.
func isDebugObject(name string) bool { return path.Ext(name) == ".dwo" }
