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

	"berth/internal/crashpoint"
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

const scratchLock = ".lock"

// New makes an empty directory that nobody else knows. Its lock file lies
// beside it and is taken before the directory is made, so that no sweep can see
// the one without the other.
func (s Staging) New(ctx context.Context) (*Scratch, error) {
	if err := s.dir.MkdirAll(); err != nil {
		return nil, err
	}
	id := make([]byte, 8)
	rand.Read(id)
	name := hex.EncodeToString(id)
	_, held, err := s.lock(name).Try(ctx, Exclusive)
	if err != nil {
		return nil, err
	}
	scratch := &Scratch{Dir: s.dir.Join(name), lock: held}
	if err := os.Mkdir(scratch.Dir.path, 0o755); err != nil {
		held.Retire()
		return nil, err
	}
	return scratch, crashpoint.Here("staging.new.done")
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

// foreignAge is how old the scratch of another host or boot must be before it
// is taken for dead: its lock may not reach us (network file systems).
const foreignAge = 24 * time.Hour

// Clear removes what dead processes left: every directory whose lock can be
// had. It never waits. A lock file without a directory is a process between the
// two steps of New or Close, or a dead one; the lock tells.
func (s Staging) Clear(ctx context.Context) error {
	entries, err := s.dir.ReadDir()
	if err != nil {
		return err
	}
	var failed error
	for _, e := range entries {
		name, isLock := strings.CutSuffix(e.Name(), scratchLock)
		if !isLock && s.dir.Join(name+scratchLock).Exists() {
			continue
		}
		failed = errors.Join(failed, s.clear(ctx, name, isLock))
	}
	return failed
}

func (s Staging) clear(ctx context.Context, name string, hasLock bool) error {
	if !hasLock && !s.isOld(name) {
		return nil
	}
	_, held, err := s.lock(name).Try(ctx, Exclusive)
	if errors.Is(err, ErrBusy) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	return (&Scratch{Dir: s.dir.Join(name), lock: held}).Close()
}

func (s Staging) isOld(name string) bool {
	info, err := s.dir.Join(name).Lstat()
	return err == nil && time.Since(info.ModTime()) > foreignAge
}
