package toolchain

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"berth/internal/lockfs"
	"berth/internal/store"
)

// switchTo points the name at tree. The directory that stock made goes away by
// it, so unless rustc stays the same whoever runs out of it is waited for.
func (t *transaction) switchTo(ctx context.Context, tree *store.Tree) error {
	if t.now.Place.Kind == store.Directory && !t.sameCompiler(tree) {
		lease, err := t.quietDirectory(ctx, t.name)
		if err != nil {
			return err
		}
		defer lease.Close()
	}
	t.voice.Debugf("toolchain '%s' becomes %s, was %s", t.name, tree.Dir().Display(), cmp.Or(t.now.Place.Path, "not installed"))
	return t.store.Switch(ctx, t.held, tree)
}

// sameCompiler: linked out of the directory, rustc is the very same file.
func (t *transaction) sameCompiler(tree *store.Tree) bool {
	for _, name := range []string{"rustc", "rustc.exe"} {
		was, err1 := os.Stat(filepath.Join(t.now.Place.Path, "bin", name))
		is, err2 := tree.Dir().Join("bin", name).Stat()
		if err1 == nil && err2 == nil {
			return os.SameFile(was, is)
		}
	}
	return false
}

// quietDirectory waits until nobody runs out of a directory that stock made. Our
// own ancestors are not waited for, since they wait for us: a task runner that
// was started through a proxy may well call `rustup update`.
func (h *Home) quietDirectory(ctx context.Context, name string) (*lockfs.FileLock, error) {
	lock := h.store.DirectoryLock(name)
	waited := ancestors()
	for told := false; ; {
		_, held, err := lock.Try(ctx, lockfs.Exclusive)
		if !errors.Is(err, lockfs.ErrBusy) {
			return held, err
		}
		ours, others := 0, 0
		for _, holder := range lock.Holders() {
			if waited[holder.PID] {
				ours++
			} else {
				others++
			}
		}
		switch {
		case ours == 0:
			_, held, err := lock.Acquire(ctx, lockfs.Exclusive)
			return held, err
		case others == 0:
			return nil, nil
		case !told:
			told = true
			h.voice.Infof("waiting for the tools that run out of toolchain '%s' (%d processes)", name, others)
		}
		if err := pause(ctx, lookAgain); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
