package unitstore

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
)

// TestWay: each attempt has the same path, one at a time; who comes meanwhile has none; nothing is left, not even what a
// killed process left.
func TestWay(t *testing.T) {
	root := t.TempDir()
	s := Workspace(lockfs.At(filepath.Join(root, "target")), lockfs.At(filepath.Join(root, "home")))
	var ways []string
	for _, attempt := range []string{"one", "two"} {
		dir := filepath.Join(root, attempt)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		way, done := s.Way(t.Context(), "c-0123", dir)
		ways = append(ways, way)
		if other, _ := s.Way(t.Context(), "c-0123", root); other != "" {
			t.Errorf("another has the way at the same time: %s", other)
		}
		if err := os.WriteFile(filepath.Join(way, "libc.rlib"), nil, 0o644); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "libc.rlib")); err != nil {
			t.Error(err)
		}
		done()
	}
	if ways[0] == "" || ways[0] != ways[1] {
		t.Errorf("the ways are %q", ways)
	}
	left := filepath.Dir(ways[0])
	for _, name := range []string{"c-0123", "d-4567.new"} { // as after a kill
		if err := os.Symlink(root, filepath.Join(left, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.clearWays(t.Context())
	if entries, err := os.ReadDir(left); err != nil || len(entries) > 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}
