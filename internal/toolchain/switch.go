package toolchain

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

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

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
