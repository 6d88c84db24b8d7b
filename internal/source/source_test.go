package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/source"
)

// load is the sources of a configuration; {dir} in it is the directory that it stands in.
func load(t *testing.T, text string) (*source.Map, string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(config.Options{Dir: dir, Home: dir, Files: config.Disk{}, Warn: func(text string) { t.Error(text) }})
	if err != nil {
		t.Fatal(err)
	}
	m := source.NewMap(cfg)
	_, err = m.Real(crate.PublicSource())
	return m, dir, err
}

func TestPublicRegistryIsSparse(t *testing.T) {
	m, _, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if real, err := m.Real(crate.PublicSource()); err != nil || !real.Same(crate.PublicSparseSource()) {
		t.Errorf("%v answers for the public registry, %v", real, err)
	}
	m, _, err = load(t, "registries.crates-io.protocol = 'git'")
	if err != nil {
		t.Fatal(err)
	}
	if real, err := m.Real(crate.PublicSource()); err != nil || !real.Same(crate.PublicSource()) {
		t.Errorf("%v answers for the public registry by git, %v", real, err)
	}
}

func TestReplacements(t *testing.T) {
	m, dir, err := load(t, `
[source.crates-io]
replace-with = "a"
[source.a]
registry = "sparse+http://127.0.0.1:1/a/"
replace-with = "b"
[source.b]
registry = "sparse+http://127.0.0.1:1/b/"
replace-with = "named"
[registries.named]
index = "sparse+http://127.0.0.1:1/named/"
[source.repository]
git = "https://127.0.0.1/x"
branch = "y"
replace-with = "vendored"
[source.vendored]
directory = "vendor"
`)
	if err != nil {
		t.Fatal(err)
	}
	real, err := m.Real(crate.PublicSource())
	if err != nil || real.URL() != "sparse+http://127.0.0.1:1/named/" {
		t.Errorf("%v answers for the public registry, %v", real, err)
	}
	repository, _ := crate.GitSource("https://127.0.0.1/x", crate.GitRef{Kind: crate.Branch, Name: "y"})
	if _, err := m.Real(repository); err == nil || !strings.Contains(err.Error(), "requires a lock file to be present first") {
		t.Errorf("a branch has no vendored commit: %v", err)
	}
	// Paths of a configuration in CARGO_HOME are relative to the directory above it.
	if real, err := m.Real(repository.WithPrecise("0123")); err != nil || real.Dir() != filepath.Join(filepath.Dir(dir), "vendor") {
		t.Errorf("%v answers for the repository, %v", real, err)
	}
	if other, _ := crate.GitSource("https://127.0.0.1/x", crate.GitRef{Kind: crate.DefaultBranch}); other != mustReal(t, m, other) {
		t.Error("another branch is not replaced")
	}
}

func mustReal(t *testing.T, m *source.Map, id crate.SourceID) crate.SourceID {
	t.Helper()
	real, err := m.Real(id)
	if err != nil {
		t.Fatal(err)
	}
	return real
}

func TestWhatCannotReplace(t *testing.T) {
	for text, reason := range map[string]string{
		"source.crates-io.replace-with = 'a'": "could not find a configured source with the name `a`",
		"source.crates-io.replace-with = 'a'\nsource.a.directory = 'x'\nsource.a.replace-with = 'crates-io'":                                                "detected a cycle",
		"source.crates-io.replace-with = 'a'\nsource.a.directory = 'x'\nsource.a.replace-with = 'b'\nsource.b.directory = 'y'\nsource.b.replace-with = 'a'": "detected a cycle of `replace-with` sources, the source `a` is",
		"source.crates-io.replace-with = 'a'\nsource.a.git = 'https://127.0.0.1/x'":                                                                         "supports checksums, but `a` does not",
		"source.a.replace-with = 'b'":                             "no source location specified for `source.a`",
		"source.a.directory = 'x'\nsource.a.local-registry = 'y'": "more than one source location",
		"source.a.directory = 'x'\nsource.b.directory = 'x'":      "already defined by `",
		"source.a.branch = 'x'\nsource.a.directory = 'y'":         "which means nothing without `git`",
		"source.a.registry = 'x'":                                 "invalid URL",
		"registries.crates-io.protocol = 'ftp'":                   "unsupported registry protocol `ftp`",
	} {
		m, _, err := load(t, text)
		if err == nil {
			_, err = m.Real(crate.PublicSource())
		}
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s\n\t%v, want %s", text, err, reason)
		}
	}
}

// TestRelativeIndexes: file: with a relative path starts above the .cargo that says so.
func TestRelativeIndexes(t *testing.T) {
	m, dir, err := load(t, "registries.a.index = 'file:some/x y'\nregistries.b.index = 'FILE:../up'\nregistries.c.index = 'file:/abs'")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": crate.FileURL(filepath.Join(filepath.Dir(dir), "some", "x y")), "b": crate.FileURL(filepath.Join(filepath.Dir(filepath.Dir(dir)), "up")), "c": "file:///abs"} {
		if id, err := m.Registry(name); err != nil || id.URL() != want {
			t.Errorf("%s is %v, %v, want %s", name, id.URL(), err, want)
		}
	}
}

func TestPasswordsInIndexes(t *testing.T) {
	m, _, err := load(t, "registries.a.index = 'sparse+http://me:hush@127.0.0.1:1/'\nregistries.b.index = \" http://me@127.0.0.1:1/\\n\"")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Registry("a"); err == nil || !strings.Contains(err.Error(), "without a password") || strings.Contains(err.Error(), "hush") {
		t.Error(err)
	}
	if id, err := m.Registry("b"); err != nil || id.URL() != "http://me@127.0.0.1:1/" {
		t.Error(id, err)
	}
}
