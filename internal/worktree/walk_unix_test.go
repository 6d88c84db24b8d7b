//go:build unix

package worktree

import (
	"os"
	"path/filepath"
	"testing"
)

// TestIgnoresWithoutEnd: a checkout can have a .gitignore that leads to a device without end.
func TestIgnoresWithoutEnd(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".git/objects", ".git/refs"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".git/HEAD"), []byte("ref: refs/heads/main\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(dir, ".gitignore")); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir, []string{"HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1"})
	if err != nil || r == nil {
		t.Fatal(r, err)
	}
	if r.Ignored("a.txt") {
		t.Error("a file is ignored")
	}
}
