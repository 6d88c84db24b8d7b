package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
)

// bequest is a directory that stock made and that cannot be renamed, at the moment at which a tree has taken its place.
func bequest(t *testing.T) (f *fixture, dir string, tree *Tree) {
	f = newStore(t)
	dir = filepath.Join(f.home, "toolchains", "stable")
	for _, file := range []string{"bin/rustc", "lib/rustlib/multirust-channel-manifest.toml"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(file)))
	}
	tree = f.tree("stable", f.part(1, "bin/rustc", "new"))
	f.named(func(ctx context.Context, held *lockfs.FileLock) error { return f.bequeath(ctx, held, tree.place()) })
	return f, dir, tree
}

func writeFile(t *testing.T, file string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, nil, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func isThere(file string) bool { return lockfs.At(file).Exists() }

// named does something under the lock of the name.
func (f *fixture) named(do func(context.Context, *lockfs.FileLock) error) {
	f.Helper()
	if err := f.NameLock("stable").With(f.Context(), lockfs.Exclusive, do); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) succeeds(want error) {
	f.Helper()
	f.named(func(ctx context.Context, held *lockfs.FileLock) error {
		if err := f.Succeed(ctx, held, "stable", f.DirectoryLock("stable").Try); !errors.Is(err, want) {
			f.Errorf("succeed: %v, expected %v", err, want)
		}
		return nil
	})
}

func (f *fixture) mustStandFor(tree *Tree) {
	f.Helper()
	if place, err := f.Look("stable"); err != nil || place.Kind != InStore || place.Hash != tree.Hash {
		f.Errorf("stable is %+v (%v), expected %s", place, err, tree.Hash)
	}
}

// Tools that run out of the directory keep it, and the name goes on changing meanwhile.
func TestADirectoryIsKeptForThoseWhoRunOutOfIt(t *testing.T) {
	f, dir, tree := bequest(t)
	_, tool, err := f.DirectoryLock("stable").Acquire(t.Context(), lockfs.Shared)
	if err != nil {
		t.Fatal(err)
	}
	f.mustStandFor(tree)
	f.succeeds(lockfs.ErrBusy)
	next := f.tree("stable", f.part(2, "bin/rustc", "newer"))
	f.switchTo(next)
	f.mustStandFor(next)
	if !isThere(filepath.Join(dir, "bin", "rustc")) {
		t.Error("a tool lost the directory that it runs out of")
	}
	tool.Close()
	f.succeeds(nil)
	f.mustStandFor(next)
	if target, err := os.Readlink(dir); err != nil || f.successor("stable").Exists() {
		t.Errorf("the name leads to %q (%v)", target, err)
	}
}

// Nothing is left of the directory, and the pointer is not there yet.
func TestASuccessorOfNothingIsListedAndKept(t *testing.T) {
	f, dir, tree := bequest(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	tree.Close()
	f.mustStandFor(tree)
	if names, err := f.Names(); len(names) != 1 || err != nil {
		t.Errorf("the names are %q (%v)", names, err)
	}
	if _, err := f.Sweep(t.Context(), Policy{}); err != nil {
		t.Error(err)
	}
	f.mustStandFor(tree)
}

// What stock has installed there since is not taken for what was condemned.
func TestStockInstallsWhereADirectoryWasCondemned(t *testing.T) {
	f, dir, _ := bequest(t)
	writeFile(t, filepath.Join(dir, "lib", "rustlib", "multirust-channel-manifest.toml"))
	f.succeeds(nil)
	if place, err := f.Look("stable"); err != nil || place.Kind != Directory || !isThere(filepath.Join(dir, "bin", "rustc")) || f.successor("stable").Exists() {
		t.Errorf("stable is %+v (%v)", place, err)
	}
}

func TestUninstalledBesideItsDirectory(t *testing.T) {
	f, dir, _ := bequest(t)
	f.named(func(ctx context.Context, held *lockfs.FileLock) error { return f.Unlink(ctx, held, "stable") })
	if place, err := f.Look("stable"); err != nil || place.Kind != None || isThere(dir) {
		t.Errorf("stable is %+v (%v)", place, err)
	}
}

// What cannot be renamed is removed where it lies. Killed meanwhile, it may have lost its lease and the mark that it goes at once.
func TestSweepEndsARemovalInPlace(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable", f.part(1, "bin/rustc", "old"))
	tree.Close()
	for _, name := range []string{"stamp", "lease.lock"} {
		if err := os.Remove(filepath.Join(f.treeDir(tree.Hash).Display(), name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Sweep(t.Context(), DefaultPolicy()); err != nil || isThere(f.treeDir(tree.Hash).Display()) {
		t.Errorf("the rest of a tree stays (%v)", err)
	}
}

func TestALinkBesideItsDirectory(t *testing.T) {
	f, dir, tree := bequest(t)
	tree.Close()
	mine := t.TempDir()
	f.named(func(ctx context.Context, held *lockfs.FileLock) error { return f.LinkTo(ctx, held, "stable", mine) })
	if place, err := f.Look("stable"); err != nil || place.Kind != Linked || place.Path != mine || f.successor("stable").Exists() {
		t.Errorf("stable is %+v (%v)", place, err)
	}
	if target, err := os.Readlink(dir); err != nil || target != mine {
		t.Errorf("the name leads to %q (%v)", target, err)
	}
}

// Between the steps in which a tree and a directory change places the directory lies aside, and is what the name stands for.
func TestWhatLiesAsideIsFoundAndBroughtBack(t *testing.T) {
	f := newStore(t)
	dir := filepath.Join(f.home, "toolchains", "stable")
	aside := f.toolchain("stable").Aside()
	writeFile(t, filepath.Join(aside.Display(), "bin", "rustc"))
	if place, err := f.Look("stable"); err != nil || place.Kind != Directory || place.Path != aside.Display() {
		t.Errorf("stable is %+v (%v)", place, err)
	}
	if names, err := f.Names(); len(names) != 1 || names[0] != "stable" || err != nil {
		t.Errorf("the names are %q (%v)", names, err)
	}
	f.named(func(ctx context.Context, held *lockfs.FileLock) error { return f.Recover(ctx, held, "stable") })
	if place, err := f.Look("stable"); err != nil || place.Path != dir || !isThere(filepath.Join(dir, "bin", "rustc")) || aside.Exists() {
		t.Errorf("stable is %+v (%v)", place, err)
	}
}
