package lockfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/crashpoint"
)

// The steps below are durable: another process, or the next run, sees what they
// did. Each passes two crash points, <point>.before and <point>.done.

func step(p crashpoint.Point, do func() error) error {
	if err := crashpoint.Here(p + ".before"); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return crashpoint.Here(p + ".done")
}

// Rename publishes from at to in one step; to must not be there, or be
// replaceable as rename(2) has it.
func (h *FileLock) Rename(p crashpoint.Point, from, to Filesystem) error {
	h.check()
	return step(p, func() error { return os.Rename(from.path, to.path) })
}

// Remove removes one file, link or empty directory; absence is success.
func (h *FileLock) Remove(p crashpoint.Point, f Filesystem) error {
	h.check()
	return step(p, func() error { return absent(os.Remove(f.path)) })
}

// RemoveAll removes a tree that nobody can reach any more (it lies in staging).
func (h *FileLock) RemoveAll(p crashpoint.Point, f Filesystem) error {
	h.check()
	return step(p, func() error { return removeAll(f.path) })
}

// removeAll makes directories writable on the way: an archive may hold
// read-only ones, and removal must not stop at them.
func removeAll(path string) error {
	err := os.RemoveAll(path)
	if err == nil || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			os.Chmod(p, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}

// Point makes link point to target in one step, whatever pointer was there
// before: symlink and rename on Unix, a junction whose reparse point is
// replaced on Windows. scratch is a name that is ours alone, if possible on the
// same file system; what a killed attempt left there is overwritten. What is no pointer (a
// directory, a user's file) is not replaced: see Exchange. It is not synced: a
// switch that a power cut takes back leaves the old pointer, and its tree is
// still there.
func (h *FileLock) Point(p crashpoint.Point, link Filesystem, target string, scratch Filesystem) error {
	h.check()
	return step(p, func() error {
		if err := pointAnew(p, link.path, target, scratch.path); err != nil {
			return fmt.Errorf("cannot point %s to %s: %w", link.path, target, err)
		}
		return nil
	})
}

func pointAnew(p crashpoint.Point, link, target, scratch string) error {
	_, isPointer, err := readPointer(link)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !isPointer:
		return fmt.Errorf("%w, and it is not a link; move it away first", fs.ErrExist)
	}
	if err := os.MkdirAll(filepath.Dir(link), 0o777); err != nil {
		return err
	}
	if _, stale, _ := readPointer(scratch); stale {
		os.Remove(scratch)
	}
	return point(p, link, target, scratch)
}

// Pointer reads where a pointer leads; fs.ErrNotExist where there is nothing,
// ok false where there is something else than a pointer.
func (f Filesystem) Pointer() (target string, ok bool, err error) { return readPointer(f.path) }
