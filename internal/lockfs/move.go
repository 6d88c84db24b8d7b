package lockfs

import "berth/internal/crashpoint"

// Move is Rename for a directory in which the lock file of h itself lies, as the lease of
// a tree does. A shared lock is held at the new place then. An exclusive one is for
// taking the directory away: when it is gone the lock guards nothing, and is only to be
// closed. ErrBusy where the system leaves a directory in its place while somebody has
// a file in it open; then an exclusive lock is lost.
func (h *FileLock) Move(p crashpoint.Point, from, to Filesystem) error {
	h.check()
	return step(p, func() error { return h.move(from.path, to.path) })
}
