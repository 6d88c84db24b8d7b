package lockfs

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/crashpoint"
)

// WriteFile replaces the file at to in one step: written beside, synced,
// renamed, the directory synced. A symlink at to is followed, so that a user's
// link stays one, and mode and owner of a file that was there are kept. Readers
// see the old bytes or the new ones, and so does the next run after a kill or a
// full disk.
//
// All writers of one file write it under the same lock: the leftover of a dead
// writer is removed by the next.
func (h *FileLock) WriteFile(p crashpoint.Point, to Filesystem, data []byte) error {
	return h.write(p, to, newFile{data, true})
}

// WriteUnsynced is WriteFile for marks and records whose loss costs only work:
// after a power cut the file may be the old one, empty or torn, and its readers
// must know. It saves the waits for the disk.
func (h *FileLock) WriteUnsynced(p crashpoint.Point, to Filesystem, data []byte) error {
	return h.write(p, to, newFile{data, false})
}

type newFile struct {
	data   []byte
	synced bool
}

func (h *FileLock) write(p crashpoint.Point, to Filesystem, n newFile) error {
	h.check()
	target, err := followLinks(to.path)
	if err == nil {
		err = step(p, func() error { return h.replace(p, target, n) })
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok && strings.HasPrefix(at.Path, target) {
		// The file beside it has a name that tells nobody anything.
		return &fs.PathError{Op: "cannot write", Path: to.path, Err: at.Err}
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", to.path, err)
	}
	return nil
}

// maxLinks is where the kernel gives up too.
const maxLinks = 40

// followLinks is where a write to path would go, whether there is a file yet or
// not. A relative link is relative to the real directory that it lies in.
func followLinks(path string) (string, error) {
	for range maxLinks {
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // no link, or nothing at all
		}
		if !filepath.IsAbs(target) {
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			target = filepath.Join(dir, target)
		}
		path = target
	}
	return "", errors.New("too many links, one to the other")
}

// ErrFileExpected says that something else stands where a file is to be written.
var ErrFileExpected = errors.New("file is expected")

// replace gives way to overwrite where something stands at the name that cannot
// be renamed over.
func (h *FileLock) replace(p crashpoint.Point, target string, n newFile) error {
	old, err := os.Lstat(target)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if old != nil && !old.Mode().IsRegular() {
		return fmt.Errorf("%s is a %s where a %w; move it away first", target, old.Mode().Type(), ErrFileExpected)
	}
	h.removeStale(target)
	temporary, err := writeBeside(target, old, n)
	if err == nil {
		err = crashpoint.Here(p + ".written")
	}
	if err == nil {
		err = rename(temporary, target)
	}
	if err == nil {
		return n.syncDir(filepath.Dir(target))
	}
	os.Remove(temporary)
	if old != nil && cannotReplace(err) {
		return overwrite(target, n.data, err)
	}
	return err
}

func (n newFile) syncDir(dir string) error {
	if !n.synced {
		return nil
	}
	return syncDir(dir)
}

// temporaryMark and 16 hexadecimal digits follow the target's name in that of
// its temporary: nobody's own file looks like that. The digits are by chance,
// as two containers may have the same process number.
const temporaryMark = ".berth-new-"

func temporaryOf(target string) string {
	id := make([]byte, 8)
	rand.Read(id)
	return target + temporaryMark + hex.EncodeToString(id)
}

// Beside is a name beside f for what will take its place; what a dead process left there goes with the next change of f.
func (h *FileLock) Beside(f Filesystem) Filesystem {
	h.check()
	h.removeStale(f.path)
	return Filesystem{temporaryOf(f.path)}
}

func isTemporaryOf(target, name string) bool {
	id, ok := strings.CutPrefix(name, filepath.Base(target)+temporaryMark)
	_, err := hex.DecodeString(id)
	return ok && err == nil && len(id) == 16
}

// removeStale removes what dead writers left. Where no lock keeps a live one
// out, only what is old can be called dead.
func (h *FileLock) removeStale(target string) {
	entries, _ := os.ReadDir(filepath.Dir(target))
	for _, e := range entries {
		if !isTemporaryOf(target, e.Name()) {
			continue
		}
		if info, err := e.Info(); h.Excludes() || err == nil && time.Since(info.ModTime()) > foreignAge {
			os.RemoveAll(filepath.Join(filepath.Dir(target), e.Name()))
		}
	}
}

// HasUnfinished tells whether a writer of the file is at work beside it, or died there.
func (f Filesystem) HasUnfinished() bool {
	entries, _ := os.ReadDir(filepath.Dir(f.path))
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return isTemporaryOf(f.path, e.Name()) })
}

// RemoveUnfinishedOf removes what dead writers of a file left that is written under this lock.
func (h *FileLock) RemoveUnfinishedOf(file Filesystem) {
	h.check()
	h.removeStale(file.path)
}

// RemoveUnfinished removes from a directory, all of whose files are written under
// this lock, what dead writers of any of them left.
func (h *FileLock) RemoveUnfinished(dir Filesystem) {
	h.check()
	entries, _ := dir.ReadDir()
	for _, e := range entries {
		if target, _, ok := strings.Cut(e.Name(), temporaryMark); ok && isTemporaryOf(target, e.Name()) {
			h.removeStale(dir.Join(target).path)
		}
	}
}

// writeBeside returns the name also after an error, if there may be a file.
func writeBeside(target string, old fs.FileInfo, n newFile) (string, error) {
	name := temporaryOf(target)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return name, err
	}
	if old != nil {
		keepOwner(f, old) // first: a change of owner may clear bits of the mode
		err = keepMode(f, old)
	}
	if err == nil {
		_, err = f.Write(n.data)
	}
	if err == nil && n.synced {
		err = syncFile(f)
	}
	return name, errors.Join(err, f.Close())
}

// keepMode leaves file systems alone that have one mode for all (FAT).
func keepMode(f *os.File, old fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil || now.Mode().Perm() == old.Mode().Perm() {
		return err
	}
	return f.Chmod(old.Mode().Perm())
}

// overwrite is for a file that cannot be renamed over: bind-mounted into a
// container, or in a directory where we may make nothing. The bytes are written
// first and cut after, so that it is never empty, and the old ones are put back
// if that fails. cause is why there was no rename, and is the error if this is
// no way either. A kill in the midst can tear the file: there is no means
// against that here.
func overwrite(target string, data []byte, cause error) error {
	f, err := os.OpenFile(target, os.O_RDWR, 0)
	if err != nil {
		return cause
	}
	old, err := io.ReadAll(f)
	if err == nil {
		if err = setContents(f, data); err != nil {
			err = errors.Join(err, setContents(f, old))
		}
	}
	return errors.Join(err, f.Close())
}

// syncFile makes what was written durable. A file system that cannot (some FUSE and
// 9p ones) has no better way, so that is not an error.
func syncFile(f *os.File) error {
	err := f.Sync()
	if cannotSync(err) {
		return nil
	}
	return err
}

func setContents(f *os.File, data []byte) error {
	_, err := f.WriteAt(data, 0)
	if err == nil {
		err = f.Truncate(int64(len(data)))
	}
	if err == nil {
		err = syncFile(f)
	}
	return err
}
