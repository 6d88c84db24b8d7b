package unitstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"berth/internal/boot"
	"berth/internal/cachedir"
	"berth/internal/crashpoint"
	"berth/internal/diskspace"
	"berth/internal/lockfs"
)

const (
	lockSuffix    = ".lock"
	condemnedName = "condemned" // a stamp that was taken away: whoever found it before may still use the outputs
)

// Attempt is a unit in the making: a folder that nobody else looks at until Commit, and never after Abandon.
type Attempt struct {
	Key
	Identity
	Dir string // absolute if the store's root is; what is made may name it

	store   *Store
	name    string
	begun   time.Time
	started time.Time // by the clock of the file system
	held    *lockfs.FileLock
	alive   *lockfs.FileLock

	mu      sync.Mutex
	digests map[string]File
	reading sync.WaitGroup
}

// ErrVanished: somebody removed the attempt's folder (cargo clean does). Making the unit again is all there is to do.
var ErrVanished = errors.New("the folder of the unit has vanished while it was made")

// TryBegin takes the unit's lock, looks once more whether another process has made the unit, and begins an attempt where
// not: either the variant or the attempt is set. lockfs.ErrBusy while another process is at it, see Watch; ErrReadOnly
// or ErrNoRoom where nothing can be made.
func (s *Store) TryBegin(ctx context.Context, key Key, who Identity, accept Accept) (Found, *Attempt, error) {
	if err := s.lease.add(ctx, s, key); err != nil {
		return Found{}, nil, err
	}
	ctx, held, err := s.lock(key.String(), who.String()).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return Found{}, nil, s.cannotMake(who, err)
	}
	found, damaged, err := s.find(ctx, key, accept, held, s.refusals.known(key))
	if err != nil || found.Variant != nil {
		if found.Variant != nil {
			s.hit(key)
		}
		return found, nil, errors.Join(err, held.Retire())
	}
	attempt, err := s.begin(ctx, key, who, damaged, held)
	if err != nil {
		held.Retire()
		return found, nil, s.cannotMake(who, err)
	}
	return found, attempt, nil
}

func (s *Store) cannotMake(who Identity, err error) error {
	switch {
	case errors.Is(err, lockfs.ErrBusy):
		return err
	case cannotWrite(err):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case diskspace.IsFull(err):
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	case errors.Is(err, ErrNoRoom):
		return err
	}
	return fmt.Errorf("cannot make a folder for %s: %w", who, err)
}

func (s *Store) begin(ctx context.Context, key Key, who Identity, damaged []string, held *lockfs.FileLock) (*Attempt, error) {
	if err := s.lacksRoom(); err != nil {
		return nil, err
	}
	folder := s.folder(key.String())
	for _, name := range damaged {
		at := folder.Join(name)
		if err := held.Rename("unitstore.damaged", at.Join(stampName), at.Join(condemnedName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if err := s.clearDead(ctx, held, key.String(), true); err != nil {
		return nil, err
	}
	for {
		a, err := s.newAttempt(ctx, key, who, held)
		if !errors.Is(err, lockfs.ErrBusy) && !errors.Is(err, fs.ErrExist) {
			return a, err
		}
	}
}

// newAttempt has the lock that says that it lives before the folder is there. The name is by chance, so that no attempt
// ever has the name of one that a stray compiler may still be writing into.
func (s *Store) newAttempt(ctx context.Context, key Key, who Identity, held *lockfs.FileLock) (*Attempt, error) {
	id := make([]byte, 4)
	rand.Read(id)
	name := hex.EncodeToString(id)
	folder := s.folder(key.String())
	var alive *lockfs.FileLock
	err := cachedir.DespiteClean(func() (err error) {
		if err = folder.MkdirAll(); err == nil {
			_, alive, err = s.aliveLock(key.String(), name).Try(ctx, lockfs.Exclusive)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a := &Attempt{Key: key, Identity: who, store: s, name: name, begun: time.Now(), held: held, alive: alive, digests: map[string]File{}}
	a.Dir = held.Path(folder.Join(name))
	if err := a.make(); err != nil {
		return nil, errors.Join(err, alive.Retire())
	}
	return a, nil
}

func (a *Attempt) make() error {
	if err := os.Mkdir(a.Dir, 0o777); err != nil {
		return err
	}
	info, err := os.Stat(a.Dir)
	if err != nil {
		return err
	}
	a.started = info.ModTime()
	return crashpoint.Here("unitstore.begin.done")
}

func (s *Store) aliveLock(key, attempt string) lockfs.Lock {
	return lockfs.NewLock(s.folder(key).Join(attempt+lockSuffix), lockfs.RankStaging, "attempt "+attempt)
}

// Started is when the attempt began, by the clock of the file system it lies in: what was changed since may have been
// read before or after.
func (a *Attempt) Started() time.Time { return a.started }

// Output describes a file of the attempt while it is still being made: the metadata that other units need before the
// rest is there.
func (a *Attempt) Output(path string) (File, error) {
	f, err := output(a.Dir, path)
	if err != nil {
		return f, a.vanished(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.digests[path] = f
	return f, nil
}

// Ahead reads an output that is finished while its maker is not: Commit then need not. It is called before Commit and
// Abandon, which wait for it.
func (a *Attempt) Ahead(path string) {
	a.reading.Go(func() { a.Output(path) }) // Commit reads what could not be read here, and says why it cannot
}

// Made is what an attempt came to.
type Made struct {
	Files   []File // what was read beyond the key, from Inputs
	Vars    []Var
	Outputs []string // paths below Dir, with slashes; nil: all files that are there
	Missing []string // what was to be made and was not: its maker may go on with the rest, nobody else finds it
	Note    []byte
	Twin    bool // what was made before stands for it where it is the same
}

// Commit makes the attempt a variant that everybody finds, and lets go of the unit. After an error it is abandoned.
func (a *Attempt) Commit(ctx context.Context, m Made) (*Variant, error) {
	v := &Variant{Key: a.Key, Identity: a.Identity, Dir: a.Dir, MadeIn: a.Dir, Made: a.store.now(), Took: time.Since(a.begun), Files: m.Files, Vars: m.Vars, Missing: m.Missing, Note: m.Note}
	v.boot, v.uptime, v.sound = boot.ID(), boot.Uptime(), v.Made
	stamp := a.store.folder(a.Key.String()).Join(a.name, stampName)
	v.file, v.used = stamp.Display(), v.Made
	err := a.outputs(v, m.Outputs)
	if err == nil && m.Twin {
		if before, err := a.again(ctx, v); before != nil || err != nil {
			return before, err
		}
	}
	if err == nil {
		err = crashpoint.Here("unitstore.commit.made")
	}
	if err == nil {
		err = a.vanished(a.held.WriteUnsynced("unitstore.commit", stamp, v.encode()))
	}
	if err != nil {
		return nil, errors.Join(err, a.Abandon(ctx))
	}
	a.store.lease.uses(v)
	a.store.count.made.Add(1)
	a.store.settle()
	return v, errors.Join(a.alive.Retire(), crashpoint.Here("unitstore.commit.alive"), a.held.Retire())
}

func (a *Attempt) outputs(v *Variant, paths []string) (err error) {
	a.reading.Wait()
	if paths == nil {
		if paths, err = outputsBelow(a.Dir); err != nil {
			return a.vanished(err)
		}
	}
	for _, path := range paths {
		f, err := a.known(path)
		if err != nil {
			return a.vanished(err)
		}
		v.Outputs = append(v.Outputs, f)
	}
	return nil
}

// known saves reading what Output has read, if it was not written since.
func (a *Attempt) known(path string) (File, error) {
	a.mu.Lock()
	f, ok := a.digests[path]
	a.mu.Unlock()
	if ok {
		if info, err := os.Lstat(filepath.Join(a.Dir, filepath.FromSlash(path))); err == nil && f.untouched(info) {
			return f, nil
		}
	}
	return output(a.Dir, path)
}

func (a *Attempt) vanished(err error) error {
	if err == nil {
		return nil
	}
	if _, gone := os.Lstat(a.Dir); errors.Is(gone, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", a.Identity, ErrVanished)
	}
	return fmt.Errorf("cannot keep %s: %w", a.Identity, err)
}

// Abandon removes what was made and lets go of the unit.
func (a *Attempt) Abandon(ctx context.Context) error {
	a.reading.Wait()
	err := a.store.remove(context.WithoutCancel(ctx), a.held, a.Key.String(), a.name)
	return errors.Join(err, a.alive.Retire(), a.held.Retire())
}

// remove takes an attempt out of everybody's sight in one step, and then removes it. It has no stamp any more, or never had one.
func (s *Store) remove(ctx context.Context, held *lockfs.FileLock, key, attempt string) error {
	at := s.folder(key).Join(attempt)
	if !at.Exists() {
		return nil
	}
	var scratch *lockfs.Scratch
	err := cachedir.DespiteClean(func() (err error) {
		scratch, err = s.staging().New(ctx)
		return err
	})
	if err != nil {
		return err
	}
	err = held.Rename("unitstore.remove", at, scratch.Dir.Join(attempt))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	case lockfs.IsImmovable(err):
		err = held.RemoveInPlace("unitstore.remove", at, condemnedName)
	}
	return errors.Join(err, scratch.Close())
}
