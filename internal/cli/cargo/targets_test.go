package cargo_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTargetsBesideStock: an empty name is an error wherever it stands, as is an empty number of jobs, and the directory
// of a target is marked as one that can be made again.
func TestTargetsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	for _, line := range []string{"check --target=", "check --config build.target=''", "check --config build.target=['']"} {
		p.both(nil, line, neither)
	}
	for _, variable := range []string{"CARGO_BUILD_TARGET=", "CARGO_BUILD_JOBS="} {
		p.both([]string{variable}, "check", neither)
	}
	if r := p.berth(nil, "check", "--target", "host-tuple"); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	marks, err := filepath.Glob(filepath.Join(p.dir, "target", "*-*", "CACHEDIR.TAG"))
	if err != nil || len(marks) != 1 {
		t.Errorf("marked: %q, %v", marks, err)
	}
	// What is the user's own is not taken out of backups.
	if r := p.berth(nil, "check", "--target-dir", "."); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "CACHEDIR.TAG")); err == nil {
		t.Error("the checkout is marked as what can be made again")
	}
}

// TestArtifactDirOfConfiguration is the flag of that name, and as unstable: the toolchain's cargo says so.
func TestArtifactDirOfConfiguration(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	p.both(nil, "build --config build.artifact-dir='out'", stderr)
	p.both([]string{"CARGO_BUILD_ARTIFACT_DIR=out"}, "build", stderr)
	if _, err := os.Stat(filepath.Join(p.dir, "out")); err == nil {
		t.Error("results were copied")
	}
}

// A tree is of the targets that the configuration names, where no flag does.
func TestTreeOfConfiguredTargets(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "[target.'cfg(unix)'.dependencies]\nu = { path = \"u\" }\n[target.wasm32-unknown-unknown.dependencies]\nw = { path = \"w\" }\n")
	p.pkg("u", "u", "1.0.0", "")
	p.pkg("w", "w", "1.0.0", "")
	p.berth(nil, "generate-lockfile")
	for _, target := range []string{"'wasm32-unknown-unknown'", "['wasm32-unknown-unknown','x86_64-unknown-linux-gnu']", "'host-tuple'", "''"} {
		for _, line := range []string{"tree", "tree -i w", "tree --target all", "tree --target x86_64-unknown-linux-gnu"} {
			p.both(nil, line+" --config build.target="+target, neither)
		}
	}
}
