package toolchain

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/store"
)

// switchTo points the name at tree. Who runs by the path toolchains/<name>, out of a
// directory that stock made, meets other files by it, so unless rustc stays the same
// he is waited for.
func (t *transaction) switchTo(ctx context.Context, tree *store.Tree) error {
	if !t.isSameCompiler(tree) {
		lease, err := t.makeWay(ctx)
		if err != nil {
			return err
		}
		defer lease.Close()
	}
	t.voice.Debugf("toolchain '%s' becomes %s, was %s", t.name, tree.Dir().Display(), cmp.Or(t.now.Place.Path, "not installed"))
	return t.swap(ctx, tree)
}

// swap refuses where stock has changed the toolchain since it was read, or has begun to.
func (t *transaction) swap(ctx context.Context, tree *store.Tree) error {
	if !isSameList(t.now.list, componentsList(t.now.Place)) {
		return store.ErrMoved
	}
	return t.store.Switch(ctx, t.held, t.now.Place, tree)
}

// makeWay waits for those who run out of the directory. Beside tools that overlap
// that could be for ever; so where anybody runs, a tree of the same files takes the
// directory's place first, and tools that are started from then on run out of that.
func (t *transaction) makeWay(ctx context.Context) (*lockfs.FileLock, error) {
	if t.now.Place.Kind == store.Directory {
		_, held, err := t.store.DirectoryLock(t.name).Try(ctx, lockfs.Exclusive)
		if !errors.Is(err, lockfs.ErrBusy) {
			return held, err
		}
		if !t.store.HasPointers(ctx, t.held) {
			return t.quiet(ctx, t.now.Place) // what is adopted would have the same place, and be waited for as well
		}
		if err := t.adoptWhole(ctx); err != nil {
			return nil, err
		}
	}
	return t.quiet(ctx, t.now.Place)
}

// adoptWhole makes a toolchain of stock's ours as it is, all by links to its own
// files, and does nothing where that cannot be.
func (t *transaction) adoptWhole(ctx context.Context) error {
	now := t.now
	if now.Manifest == nil {
		var err error
		if now, err = readPlace(t.now.Place); err != nil { // who uninstalls has not read it
			return nil
		}
	}
	if now.Manifest == nil || now.Config == nil {
		return nil
	}
	t.now = now
	plan, rel := &dist.Plan{Components: t.now.Config.Components}, &release{t.now.Manifest, ""}
	list := listWanted(plan, rel)
	for _, w := range list {
		if w.adopted = t.adoptable(w.Component, w.Hash); w.adopted == nil {
			return nil
		}
	}
	tree, err := t.linkTree(ctx, plan, rel, list)
	if err != nil {
		return err
	}
	defer tree.Close()
	if err := t.swap(ctx, tree); err != nil {
		return err
	}
	t.now.Place, err = t.store.Look(t.name)
	t.now.list = componentsList(t.now.Place)
	return err
}

func (t *transaction) isSameCompiler(tree *store.Tree) bool {
	return IsSameRustc(t.now.Place.Path, tree.Dir().Display())
}

// IsSameRustc tells of two toolchains whether tools of one work on with the other's
// files. Linked, rustc is the very same file; cloned or unpacked from the same archive,
// it has size and time in common, and the name of the library that it consists of,
// which no two releases share.
func IsSameRustc(was, is string) bool {
	for _, name := range []string{"rustc", "rustc.exe"} {
		old, err1 := os.Stat(filepath.Join(was, "bin", name))
		now, err2 := os.Stat(filepath.Join(is, "bin", name))
		if err1 == nil && err2 == nil {
			return os.SameFile(old, now) || old.Size() == now.Size() && old.ModTime().Equal(now.ModTime()) && slices.Equal(drivers(was), drivers(is))
		}
	}
	return false
}

// drivers are the names of the libraries that hold the compiler: in lib, and on Windows in bin.
func drivers(toolchain string) (names []string) {
	for _, dir := range []string{"lib", "bin"} {
		entries, _ := os.ReadDir(filepath.Join(toolchain, dir))
		for _, e := range entries {
			if strings.Contains(e.Name(), "rustc_driver-") {
				names = append(names, e.Name())
			}
		}
	}
	return names
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
