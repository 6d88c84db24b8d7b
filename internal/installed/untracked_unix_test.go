//go:build unix

package installed_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"berth/internal/installed"
	"berth/internal/lockfs"
)

// TestAnUntrackedInstallIsNotSweptAway by one that is tracked, which takes nothing for dead that takes no lock.
func TestAnUntrackedInstallIsNotSweptAway(t *testing.T) {
	root := newRoot(t)
	slow := filepath.Join(t.TempDir(), "slow")
	if err := syscall.Mkfifo(slow, 0o700); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- installed.At(lockfs.At(root)).Place(map[string]string{"u": slow}) }()
	content := strings.Repeat("u", 1<<20) // more than a pipe takes: it is being copied once this is written
	writer, err := os.OpenFile(slow, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.WriteString(content); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(root, "bin", "v.berth-new-untracked-0123456789abcdef")
	if err := os.WriteFile(old, nil, 0o777); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	if err := install(t.Context(), root, "a", "x"); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := read(t, root, filepath.Join("bin", "u")); got != content {
		t.Errorf("the program has %d bytes, expected %d", len(got), len(content))
	}
	if _, err := os.Lstat(old); err == nil {
		t.Error("what an install left that was killed two days ago is still there")
	}
}
