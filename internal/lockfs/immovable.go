package lockfs

import (
	"errors"
	"os"
	"path/filepath"

	"berth/internal/crashpoint"
)

// RemoveInPlace removes a tree that could not be renamed out of sight first (IsImmovable). The file in it that says that it is
// whole goes before all else: after a kill nobody takes for whole what is left.
func (h *FileLock) RemoveInPlace(p crashpoint.Point, tree Filesystem, stamp string) error {
	if err := h.Remove(p+".stamp", tree.Join(stamp)); err != nil {
		return err
	}
	return h.RemoveAll(p+".rest", tree)
}

// Replace is Exchange for whoever throws away what was at b. Where that is a directory which cannot be renamed, the new one
// waits beside it until it is removed; killed meanwhile, the same again puts it right.
func (h *FileLock) Replace(p crashpoint.Point, a, b Filesystem) error {
	err := h.Exchange(p, a, b)
	if !IsImmovable(err) {
		return err
	}
	aside := b.Aside()
	if os.Rename(a.path, aside.path) != nil {
		return err // a and b are on different file systems, so that nothing can be done
	}
	if err := h.RemoveAll(p+".removed", b); err != nil {
		return errors.Join(err, os.Rename(aside.path, a.path))
	}
	if err := h.Rename(p+".replaced", aside, b); err != nil {
		return err
	}
	return syncDir(filepath.Dir(b.path))
}
