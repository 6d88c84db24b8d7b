package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"berth/internal/archive"
	"berth/internal/boot"
	"berth/internal/lockfs"
)

// sha is a digest that no archive has; what a component holds follows from it.
func sha(n int) string { return fmt.Sprintf("%016x%048x", n+1, n+1) }

// fill is an unpacker: one file at path, with a content of its own.
func fill(path, content string) Unpack {
	return func(_ context.Context, dir string) (*archive.Contents, error) {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			return nil, err
		}
		info, err := os.Lstat(full)
		if err != nil {
			return nil, err
		}
		return &archive.Contents{
			Manifest: archive.Manifest{{Path: path}},
			Files:    []archive.File{{Path: path, Size: info.Size(), Mode: 0o644, ModTime: info.ModTime(), Sum: xxhash.Sum64String(content)}},
		}, nil
	}
}

type fixture struct {
	*testing.T
	*Store
	home string
}

func newStore(t *testing.T) *fixture {
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "toolchains"), 0o755); err != nil {
		t.Fatal(err)
	}
	return &fixture{t, Open(lockfs.At(home)), home}
}

func (f *fixture) part(n int, path, content string) Part {
	f.Helper()
	c, err := f.TakeComponent(f.Context(), sha(n), "component", true, nil, fill(path, content))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	return c.Part()
}

func (f *fixture) tree(name string, parts ...Part) *Tree {
	f.Helper()
	tree, err := f.MakeTree(f.Context(), TreeSpec{Name: name, Parts: parts, Fresh: []Fresh{{Path: "fresh", Data: []byte(name)}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { tree.Close() })
	return tree
}

func (f *fixture) switchTo(tree *Tree) {
	f.Helper()
	err := f.NameLock(tree.Name).With(f.Context(), lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		now, err := f.Look(tree.Name)
		if err != nil {
			return err
		}
		return f.Switch(ctx, held, now, tree)
	})
	if err != nil {
		f.Fatal(err)
	}
}

func TestOneMakesItForAll(t *testing.T) {
	f := newStore(t)
	var made atomic.Int32
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			c, err := f.TakeComponent(t.Context(), sha(1), "c", true, nil, func(ctx context.Context, dir string) (*archive.Contents, error) {
				made.Add(1)
				return fill("a", "b")(ctx, dir)
			})
			if err != nil {
				t.Error(err)
			}
			defer c.Close()
		})
	}
	group.Wait()
	if made.Load() != 1 {
		t.Errorf("unpacked %d times", made.Load())
	}
}

func TestBusyComponentIsLeftToItsMaker(t *testing.T) {
	f := newStore(t)
	c, err := f.TakeComponent(t.Context(), sha(1), "c", true, nil, func(ctx context.Context, dir string) (*archive.Contents, error) {
		_, err := f.TakeComponent(context.Background(), sha(1), "c", false, nil, fill("x", "y"))
		if !errors.Is(err, lockfs.ErrBusy) {
			t.Errorf("beside its maker: %v", err)
		}
		return fill("a", "b")(ctx, dir)
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestTwoNamesNeverShareATree(t *testing.T) {
	f := newStore(t)
	part := f.part(1, "bin/rustc", "x")
	a, b := f.tree("stable", part), f.tree("nightly", part)
	if a.Hash == b.Hash {
		t.Error("one tree for two names")
	}
	if again := f.tree("stable", part); again.Hash != a.Hash {
		t.Error("the same specification made two trees")
	}
	first, err1 := a.Dir().Join("bin", "rustc").Stat()
	second, err2 := b.Dir().Join("bin", "rustc").Stat()
	if err1 != nil || err2 != nil || !os.SameFile(first, second) {
		t.Errorf("the component's file is not shared (%v, %v)", err1, err2)
	}
}

func TestConflict(t *testing.T) {
	f := newStore(t)
	a, b := f.part(1, "bin/rustc", "x"), f.part(2, "bin/rustc", "y")
	_, err := f.MakeTree(t.Context(), TreeSpec{Name: "stable", Parts: []Part{a, b}})
	var conflict *ConflictError
	if !errors.As(err, &conflict) || conflict.Path != "bin/rustc" {
		t.Fatalf("got %v", err)
	}
	if entries, _ := os.ReadDir(filepath.Join(f.home, "berth", Version, "staging")); len(entries) != 0 {
		t.Errorf("left in staging: %v", entries)
	}
}

// A tree that somebody changed keeps its name; the next one gets another.
func TestAChangedTreeIsNotReused(t *testing.T) {
	f := newStore(t)
	part := f.part(1, "bin/rustc", "x")
	a := f.tree("stable", part)
	if err := os.WriteFile(a.Dir().Join("fresh").Display(), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if untouched, err := f.Untouched(a.Hash, "stable"); untouched || err != nil {
		t.Errorf("untouched %v, %v", untouched, err)
	}
	if b := f.tree("stable", part); b.Hash == a.Hash {
		t.Error("the changed tree was taken again")
	}
}

func TestSweepSeesAnAgeTwice(t *testing.T) {
	f := newStore(t)
	old, next := f.tree("stable", f.part(1, "a", "x")), f.tree("stable", f.part(2, "a", "y"))
	last := f.tree("stable", f.part(3, "a", "z"))
	for _, tree := range []*Tree{old, next, last} {
		f.switchTo(tree)
		tree.Close()
	}
	exists := func(tree *Tree) bool { return f.treeDir(tree.Hash).Exists() }

	// One sighting, however old the tree: it stays.
	if _, err := f.Sweep(t.Context(), Policy{Keep: time.Nanosecond, DayInBoot: time.Hour}); err != nil || !exists(old) {
		t.Fatalf("first sighting: there %v, %v", exists(old), err)
	}
	// A second one far enough from the first: it goes; previous and present stay.
	if _, err := f.Sweep(t.Context(), Policy{Keep: time.Nanosecond, DayInBoot: time.Nanosecond}); err != nil || exists(old) {
		t.Fatalf("second sighting: there %v, %v", exists(old), err)
	}
	if !exists(next) || !exists(last) {
		t.Error("a tree went that a pointer names")
	}
}

func TestSweepLeavesWhatIsLeased(t *testing.T) {
	f := newStore(t)
	f.switchTo(f.tree("stable", f.part(1, "a", "x")))
	lease, err := f.Lease(t.Context(), "stable")
	if err != nil {
		t.Fatal(err)
	}
	err = f.NameLock("stable").With(t.Context(), lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		return f.Unlink(ctx, held, "stable")
	})
	if err != nil {
		t.Fatal(err)
	}
	swept, err := f.Sweep(t.Context(), DefaultPolicy())
	if err != nil || len(swept.InUse) != 1 || len(swept.Trees) != 0 {
		t.Errorf("%+v, %v", swept, err)
	}
	lease.Close()
}

// A lock file that vanished alone (somebody cleaned up) is made anew.
func TestLeaseWithoutItsLockFile(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable", f.part(1, "a", "x"))
	f.switchTo(tree)
	if err := os.Remove(filepath.Join(f.treeDir(tree.Hash).Display(), "lease.lock")); err != nil {
		t.Fatal(err)
	}
	lease, err := f.Lease(t.Context(), "stable")
	if err != nil || lease.Kind != InStore {
		t.Fatalf("%+v, %v", lease, err)
	}
	lease.Close()
}

// What stands at the lock's place and cannot be opened is an error that names it,
// and not looked at for ever.
func TestLeaseWhoseLockFileCannotBe(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable", f.part(1, "a", "x"))
	f.switchTo(tree)
	lock := filepath.Join(f.treeDir(tree.Hash).Display(), "lease.lock")
	if err := errors.Join(os.Remove(lock), os.Symlink(filepath.Join(f.home, "gone", "x"), lock)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Lease(t.Context(), "stable"); err == nil || !strings.Contains(err.Error(), lock) {
		t.Errorf("%v", err)
	}
}

// otherBoot makes a stamp say that it was written before the last start.
func (f *fixture) otherBoot(path string) {
	f.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	body := data[:bytes.LastIndex(data, []byte("end "))]
	body = bytes.Replace(body, []byte("boot "+boot.ID()+"\n"), []byte("boot another\n"), 1)
	body = fmt.Appendf(body, "end %016x\n", xxhash.Sum64(body))
	if err := os.WriteFile(path, body, 0o644); err != nil {
		f.Fatal(err)
	}
}

func TestAfterAnUncleanBoot(t *testing.T) {
	for _, torn := range []bool{false, true} {
		f := newStore(t)
		tree := f.tree("stable", f.part(1, "a", "some bytes"))
		f.switchTo(tree)
		place, _ := f.Look("stable")
		if f.NeedsCheck(place) {
			t.Fatal("a tree of this boot needs no check")
		}
		f.otherBoot(filepath.Join(f.treeDir(tree.Hash).Display(), "stamp"))
		if !f.NeedsCheck(place) {
			t.Fatal("a tree of another boot that was not marked durable needs a check")
		}
		if torn {
			file := tree.Dir().Join("a").Display()
			info, _ := os.Stat(file)
			if err := os.WriteFile(file, make([]byte, info.Size()), 0o644); err != nil {
				t.Fatal(err)
			}
			os.Chtimes(file, info.ModTime(), info.ModTime())
		}
		sound, err := f.Check(t.Context(), place, nil)
		if err != nil || sound == torn {
			t.Errorf("torn %v: sound %v, %v", torn, sound, err)
		}
		if !torn && f.NeedsCheck(place) {
			t.Error("checked twice")
		}
	}
}

// TestHeadOfAStamp: a start of a tool reads no more of the stamp of a tree of this boot than its head. The list of files may be long.
func TestHeadOfAStamp(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable", f.part(1, "a", "some bytes"))
	f.switchTo(tree)
	place, _ := f.Look("stable")
	path := filepath.Join(f.treeDir(tree.Hash).Display(), "stamp")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Replace(data, []byte("\nf "), []byte("\nf unreadable "), 1)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if f.NeedsCheck(place) {
		t.Error("the list of files was read")
	}
}

func TestPointerToNothing(t *testing.T) {
	f := newStore(t)
	f.switchTo(f.tree("stable", f.part(1, "a", "x")))
	if err := os.RemoveAll(filepath.Join(f.home, "berth", Version, "toolchains")); err != nil {
		t.Fatal(err)
	}
	if p, err := f.Look("stable"); p.Kind != None || err != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if err := os.Symlink("/nowhere/at/all", filepath.Join(f.home, "toolchains", "mine")); err != nil {
		t.Fatal(err)
	}
	if p, err := f.Look("mine"); p.Kind != Linked || err != nil {
		t.Errorf("a broken link of the user's: %+v, %v", p, err)
	}
}

func TestStampRoundTrip(t *testing.T) {
	c := &archive.Contents{
		Manifest: archive.Manifest{{Path: "bin/rustc"}, {Dir: true, Path: "share/doc"}},
		Dirs:     []archive.Dir{{Path: "bin", Mode: 0o755}},
		Files:    []archive.File{{Path: "bin/with space", Size: 7, Mode: 0o755, ModTime: time.Unix(1, 2), Sum: 9}},
	}
	w := newStamp("component")
	w.field("archive", sha(1))
	w.contents(c)
	st, err := parseStamp("stamp", "component", w.finish())
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(st.contents); got != fmt.Sprint(*c) {
		t.Errorf("%s\n%s", got, fmt.Sprint(*c))
	}
	if _, err := parseStamp("stamp", "tree", w.Bytes()); err == nil {
		t.Error("a component's stamp passed for a tree's")
	}
}

func FuzzStamp(f *testing.F) {
	w := newStamp("tree")
	w.field("name", "stable")
	w.contents(&archive.Contents{Files: []archive.File{{Path: "a", ModTime: time.Unix(0, 0)}}})
	f.Add(w.finish())
	f.Add([]byte("berth tree 1\nend 0000000000000000\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// With the right digest at its end anything may follow.
		if i := bytes.LastIndex(data, []byte("\n"+stampEnd)); i >= 0 {
			data = fmt.Appendf(data[:i+1:i+1], "%s%016x\n", stampEnd, xxhash.Sum64(data[:i+1]))
		}
		st, err := parseStamp("stamp", "tree", data)
		if err == nil && !strings.HasPrefix(string(data), "berth tree 1\n") {
			t.Fatalf("accepted %q as %v", data, st)
		}
		if st != nil {
			st.freshFiles()
			st.components()
		}
	})
}

func TestEntriesOfAHomeThatIsMissing(t *testing.T) {
	s := Open(lockfs.At(filepath.Join(t.TempDir(), "none")))
	if names, err := s.Names(); len(names) != 0 || err != nil {
		t.Error(names, err)
	}
	if _, err := s.Sweep(t.Context(), DefaultPolicy()); err != nil {
		t.Error(err)
	}
	if _, err := s.treeStamp("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestSwitchOfWhatHasMoved: a tree that was made from another one than the name stands for by now does not take its place.
func TestSwitchOfWhatHasMoved(t *testing.T) {
	f := newStore(t)
	first, second, third := f.tree("stable", f.part(1, "bin/rustc", "1")), f.tree("stable", f.part(2, "bin/rustc", "2")), f.tree("stable", f.part(3, "bin/rustc", "3"))
	f.switchTo(first)
	from, err := f.Look("stable")
	if err != nil {
		t.Fatal(err)
	}
	f.switchTo(second)
	f.named(func(ctx context.Context, held *lockfs.FileLock) error {
		if err := f.Switch(ctx, held, from, third); !errors.Is(err, ErrMoved) {
			t.Errorf("switched: %v", err)
		}
		return nil
	})
	f.mustStandFor(second)
}
