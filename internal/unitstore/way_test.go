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
	var ways, brought []string
	for _, attempt := range []string{"one", "two"} {
		dir := filepath.Join(root, attempt)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		way := s.Way(t.Context(), "c-0123", dir)
		ways = append(ways, way.Out)
		if other := s.Way(t.Context(), "c-0123", root); other != nil {
			t.Errorf("another has the way at the same time: %+v", other)
		}
		library := filepath.Join(dir, "libc.rlib")
		if err := os.WriteFile(filepath.Join(way.Out, "libc.rlib"), []byte(attempt), 0o644); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(library); err != nil {
			t.Error(err)
		}
		way.Bring([]string{library, filepath.Join(dir, "not there yet")})
		brought = append(brought, way.From)
		if path, err := filepath.EvalSymlinks(filepath.Join(way.From, "libc.rlib")); err != nil || filepath.Dir(path) != way.From {
			t.Errorf("the library is at %s, %v", path, err)
		}
		if text, err := os.ReadFile(filepath.Join(way.From, "libc.rlib")); err != nil || string(text) != attempt {
			t.Errorf("the library is %q, %v", text, err)
		}
		way.Leave()
	}
	if brought[0] == "" || brought[0] != brought[1] {
		t.Errorf("libraries were brought to %q", brought)
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
	if err := os.MkdirAll(filepath.Join(left, "e-89ab.from", "libf.rlib"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.clearWays(t.Context())
	if entries, err := os.ReadDir(left); err != nil || len(entries) > 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}
