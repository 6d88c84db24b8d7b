package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/archive"
	"berth/internal/lockfs"
)

func (f *fixture) make(path string) {
	f.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		f.Fatal(err)
	}
}

// What a file manager, a network file system or a person leaves among our
// objects is no object, and no reason to stop.
func TestSweepPassesOverWhatIsNoObject(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable", f.part(1, "a", "x"))
	for _, kind := range []string{"components", "toolchains", "previous"} {
		f.make(f.root.Join(kind, ".DS_Store").Display())
		f.make(f.root.Join(kind, "lost+found", "of some", "length").Display())
	}
	tree.Close()
	if _, err := f.Sweep(t.Context(), Policy{}); err != nil {
		t.Fatal(err)
	}
	if f.treeDir(tree.Hash).Exists() {
		t.Error("an unused tree is still there")
	}
}

// A proxy waits for a directory of stock's while that is replaced: what it then
// gets is the tree, not the name under which another one may lie tomorrow.
func TestALeaseOfADirectoryThatWasReplaced(t *testing.T) {
	f := newStore(t)
	f.make(filepath.Join(f.home, "toolchains", "stable", "bin", "rustc"))
	before, err := f.Look("stable")
	if err != nil || before.Kind != Directory {
		t.Fatalf("%+v, %v", before, err)
	}
	f.switchTo(f.tree("stable", f.part(1, "bin/rustc", "x")))
	if lease, err := f.LeasePlace(t.Context(), before); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("lease of a directory that is a pointer by now: %+v, %v", lease, err)
	}
	lease, err := f.Lease(t.Context(), "stable")
	if err != nil || lease.Kind != InStore {
		t.Fatalf("%+v, %v", lease, err)
	}
	lease.Close()
}

// Stock takes our pointer away and knows nothing of the one before it: that must
// not keep a tree for ever.
func TestAPreviousTreeAgesWhenItsNameIsGone(t *testing.T) {
	f := newStore(t)
	old, last := f.tree("stable", f.part(1, "a", "x")), f.tree("stable", f.part(2, "a", "y"))
	for _, tree := range []*Tree{old, last} {
		f.switchTo(tree)
		tree.Close()
	}
	if err := os.Remove(filepath.Join(f.home, "toolchains", "stable")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := f.Sweep(t.Context(), Policy{Keep: time.Nanosecond, DayInBoot: time.Nanosecond}); err != nil {
			t.Fatal(err)
		}
	}
	if f.treeDir(old.Hash).Exists() || f.treeDir(last.Hash).Exists() {
		t.Error("a tree of a name that is gone stays")
	}
}

// A switch that was killed after its first step leaves a previous pointer to the
// present tree: there is nothing to go back to.
func TestNoRollbackToThePresentTree(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable", f.part(1, "a", "x"))
	f.switchTo(tree)
	now, _ := f.Look("stable")
	err := f.NameLock("stable").With(t.Context(), lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if err := f.point(ctx, held, "store.previous", f.previous("stable"), innerTo(now)); err != nil {
			return err
		}
		to, err := f.Rollback(ctx, held, "stable")
		if to.Kind != None {
			t.Errorf("rolled back to %+v, the present tree", to)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Of several processes that find a component damaged one makes it anew: the others do not take that away again.
func TestADamagedComponentIsMadeAnewOnce(t *testing.T) {
	f := newStore(t)
	made := 0
	take := func() {
		c, err := f.TakeComponent(t.Context(), sha(1), "c", true, nil, func(ctx context.Context, dir string) (*archive.Contents, error) {
			made++
			return fill("a", "some bytes")(ctx, dir)
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	take()
	stamp := f.componentDir(sha(1)).Join("stamp").Display()
	if err := os.WriteFile(stamp, []byte("torn"), 0o644); err != nil {
		t.Fatal(err)
	}
	var damage [2]*DamageError
	for i := range damage {
		if _, err := f.OpenComponent(t.Context(), sha(1), "c"); !errors.As(err, &damage[i]) {
			t.Fatalf("a torn stamp: %v", err)
		}
	}
	for _, d := range damage {
		if err := f.DropComponent(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		take()
	}
	if made != 2 {
		t.Errorf("unpacked %d times, expected 2", made)
	}
}

// A component of another boot is read once, not at each link; a torn one is not
// called durable.
func TestAComponentOfAnotherBootIsReadOnce(t *testing.T) {
	for _, torn := range []bool{false, true} {
		f := newStore(t)
		made, err := f.TakeComponent(t.Context(), sha(1), "c", true, nil, fill("a", "some bytes"))
		if err != nil {
			t.Fatal(err)
		}
		made.Close()
		dir := f.componentDir(sha(1))
		f.otherBoot(dir.Join("stamp").Display())
		if torn {
			file := dir.Join("tree", "a").Display()
			info, _ := os.Stat(file)
			if err := os.WriteFile(file, make([]byte, info.Size()), 0o644); err != nil {
				t.Fatal(err)
			}
			os.Chtimes(file, info.ModTime(), info.ModTime())
		}
		c, err := f.OpenComponent(t.Context(), sha(1), "c")
		if torn != (err != nil) {
			t.Fatalf("torn %v: %v", torn, err)
		}
		if err == nil {
			c.Close()
		}
		if f.isDurable(dir) == torn {
			t.Errorf("torn %v: durable %v", torn, f.isDurable(dir))
		}
	}
}
