//go:build unix

package lockfs

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFilesOfStockAreNotSigned: Cargo.lock ends as a lock file does, and is none.
func TestFilesOfStockAreNotSigned(t *testing.T) {
	for _, text := range []string{"version = 4\n", ""} {
		file := filepath.Join(t.TempDir(), "Cargo.lock")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, held, err := NewStockLock(At(file), RankCargoFile, "Cargo.lock file").Acquire(t.Context(), Exclusive)
		if err != nil {
			t.Fatal(err)
		}
		if now, err := os.ReadFile(file); err != nil || string(now) != text {
			t.Errorf("while it is locked: %q, %v", now, err)
		}
		held.Close()
	}
}

// TestCloseReleasesACopy: a child that is being forked just now has a copy of the descriptor, which keeps nobody out.
func TestCloseReleasesACopy(t *testing.T) {
	lock := NewLock(At(filepath.Join(t.TempDir(), "x.lock")), RankComponent, "component x")
	_, held, err := lock.Acquire(t.Context(), Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	duplicate, err := unix.Dup(int(held.file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(duplicate)
	held.Close()
	_, again, err := lock.Try(t.Context(), Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
