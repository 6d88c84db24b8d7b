package lockfs

import "berth/internal/crashpoint"

// RemoveInPlace removes a tree that could not be renamed out of sight first (IsImmovable). The file in it that says that it is
// whole goes before all else: after a kill nobody takes for whole what is left.
func (h *FileLock) RemoveInPlace(p crashpoint.Point, tree Filesystem, stamp string) error {
	if err := h.Remove(p+".stamp", tree.Join(stamp)); err != nil {
		return err
	}
	return h.RemoveAll(p+".rest", tree)
}
