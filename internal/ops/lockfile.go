package ops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"berth/internal/cargolock"
	"berth/internal/lockfs"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// savedLock is a Cargo.lock as it was read.
type savedLock struct {
	there  bool
	text   string
	lock   *cargolock.Lock // nil where there is no file, or none that can be read
	broken error           // why it cannot be read, for who needs to know what it says
}

// readLock reads the Cargo.lock of a workspace, which need not be there.
func readLock(ctx context.Context, ws *workspace.Workspace) (savedLock, error) {
	file := lockFile(ws)
	text, err := file.ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return savedLock{}, nil
	}
	if err != nil {
		return savedLock{}, fmt.Errorf("cannot read %s: %w", file.Display(), err)
	}
	lock, err := cargolock.Parse(file.Display(), text)
	if err != nil || len(text) == 0 {
		// Stock may be writing it.
		if text, err = readUnderLock(ctx, file); err != nil {
			return savedLock{}, err
		}
		lock, err = cargolock.Parse(file.Display(), text)
	}
	return savedLock{there: true, text: string(text), lock: lock, broken: err}, nil
}

func stockLockOn(file lockfs.Filesystem) lockfs.Lock {
	return lockfs.NewStockLock(file, lockfs.RankCargoFile, "Cargo.lock file")
}

func readUnderLock(ctx context.Context, file lockfs.Filesystem) ([]byte, error) {
	lock := stockLockOn(file)
	lock.Existing = true
	var text []byte
	err := lock.With(ctx, lockfs.Shared, func(context.Context, *lockfs.FileLock) error {
		f, err := file.Open()
		if err != nil {
			return err
		}
		defer f.Close()
		text, err = io.ReadAll(f)
		return err
	})
	return text, err
}

// KeptError says that Cargo.lock would have to change and may not.
type KeptError struct {
	Path, Flag string
	Missing    bool
}

func (e *KeptError) Error() string {
	action := "update"
	if e.Missing {
		action = "create"
	}
	return fmt.Sprintf("cannot %s the lock file %s because %s was passed to prevent this", action, e.Path, e.Flag)
}

// Hint is what to do about it.
func (e *KeptError) Hint() string {
	return fmt.Sprintf("to make the lock file without the network, leave out %s and pass --offline", e.Flag)
}

// errMoved: the file is not the one any more that the change was worked out from.
var errMoved = errors.New("another process changed Cargo.lock meanwhile")

// errStale: the manifests are not what the change was worked out from.
var errStale = errors.New("another process changed a Cargo.toml meanwhile")

// change works out a new Cargo.lock from the one that is there.
type change func(ctx context.Context, was savedLock) (*resolve.Graph, error)

// changeLock replaces a Cargo.lock by what work makes of it. It tells what was there, what is now, and whether there
// is a difference. A dry run writes nothing.
func (r *Run) changeLock(ctx context.Context, ws *workspace.Workspace, dryRun bool, work change) (was savedLock, g *resolve.Graph, changed bool, err error) {
	for {
		if was, err = readLock(ctx, ws); err != nil {
			return was, nil, false, err
		}
		if g, err = work(ctx, was); err != nil {
			return was, nil, false, err
		}
		text := string(g.Lock().Append(nil, was.text))
		if r.isUnchanged(ws, was, text) {
			return was, g, false, nil
		}
		if !ws.IsCurrent() {
			return was, nil, false, errStale
		}
		if r.LockKept != "" {
			return was, nil, false, &KeptError{Path: lockFile(ws).Display(), Flag: r.LockKept, Missing: !was.there}
		}
		if lowest := cargolock.FormatFor(ws.RustVersion()); g.Format < lowest {
			g.Format = lowest
			text = string(g.Lock().Append(nil, was.text))
		}
		if dryRun {
			return was, g, true, nil
		}
		if err = r.publishLock(ctx, ws, was, text); !errors.Is(err, errMoved) {
			return was, g, true, err
		}
	}
}

// isUnchanged compares lines, and where the file must be kept also what it says.
func (r *Run) isUnchanged(ws *workspace.Workspace, was savedLock, text string) bool {
	if !was.there {
		return false
	}
	if cargolock.SameLines(was.text, text) {
		return true
	}
	if r.LockKept == "" || was.broken != nil {
		return false
	}
	now, err := cargolock.Parse("Cargo.lock", []byte(text))
	return err == nil && sameGraph(was.lock, now, r.paths(ws))
}

// publishLock writes the file, if it is still the one that the change began with.
func (r *Run) publishLock(ctx context.Context, ws *workspace.Workspace, was savedLock, text string) error {
	file := lockFile(ws)
	ours := r.Home.Outside(lockfs.RankCargoLock, "Cargo.lock of "+ws.Dir(), "workspaces", keyOf(ws.Dir()))
	ctx, held, err := ours.Acquire(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	defer held.Retire() // worktrees come and go
	write := func() error {
		now, err := file.ReadFile()
		if there := err == nil; there != was.there || string(now) != was.text {
			return errMoved
		}
		if !ws.IsCurrent() {
			return errStale
		}
		return held.WriteFile("ops.lock.write", file, []byte(text))
	}
	if !was.there {
		// resolver.lockfile-path may name a directory that nobody has made.
		return errors.Join(lockfs.At(filepath.Dir(ws.LockPath())).MkdirAll(), write())
	}
	lock := stockLockOn(file)
	lock.Existing = true
	err = lock.With(ctx, lockfs.Exclusive, func(context.Context, *lockfs.FileLock) error { return write() })
	if errors.Is(err, fs.ErrNotExist) {
		return errMoved
	}
	return err
}
