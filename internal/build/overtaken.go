package build

import (
	"io/fs"
	"os"
	"slices"

	"berth/internal/unit"
	"berth/internal/unitstore"
)

// isOvertaken tells whether somebody has put something into a place of ours since this build began, and sources have
// changed since they were read here: then that was made of newer ones, and whoever made it may have said so already. It
// stays. The other way round nothing is lost: who has read what is there now puts his there.
func (b *builder) isOvertaken(u *unit.Unit, from, to string) bool {
	if !u.Local {
		return false
	}
	there, err := os.Lstat(to)
	if err != nil || !there.Mode().IsRegular() {
		return false
	}
	if b.isChangedByOthers(u, there) {
		made, err := os.Stat(from)
		if err == nil && !isSame(from, to, made, there) && b.hasChanged(u, map[*unit.Unit]bool{}) {
			return true
		}
	}
	j := &b.jobs[u.Index]
	j.displaced = append(j.displaced, there)
	return false
}

// isChangedByOthers tells whether somebody has changed a file, or put it there, since this build began. A file that had two
// names, one of which was taken from it here, was changed by that alone.
func (b *builder) isChangedByOthers(u *unit.Unit, there fs.FileInfo) bool {
	return unitstore.Changed(there).After(b.began) &&
		!slices.ContainsFunc(b.jobs[u.Index].displaced, func(f fs.FileInfo) bool { return os.SameFile(f, there) })
}

// hasChanged tells whether a source of a unit, or of what it is made from, is another one than was read.
func (b *builder) hasChanged(u *unit.Unit, seen map[*unit.Unit]bool) bool {
	if seen[u] || !u.Local {
		return false
	}
	seen[u] = true
	if found := b.jobs[u.Index].found; found != nil {
		for _, f := range found.Files {
			if same, _, err := b.Inputs.Same(&f, b.pathOf(f.Path)); err != nil || !same {
				return true
			}
		}
	}
	for _, d := range u.Deps {
		if b.hasChanged(d.Unit, seen) {
			return true
		}
	}
	return false
}
