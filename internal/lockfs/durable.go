package lockfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

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

// WriteFile replaces the file at to in one step: written beside, synced,
// renamed, the directory synced. A symlink at to is followed, so that a user's
// link stays one. Readers see the old bytes or the new ones.
func (h *FileLock) WriteFile(p crashpoint.Point, to Filesystem, data []byte) error {
	h.check()
	target := to.path
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	return step(p, func() error { return replaceFile(p, target, data) })
}

// replaceFile names its temporary file after the target and this process; the
// leftover of a dead process is overwritten or removed by the next writer, who
// holds the lock under which all of them write.
func replaceFile(p crashpoint.Point, target string, data []byte) error {
	removeStale(target)
	temporary := target + ".new" + strconv.Itoa(os.Getpid())
	if err := writeSynced(temporary, data); err != nil {
		os.Remove(temporary)
		return err
	}
	if err := crashpoint.Here(p + ".written"); err != nil {
		os.Remove(temporary)
		return err
	}
	if err := os.Rename(temporary, target); err != nil {
		os.Remove(temporary)
		return overwrite(target, data, err)
	}
	return syncDir(filepath.Dir(target))
}

func removeStale(target string) {
	stale, _ := filepath.Glob(target + ".new[0-9]*")
	for _, s := range stale {
		os.Remove(s)
	}
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// overwrite is for a file that cannot be renamed over (bind-mounted into a
// container): the bytes are written first and cut after, so that it is never
// empty. cause is what the rename said, and is the error for a true failure.
func overwrite(target string, data []byte, cause error) error {
	if !isMountPoint(cause) {
		return cause
	}
	f, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return cause
	}
	_, err = f.WriteAt(data, 0)
	if err == nil {
		err = f.Truncate(int64(len(data)))
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
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
	return step(p, func() error {
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
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
// replaced on Windows. scratch is a free name on the same file system. A real
// directory at link is not replaced: see Exchange.
func (h *FileLock) Point(p crashpoint.Point, link Filesystem, target string, scratch Filesystem) error {
	h.check()
	return step(p, func() error {
		if err := point(link.path, target, scratch.path); err != nil {
			return fmt.Errorf("cannot point %s to %s: %w", link.path, target, err)
		}
		return nil
	})
}

// Exchange swaps what is at a and b in one step, of any two kinds.
func (h *FileLock) Exchange(p crashpoint.Point, a, b Filesystem) error {
	h.check()
	return step(p, func() error { return exchange(a.path, b.path) })
}

// Pointer reads where a pointer leads; fs.ErrNotExist where there is nothing,
// ok false where there is something else than a pointer.
func (f Filesystem) Pointer() (target string, ok bool, err error) { return readPointer(f.path) }
