// Package lockfs is the only door to paths that several processes write.
//
// # What holds
//
// A [Filesystem] is a place whose path cannot be learned without a lock: it can
// be read (what berth publishes is immutable or swapped whole, so readers need
// no lock), and shown to people, but every change goes through a [FileLock],
// the proof that a lock is held. A FileLock that was released panics when it is
// used. Durable steps (write, rename, swap, remove) carry the name of a crash
// point and pass it themselves, so that whatever goes through here is covered by
// the kill tests by construction.
//
// Each lock has a [Rank]; a context remembers what it holds, and an acquisition
// of a lower rank than one already held is refused with a [RankError] in
// every run. There is no upgrade and no downgrade: release, take, look again.
//
// An acquisition tries first; if the lock is held it says once what is waited
// for and who has it, and then waits without limit until the context ends.
//
// # What does not hold
//
// Locks are advisory and end at the machine. On a file system without locks the
// user is warned once, loudly, and work may be done twice; nothing that is
// published becomes wrong by that, because correctness never rests on a lock.
// [FileLock.Excludes] tells, for those who would remove what others may use.
//
// Who holds a lock is told for people and may be wrong by the time it is read.
// Two writes are not one step, as the system has none: that to a file which
// cannot be renamed over (a mount point), and an exchange on Windows and on
// network file systems, which [FileLock.Recover] ends after a kill.
package lockfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/diskread"
)

// Filesystem is a place below which files are shared among processes. The zero
// value is invalid.
type Filesystem struct{ path string }

// At is the Filesystem at path. Only the composition of a home calls it.
func At(path string) Filesystem { return Filesystem{filepath.Clean(path)} }

// Join is the place at elements below f.
func (f Filesystem) Join(elements ...string) Filesystem {
	return Filesystem{filepath.Join(append([]string{f.path}, elements...)...)}
}

// Display is the path for messages to people and for handing to a child; it is
// not for opening.
func (f Filesystem) Display() string { return f.path }

// Base is the last element of the path.
func (f Filesystem) Base() string { return filepath.Base(f.path) }

// ReadFile reads a file that is immutable or replaced by rename.
func (f Filesystem) ReadFile() ([]byte, error) { return diskread.File(f.path) }

// AppendFile appends the content of such a file to buf, which comes back also with an error.
func (f Filesystem) AppendFile(buf []byte) ([]byte, error) { return diskread.Append(buf, f.path) }

// Open opens such a file for reading.
func (f Filesystem) Open() (*os.File, error) { return os.Open(f.path) }

// ReadDir lists a directory, sorted by name; a missing one is empty.
func (f Filesystem) ReadDir() ([]os.DirEntry, error) {
	entries, err := os.ReadDir(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

// Lstat describes what is there, links not followed.
func (f Filesystem) Lstat() (os.FileInfo, error) { return os.Lstat(f.path) }

// Stat describes what is there, links followed.
func (f Filesystem) Stat() (os.FileInfo, error) { return os.Stat(f.path) }

// Exists tells whether anything is there, a broken link included.
func (f Filesystem) Exists() bool {
	_, err := os.Lstat(f.path)
	return err == nil
}

// MkdirAll makes the directory and its parents. It needs no lock: making a
// directory that is there is success, whoever made it.
func (f Filesystem) MkdirAll() error { return os.MkdirAll(f.path, 0o777) }
