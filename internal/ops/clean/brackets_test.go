package clean_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/ops/clean"
	"berth/internal/unitstore"
)

// TestDirectoriesWithBrackets: the name of a workspace's directory is no pattern, which would fit the directories of others.
func TestDirectoriesWithBrackets(t *testing.T) {
	base := t.TempDir()
	notes := func(workspace string) string {
		dir := filepath.Join(base, workspace, "target", "berth", "v1", "incremental", "debug", "p-0")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	own, others := notes("[ab]"), notes("a")
	target := filepath.Join(base, "[ab]", "target")
	_, err := clean.Clean(t.Context(), clean.Options{
		TargetDir: target, BuildDir: target, Profile: "debug",
		Packages: []clean.Package{{Name: "p", Targets: []clean.Target{{Name: "p", Crate: "p"}}}},
		Store:    unitstore.Open(lockfs.At(filepath.Join(target, "berth", "v1", "units")), lockfs.At(t.TempDir())),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(own); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", own, err)
	}
	if _, err := os.Stat(others); err != nil {
		t.Errorf("what is another workspace's is gone: %v", err)
	}
}
