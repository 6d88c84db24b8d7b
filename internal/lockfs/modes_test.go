package lockfs_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
)

func modePairs() [][2]lockfs.Mode {
	return [][2]lockfs.Mode{
		{lockfs.Shared, lockfs.Shared},
		{lockfs.Shared, lockfs.Exclusive},
		{lockfs.Exclusive, lockfs.Shared},
		{lockfs.Exclusive, lockfs.Exclusive},
	}
}

func tryMode(t *testing.T, path string, mode lockfs.Mode) error {
	t.Helper()
	_, held, err := testLock(path).Try(t.Context(), mode)
	if err == nil {
		err = held.Close()
	}
	return err
}

func TestEveryPairOfModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "x.lock")
	for _, pair := range modePairs() {
		first, second := pair[0], pair[1]
		excludes := first == lockfs.Exclusive || second == lockfs.Exclusive
		t.Run(first.String()+" then "+second.String(), func(t *testing.T) {
			_, held, err := testLock(path).Acquire(t.Context(), first)
			if err != nil {
				t.Fatal(err)
			}
			if got := errors.Is(tryMode(t, path, second), lockfs.ErrBusy); got != excludes {
				t.Errorf("within one process: excluded %v, expected %v", got, excludes)
			}
			held.Close()

			other := start(t, "hold", path, first.String())
			other.expect("held")
			if got := errors.Is(tryMode(t, path, second), lockfs.ErrBusy); got != excludes {
				t.Errorf("between processes: excluded %v, expected %v", got, excludes)
			}
			other.end()
			if err := tryMode(t, path, second); err != nil {
				t.Errorf("after the other process ended: %v", err)
			}
		})
	}
}

func TestDeathOfTheHolderHandsOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	holder := start(t, "hold", path, "exclusive")
	holder.expect("held")
	told := newTold()
	got := make(chan error, 1)
	go func() {
		_, held, err := testLock(path).Acquire(told.context(t.Context()), lockfs.Exclusive)
		got <- errors.Join(err, held.Close())
	}()
	w := <-told.waiting
	if w.Holder.PID != holder.cmd.Process.Pid || w.Holder.Command != "rustup hold" || w.Holder.Since.IsZero() {
		t.Errorf("the notice says %+v", w)
	}
	holder.kill()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	if n := told.count.Load(); n != 1 {
		t.Errorf("%d notices for one wait", n)
	}
}

func TestUseAfterClosePanics(t *testing.T) {
	dir := lockfs.At(t.TempDir())
	_, held, err := testLock(dir.Join("x.lock").Display()).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(held.Close(), held.Close()); err != nil {
		t.Fatalf("closing twice: %v", err)
	}
	for name, use := range map[string]func(){
		"Path":           func() { held.Path(dir) },
		"WriteFile":      func() { held.WriteFile("p", dir.Join("f"), nil) },
		"WriteUnsynced":  func() { held.WriteUnsynced("p", dir.Join("f"), nil) },
		"Rename":         func() { held.Rename("p", dir.Join("f"), dir.Join("g")) },
		"Remove":         func() { held.Remove("p", dir.Join("f")) },
		"RemoveAll":      func() { held.RemoveAll("p", dir.Join("f")) },
		"Point":          func() { held.Point("p", dir.Join("f"), "g", dir.Join("h")) },
		"Exchange":       func() { held.Exchange("p", dir.Join("f"), dir.Join("g")) },
		"Replace":        func() { held.Replace("p", dir.Join("f"), dir.Join("g")) },
		"RemoveInPlace":  func() { held.RemoveInPlace("p", dir.Join("f"), "g") },
		"Recover":        func() { held.Recover("p", dir.Join("f"), dir.Join("g")) },
		"Inherit":        func() { held.Inherit() },
		"Retire":         func() { held.Retire() },
		"Retire, shared": func() { retireShared(t, dir) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was let through")
				}
			}()
			use()
		})
	}
}

func retireShared(t *testing.T, dir lockfs.Filesystem) {
	_, held, err := testLock(dir.Join("y.lock").Display()).Acquire(t.Context(), lockfs.Shared)
	if err != nil {
		return // no panic: the test sees it
	}
	defer held.Close()
	held.Retire()
}

func TestExistingIsNeverMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gone", "lease.lock")
	lock := testLock(path)
	lock.Existing = true
	_, _, err := lock.Acquire(t.Context(), lockfs.Shared)
	if !isAbsent(err) || lockfs.At(filepath.Dir(path)).Exists() {
		t.Fatalf("%v; and the directory must not be made", err)
	}
}

// TestExistingGoesWhileWaited: the object is renamed away by its exclusive
// holder, as a sweep does; the waiter learns that it is gone.
func TestExistingGoesWhileWaited(t *testing.T) {
	dir := lockfs.At(t.TempDir())
	path := dir.Join("tree", "lease.lock").Display()
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	told := newTold()
	got := make(chan error, 1)
	go func() {
		lock := testLock(path)
		lock.Existing = true
		_, _, err := lock.Acquire(told.context(context.Background()), lockfs.Shared)
		got <- err
	}()
	<-told.waiting
	if err := held.Rename("t", dir.Join("tree"), dir.Join("swept")); err != nil {
		t.Fatal(err)
	}
	held.Close()
	if err := <-got; !isAbsent(err) {
		t.Fatalf("%v, expected that it is gone", err)
	}
}

// TestStockFilesAreNotWritten: what is in a locked file of others stays, and our
// own locks do not sign what is no lock file either.
func TestForeignFilesAreNotWritten(t *testing.T) {
	dir := lockfs.At(t.TempDir())
	for _, lock := range []lockfs.Lock{
		lockfs.NewStockLock(dir.Join("settings.toml"), lockfs.RankSettingsFile, "settings"),
		lockfs.NewStockLock(dir.Join("Cargo.lock"), lockfs.RankSettingsFile, "lock file"),
		lockfs.NewLock(dir.Join("settings.toml"), lockfs.RankSettingsFile, "settings"),
		lockfs.NewLock(dir.Join("Cargo.lock"), lockfs.RankSettingsFile, "lock file"),
	} {
		for _, content := range []string{"", "version = 4\n"} {
			path := dir.Join("settings.toml")
			if lock.Name() == "lock file" {
				if path = dir.Join("Cargo.lock"); content == "" {
					continue // an empty file of that name is a lock file of ours, by its name
				}
			}
			write(t, path.Display(), content)
			_, held, err := lock.Acquire(t.Context(), lockfs.Exclusive)
			if err != nil {
				t.Fatal(err)
			}
			during := string(must(path.ReadFile()))
			held.Close()
			if after := string(must(path.ReadFile())); during != content || after != content {
				t.Errorf("%s: %q became %q, then %q", path.Base(), content, during, after)
			}
		}
	}
}
