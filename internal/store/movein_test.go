package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/lockfs"
)

// TestMovedIn: without pointers a tree is a directory at its name, and nothing of it is left where it was made: the next sweep
// removes that, however young it is, and what stood at the name before.
func TestMovedIn(t *testing.T) {
	f := newStore(t)
	at := filepath.Join(f.home, "toolchains", "stable")
	writeFile(t, filepath.Join(at, "lib", "rustlib", "multirust-channel-manifest.toml"))
	tree := f.tree("stable", f.part(1, "bin/rustc", "new"))
	f.named(func(ctx context.Context, held *lockfs.FileLock) error {
		from, err := f.Look("stable")
		if err != nil {
			return err
		}
		return f.moveIn(ctx, held, from, tree)
	})
	tree.Close()
	if !isThere(filepath.Join(at, "bin", "rustc")) || isThere(filepath.Join(at, "lib")) {
		t.Error("the name stands for what it stood for before")
	}
	if _, err := f.Sweep(t.Context(), Policy{Keep: time.Hour, DayInBoot: time.Hour}); err != nil || f.treeDir(tree.Hash).Exists() {
		t.Errorf("where it was made there is something left (%v)", err)
	}
}
