package clean_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/ops/clean"
)

// TestFilesOfSeveralNames: their bytes count as often as the release of Cargo counts them, the files themselves always.
func TestFilesOfSeveralNames(t *testing.T) {
	for _, c := range []struct {
		once   bool
		dryRun bool
		bytes  int64
	}{{false, false, 30}, {false, true, 30}, {true, false, 30}, {true, true, 20}} {
		target := filepath.Join(t.TempDir(), "target")
		program, link, other := filepath.Join(target, "debug", "deps", "p-0"), filepath.Join(target, "debug", "p"), filepath.Join(target, "debug", "q")
		if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{program, other} {
			if err := os.WriteFile(file, make([]byte, 10), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Link(program, link); err != nil {
			t.Fatal(err)
		}
		sum, err := clean.Clean(t.Context(), clean.Options{TargetDir: target, BuildDir: target, LinksOnce: c.once, DryRun: c.dryRun})
		if err != nil || sum.Bytes != c.bytes || sum.Files != 3 {
			t.Errorf("%+v: %+v, %v", c, sum, err)
		}
	}
}
