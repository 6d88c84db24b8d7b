package configpatch

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/testkit/stock"
	"berth/internal/tomldoc"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := cmp.Or(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
}

// project patches x in the manifest and in the configuration, which is in the directory above, and y only in the latter.
func project(t *testing.T) (dir string) {
	t.Helper()
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pkg := func(name, version string) string {
		return fmt.Sprintf("[package]\nname = %q\nversion = %q\nedition = \"2021\"\n", name, version)
	}
	write(t, top, map[string]string{
		".cargo/config.toml":     "[patch.crates-io]\nx = { path = 'of-config/x', unknown = 1 }\ny.path = 'of-config/y'\n",
		"of-config/x/Cargo.toml": pkg("x", "1.0.1"), "of-config/x/src/lib.rs": "",
		"of-config/y/Cargo.toml": pkg("y", "1.0.2"), "of-config/y/src/lib.rs": "",
		"p/x/Cargo.toml": pkg("x", "1.0.3"), "p/x/src/lib.rs": "",
		"p/z/Cargo.toml": pkg("z", "1.0.4"), "p/z/src/lib.rs": "",
		"p/Cargo.toml": pkg("a", "0.1.0") + "[dependencies]\nx = '1'\ny = '1'\nz = '1'\n[patch.crates-io]\nx = { path = 'x' }\nz = { path = 'z' }\n", "p/src/lib.rs": "",
	})
	return filepath.Join(top, "p")
}

// TestAsStock: the same packages as in the Cargo.lock that stock makes.
func TestAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := project(t)
	c, err := config.Load(config.Options{Dir: dir, Home: cargo.Home, Files: config.Disk{}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "Cargo.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tomldoc.Parse("Cargo.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Read(manifest.File{Path: path, Files: os.DirFS(dir)}, doc, manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var own []resolve.Patch
	for _, p := range m.Patches {
		own = append(own, resolve.Patch{Source: p.Source, Key: p.Key, Dep: p.Dep, Where: path})
	}
	patches, warnings, err := Add(c, path, own, manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "[patch] in cargo config: unused manifest key: patch.crates-io.x.unknown") {
		t.Errorf("warnings: %q", warnings)
	}
	got := map[string]string{}
	for _, p := range patches {
		if p.Source != crate.PublicSource() || got[p.Dep.Name] != "" {
			t.Errorf("%+v", p)
		}
		rel, _ := filepath.Rel(dir, p.Dep.Source.Dir())
		got[p.Dep.Name] = filepath.ToSlash(rel)
	}
	if fmt.Sprint(got) != fmt.Sprint(map[string]string{"x": "../of-config/x", "y": "../of-config/y", "z": "z"}) {
		t.Errorf("patches: %v", got)
	}
	cargo.Run(dir, "generate-lockfile", "--offline")
	lock, err := os.ReadFile(filepath.Join(dir, "Cargo.lock"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name = \"x\"\nversion = \"1.0.1\"", "name = \"y\"\nversion = \"1.0.2\"", "name = \"z\"\nversion = \"1.0.4\""} {
		if !strings.Contains(string(lock), want) {
			t.Errorf("stock locks otherwise than %q:\n%s", want, lock)
		}
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	dir := project(t)
	write(t, filepath.Dir(dir), map[string]string{".cargo/config.toml": "[patch.crates-io]\nx = { branch = 'b', version = '1' }\n"})
	c, err := config.Load(config.Options{Dir: dir, Home: t.TempDir(), Files: config.Disk{}})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Add(c, filepath.Join(dir, "Cargo.toml"), nil, manifest.Options{})
	if err == nil || !strings.Contains(err.Error(), "config.toml") || !strings.Contains(err.Error(), "means nothing without `git`") {
		t.Errorf("%v", err)
	}
}
