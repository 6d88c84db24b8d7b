package lockfs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
)

// TestMove: a directory goes to another place with the lock file in it. Who holds that shared holds it there, too; who
// holds it exclusively can clear away what was moved.
func TestMove(t *testing.T) {
	for _, mode := range []lockfs.Mode{lockfs.Shared, lockfs.Exclusive} {
		dir := t.TempDir()
		from, to := lockfs.At(dir).Join("made"), lockfs.At(dir).Join("placed")
		lease := func(at lockfs.Filesystem) lockfs.Lock {
			return lockfs.NewLock(at.Join("lease.lock"), lockfs.RankTree, "the directory")
		}
		_, held, err := lease(from).Try(t.Context(), mode)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "made", "file"), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := held.Move("test.move", from, to); err != nil {
			t.Fatalf("%s: %v", mode, err)
		}
		if from.Exists() || !to.Join("file").Exists() {
			t.Errorf("%s: it is still at its old place, or not whole at the new one", mode)
		}
		if mode == lockfs.Shared {
			if _, other, err := lease(to).Try(t.Context(), lockfs.Exclusive); !errors.Is(err, lockfs.ErrBusy) {
				t.Errorf("another one has the lock of what is leased: %v", err)
				other.Close()
			}
		} else if err := held.RemoveAll("test.remove", to); err != nil {
			t.Error(err)
		}
		if err := held.Close(); err != nil {
			t.Error(err)
		}
		existing := lease(to)
		existing.Existing = true
		_, next, err := existing.Try(t.Context(), lockfs.Exclusive)
		if gone := mode == lockfs.Exclusive; gone != errors.Is(err, fs.ErrNotExist) || !gone && err != nil {
			t.Errorf("%s: afterwards the lock is %v", mode, err)
		}
		next.Close()
	}
}

// TestBeside: a directory that a killed process has made beside a name is gone when the next one makes its own; what is beside another
// name stays.
func TestBeside(t *testing.T) {
	dir := lockfs.At(t.TempDir())
	lock := lockfs.NewLock(dir.Join("locks", "name.lock"), lockfs.RankToolchain, "the name")
	_, held, err := lock.Try(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	left, other := held.Beside(dir.Join("name")), held.Beside(dir.Join("name2"))
	for _, d := range []lockfs.Filesystem{left, other} {
		if err := d.Join("below").MkdirAll(); err != nil {
			t.Fatal(err)
		}
	}
	if next := held.Beside(dir.Join("name")); next == left || left.Exists() || !other.Exists() {
		t.Errorf("beside the name: %s; left: %v, of the other: %v", next.Display(), left.Exists(), other.Exists())
	}
}
