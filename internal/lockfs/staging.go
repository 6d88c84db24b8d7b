package lockfs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"
)

// Staging is where things are made before one rename publishes them, on the
// same file system as the place they go to.
type Staging struct{ dir Filesystem }

// NewStaging describes the staging area at dir; nothing is touched.
func NewStaging(dir Filesystem) Staging { return Staging{dir} }

// Scratch is one piece of work in a staging area: a directory of its own and
// the lock that says that its maker lives.
type Scratch struct {
	Dir  Filesystem
	lock *FileLock
}

const scratchLock = lockSuffix

// New makes an empty directory that nobody else knows. Its lock file lies
// beside it and is taken before the directory is made, so that no sweep can see
// the one without the other.
func (s Staging) New(ctx context.Context) (*Scratch, error) {
	if err := s.dir.MkdirAll(); err != nil {
		return nil, err
	}
	for {
		id := make([]byte, 8)
		rand.Read(id)
		scratch, err := s.make(ctx, hex.EncodeToString(id))
		if !errors.Is(err, ErrBusy) {
			return scratch, err
		}
		// A sweep found the lock file in the instant before we had the lock. It
		// removes it; the next name is as good.
	}
}

func (s Staging) make(ctx context.Context, name string) (*Scratch, error) {
	_, held, err := s.lock(name).Try(ctx, Exclusive)
	if err != nil {
		return nil, err
	}
	scratch := &Scratch{Dir: s.dir.Join(name), lock: held}
	err = step("staging.new", func() error { return os.Mkdir(scratch.Dir.path, 0o777) })
	if err != nil {
		return nil, errors.Join(err, scratch.Close())
	}
	return scratch, nil
}

func (s Staging) lock(name string) Lock {
	return NewLock(s.dir.Join(name+scratchLock), RankStaging, "staging directory "+name)
}

// Path is the directory's path: it is ours alone.
func (s *Scratch) Path() string { return s.lock.Path(s.Dir) }

// Close removes what is left of the directory, then its lock.
func (s *Scratch) Close() error {
	if s == nil || s.lock.released() {
		return nil
	}
	if err := s.lock.RemoveAll("staging.remove", s.Dir); err != nil {
		return errors.Join(err, s.lock.Close())
	}
	return s.lock.Retire()
}

// foreignAge is how old something without a lock that we could ask must be
// before it is taken for dead: it may be of another host (network file systems).
const foreignAge = 24 * time.Hour

// Clear removes what dead processes left: every directory whose lock can be
// had. It never waits. A lock file without a directory is a process between the
// two steps of New or Close, or a dead one; the lock tells. What is not ours to
// remove (another user's, a read-only home) is left.
func (s Staging) Clear(ctx context.Context) error {
	entries, err := s.dir.ReadDir()
	if err != nil {
		return err
	}
	var failed error
	for _, e := range entries {
		name, isLock := strings.CutSuffix(e.Name(), scratchLock)
		if !isLock && (s.dir.Join(name+scratchLock).Exists() || !s.isOld(name)) {
			continue
		}
		err := s.clear(ctx, name)
		if !errors.Is(err, ErrBusy) && !errors.Is(err, ErrNoLockFile) && !errors.Is(err, fs.ErrPermission) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func (s Staging) clear(ctx context.Context, name string) error {
	_, held, err := s.lock(name).Try(ctx, Exclusive)
	if err != nil {
		return err
	}
	if !held.Excludes() && !s.isForeign(name) {
		return held.Close()
	}
	return (&Scratch{Dir: s.dir.Join(name), lock: held}).Close()
}

// isForeign is asked where locks tell nothing. Without a directory it goes by the lock
// file: a live process may be about to make the directory.
func (s Staging) isForeign(name string) bool {
	if s.dir.Join(name).Exists() {
		return s.isOld(name)
	}
	return s.isOld(name + scratchLock)
}

func (s Staging) isOld(name string) bool {
	info, err := s.dir.Join(name).Lstat()
	return err == nil && time.Since(info.ModTime()) > foreignAge
}
