package clean_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/cachedir"
	"berth/internal/ops/clean"
)

// TestSourcesAreNotCleaned: whoever sets CARGO_TARGET_DIR to . does not want his package removed. What says that it is a cache goes
// with all that is in it, as packages are compiled in target/package.
func TestSourcesAreNotCleaned(t *testing.T) {
	for _, c := range []struct {
		target, build string // below a directory that has the workspace as app/w
		tagged        bool
		refused       bool
	}{
		{"app/w", "app/w", false, true},
		{"app", "app", false, true},
		{"app/w/target", "app/w", false, true},
		{"app/w/target", "app/w/target", false, false},
		{"app/w2", "app/w2", false, false},
		{"app", "app", true, false},
	} {
		top := t.TempDir()
		workspace := filepath.Join(top, "app", "w")
		manifest := filepath.Join(workspace, "Cargo.toml")
		for _, dir := range []string{workspace, filepath.Join(top, c.target), filepath.Join(top, c.build)} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(manifest, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if c.tagged {
			if err := os.WriteFile(filepath.Join(top, c.target, cachedir.Name), []byte(cachedir.Tag), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := clean.Options{TargetDir: filepath.Join(top, c.target), BuildDir: filepath.Join(top, c.build), Workspace: workspace}
		_, err := clean.Clean(t.Context(), o)
		var refused *clean.RefusedError
		if errors.As(err, &refused) != c.refused || err != nil && !c.refused {
			t.Errorf("%+v: %v", c, err)
		}
		if _, err := os.Stat(manifest); (err == nil) != !c.tagged {
			t.Errorf("%+v: the manifest: %v", c, err)
		}
	}
}
