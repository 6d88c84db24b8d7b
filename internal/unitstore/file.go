package unitstore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

func shortDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// File is what is known of a file that was read or made. Size, Time and Inode are a shortcut: a file that has them still
// has not been touched. Where they differ the digest decides.
type File struct {
	Path   string // as its reader understands it; with slashes
	Size   int64
	Time   int64 // of the last change of its content, in nanoseconds; 0: the shortcut is not to be trusted
	Inode  uint64
	Tree   bool // a directory with everything below it
	Digest Digest
}

// fresh is how long ago a file must have been written before its time can tell that it was not written again since:
// clocks of file systems go in steps, of 10 ms in Linux (CONFIG_HZ=100).
const fresh = 20 * time.Millisecond

// freshByCoarse is the same of file systems that know seconds only, and FAT every other.
const freshByCoarse = 2 * time.Second

// isCoarse tells of a time that its file system may know no parts of seconds.
func isCoarse(t time.Time) bool { return t.Nanosecond() == 0 }

// isFresh tells of the time of a file that what is written to it now could leave it as it is. One from the future tells nothing:
// who sets such a time sets it again.
func isFresh(t, now time.Time) bool {
	if isCoarse(t) {
		return now.Sub(t) < freshByCoarse
	}
	return now.Sub(t) < fresh
}

// mayFollow tells of the time of a change whether it may have come after a Moment: where both have the same whole second
// nobody knows.
func mayFollow(changed, moment time.Time) bool {
	return changed.After(moment) || isCoarse(changed) && changed.Equal(moment)
}

func (f *File) shortcut(info fs.FileInfo) {
	f.Size, f.Time, f.Inode = info.Size(), info.ModTime().UnixNano(), inodeOf(info)
}

// shortcutOfInput is for what others may write at any time. Outputs have one writer, which has ended.
func (f *File) shortcutOfInput(info fs.FileInfo, now time.Time) {
	f.shortcut(info)
	if isFresh(info.ModTime(), now) {
		f.Time = 0
	}
}

func (f *File) untouched(info fs.FileInfo) bool {
	return f.Time != 0 && f.Size == info.Size() && f.Time == info.ModTime().UnixNano() && f.Inode == inodeOf(info)
}

// outputsBelow lists what lies in an attempt, but for the stamp.
func outputsBelow(dir string) (paths []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if d.Type()&^fs.ModeSymlink != 0 {
			return nil // a socket or pipe is nothing that a later build could use
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil && rel != stampName {
			paths = append(paths, filepath.ToSlash(rel))
		}
		return err
	})
	return paths, err
}

// output describes one file of an attempt.
func output(dir, path string) (File, error) {
	if !filepath.IsLocal(filepath.FromSlash(path)) {
		return File{}, fmt.Errorf("an output of a unit lies in its folder, and %q does not", path)
	}
	f := File{Path: path}
	at := filepath.Join(dir, filepath.FromSlash(path))
	info, err := os.Lstat(at)
	if err != nil {
		return f, err
	}
	f.shortcut(info)
	f.Digest, err = digestOf(at, info)
	return f, err
}

// damage is what is wrong with an output; empty: nothing. With thorough the digest decides in any case. changed: what
// the shortcut says has to be noted anew.
func (f *File) damage(dir string, thorough bool) (what string, changed bool) {
	at := filepath.Join(dir, filepath.FromSlash(f.Path))
	info, err := os.Lstat(at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.Path + " is missing", false
	case err != nil:
		return err.Error(), false
	case !thorough && f.untouched(info):
		return "", false
	case info.Size() != f.Size:
		return fmt.Sprintf("%s has %d bytes, and had %d when it was made", f.Path, info.Size(), f.Size), false
	}
	digest, err := digestOf(at, info)
	if err != nil {
		return err.Error(), false
	}
	if digest != f.Digest {
		return f.Path + " has other bytes than when it was made", false
	}
	untouched := f.untouched(info)
	f.shortcut(info)
	return "", !untouched
}
