package workspace

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/testkit/stock"
)

// tree writes the files of an archive and returns where. Links are resolved, as paths are compared.
func tree(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, dir string) *Workspace {
	t.Helper()
	w, err := Load(filepath.Join(dir, "Cargo.toml"), Options{Cwd: dir})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const three = `
-- Cargo.toml --
[workspace]
members = ["one", "two", "other"]
default-members = ["two"]
resolver = "2"
-- one/Cargo.toml --
[package]
name = "one"
version = "1.0.0"
edition = "2021"
rust-version = "1.70"
[features]
fast = []
slow = []
[dependencies]
dep = { version = "1", features = ["color"], optional = true }
-- one/src/lib.rs --
-- two/Cargo.toml --
[package]
name = "two"
version = "2.0.0"
edition = "2021"
rust-version = "1.66.1"
[features]
fast = []
only-two = []
-- two/src/lib.rs --
-- other/Cargo.toml --
[package]
name = "other"
version = "0.1.0"
edition = "2021"
-- other/src/lib.rs --
`

func names(members []*manifest.Manifest) string {
	var list []string
	for _, m := range members {
		list = append(list, m.Package.Name())
	}
	return strings.Join(list, " ")
}

func TestSelect(t *testing.T) {
	w := load(t, tree(t, three))
	for _, c := range []struct {
		s              Selection
		members, specs string
		warnings, err  string
	}{
		{Selection{}, "two", "two", "", ""},
		{Selection{All: true}, "one two other", "one two other", "", ""},
		{Selection{All: true, Exclude: []string{"one"}}, "two other", "two other", "", ""},
		{Selection{All: true, Exclude: []string{"o*"}}, "two", "two", "", ""},
		{Selection{All: true, Exclude: []string{"nix", "q?"}}, "one two other", "one two other", "excluded package(s) `nix` not found in workspace `DIR`|excluded package pattern(s) `q?` not found in workspace `DIR`", ""},
		{Selection{Names: []string{"one"}}, "one", "one", "", ""},
		{Selection{Names: []string{"other", "one@1.0"}}, "one other", "one other", "", ""},
		{Selection{Names: []string{"*o*"}}, "one two other", "one two other", "", ""},
		{Selection{Names: []string{"[!a-o]wo"}}, "two", "two", "", ""},
		{Selection{Names: []string{"serde"}}, "", "serde", "", "package(s) `serde` not found in workspace `DIR`"},
		{Selection{Names: []string{"q*"}}, "", "", "", "package pattern(s) `q*` not found in workspace `DIR`"},
		{Selection{All: true, Names: []string{"serde"}}, "", "", "", "package(s) `serde` not found in workspace `DIR`"},
		{Selection{Exclude: []string{"one"}}, "", "", "", "--exclude can only be used together with --workspace"},
		{Selection{Names: []string{"[a"}}, "", "", "", "cannot read \"[a\" as a pattern of package names: [ in a pattern has no ]"},
	} {
		members, warnings, err := w.Select(c.s)
		message := strings.ReplaceAll(fmt.Sprint(err), w.Dir(), "DIR")
		if err == nil && names(members) != c.members || err != nil && message != c.err || err == nil && c.err != "" {
			t.Errorf("%+v chooses %q, %s", c.s, names(members), message)
		}
		if got := strings.ReplaceAll(strings.Join(warnings, "|"), w.Dir(), "DIR"); got != c.warnings {
			t.Errorf("%+v warns %q, expected %q", c.s, got, c.warnings)
		}
		specs, _, err := w.Specs(c.s)
		var got []string
		for _, s := range specs {
			got = append(got, s.Name)
		}
		if c.specs != "" && (strings.Join(got, " ") != c.specs && strings.Join(got, " ") != "one other" || err != nil) {
			t.Errorf("%+v means %q, %v, expected %q", c.s, got, err, c.specs)
		}
	}
}

func TestFeatures(t *testing.T) {
	w := load(t, tree(t, three))
	for _, c := range []struct {
		chosen, features, want string
	}{
		{"one", "fast", "one[fast]"},
		{"*", "fast", "one[fast] two[fast] other[]"},
		{"*", "fast,only-two slow", "one[fast slow] two[fast only-two] other[]"},
		{"*", "two/fast one/slow", "one[slow] two[fast] other[]"},
		{"*", "dep/color", "one[dep/color] two[] other[]"},
		{"one", "dep?/color dep", "one[dep dep?/color]"},
		{"serde", "", "one[] two[] other[]"},
		{"serde", "x", "error: cannot specify features for packages outside of workspace"},
		{"twoo", "x", "error: cannot specify features for packages outside of workspace\n\nhelp: a workspace member with a similar name exists: `two`"},
		{"one", "fats", "error: the package 'one' does not contain this feature: fats\nhelp: there is a similarly named feature: fast"},
		{"one", "only-two", "error: the package 'one' does not contain this feature: only-two\nhelp: package with the missing feature: two"},
		{"o*", "x y", "error: none of the selected packages contains these features: x, y\nselected packages: one, other\nhelp: there is a similarly named feature: dep"},
		{"one", "dep:dep", "error: feature `dep:dep` is not allowed to use explicit `dep:` syntax"},
		{"one", "dep/x/y", "error: multiple slashes in feature `dep/x/y` is not allowed"},
	} {
		got := ""
		f, err := ParseFeatures([]string{c.features}, false, false)
		if err == nil {
			var members []MemberFeatures
			specs, _, _ := w.Specs(Selection{Names: []string{c.chosen}})
			members, err = w.WithFeatures(specs, f)
			got = show(members)
		}
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want {
			t.Errorf("-p %s -F %q: %s\nexpected %s", c.chosen, c.features, got, c.want)
		}
	}
}

func show(members []MemberFeatures) string {
	var list []string
	for _, m := range members {
		var values []string
		for _, v := range m.Features.Named {
			values = append(values, v.String())
		}
		list = append(list, m.Member.Package.Name()+"["+strings.Join(values, " ")+"]")
	}
	return strings.Join(list, " ")
}

// TestFeaturesOfResolver1: flags are for the package in the current directory.
func TestFeaturesOfResolver1(t *testing.T) {
	dir := tree(t, strings.Replace(strings.Replace(three, "[workspace]", "[package]\nname = \"root\"\nedition = \"2018\"\n[features]\nfast = []\n[workspace]", 1), `resolver = "2"`, "", 1)+"-- src/lib.rs --\n")
	w := load(t, dir)
	specs, _, err := w.Specs(Selection{All: true})
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParseFeatures([]string{"fast two/only-two other/x"}, false, true)
	if err != nil {
		t.Fatal(err)
	}
	members, err := w.WithFeatures(specs, f)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(members), "one[] two[only-two] other[x] root[fast]"; got != want {
		t.Errorf("got %s, expected %s", got, want)
	}
	if members[1].Features.NoDefault || !members[3].Features.NoDefault {
		t.Error("--no-default-features is for the current package alone")
	}
}

func TestRustVersion(t *testing.T) {
	if got := load(t, tree(t, three)).RustVersion().String(); got != "1.66.1" {
		t.Errorf("the lowest rust-version is %s", got)
	}
}

// TestBuildDirAsStock: also the hash of the path.
func TestBuildDirAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := tree(t, "-- a/b.c/Cargo.toml --\n[package]\nname = \"x\"\nedition = \"2021\"\n-- a/b.c/src/lib.rs --\n")
	at := filepath.Join(dir, "a", "b.c")
	w, err := Load(filepath.Join(at, "Cargo.toml"), Options{Cwd: at, Home: cargo.Home})
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range []string{"/q/{workspace-path-hash}/x", "{workspace-root}/y", "{cargo-cache-home}/z/{workspace-path-hash}"} {
		got := template
		for name, value := range w.BuildDirPlaceholders() {
			got = strings.ReplaceAll(got, "{"+name+"}", value)
		}
		var want struct {
			BuildDirectory string `json:"build_directory"`
		}
		out := cargo.Run(at, "metadata", "--no-deps", "--format-version=1", "--config", fmt.Sprintf("build.build-dir=%q", template))
		if err := json.Unmarshal([]byte(out), &want); err != nil || got != want.BuildDirectory {
			t.Errorf("%s is %s, stock says %s, %v", template, got, want.BuildDirectory, err)
		}
	}
}

func TestFindManifest(t *testing.T) {
	dir := tree(t, "-- Cargo.toml --\n[workspace]\n-- a/b/x --\n-- q/cargo.toml --\n")
	if got, err := FindManifest(filepath.Join(dir, "a", "b"), nil); err != nil || got != filepath.Join(dir, "Cargo.toml") {
		t.Errorf("found %s, %v", got, err)
	}
	if err := os.Remove(filepath.Join(dir, "Cargo.toml")); err != nil {
		t.Fatal(err)
	}
	if _, err := FindManifest(filepath.Join(dir, "q"), nil); err == nil || !strings.Contains(err.Error(), "must be called Cargo.toml") {
		t.Errorf("%v", err)
	}
	for flag, want := range map[string]string{"a": "manifest path `a` is a directory but expected a file", "nix": "manifest path `nix` does not exist", "a/b/x": "the manifest-path must be a path to a Cargo.toml file: `" + filepath.Join(dir, "a", "b", "x") + "`"} {
		if _, err := ManifestPath(dir, flag); fmt.Sprint(err) != want {
			t.Errorf("%s: %v, expected %s", flag, err, want)
		}
	}
}

// TestManifestWarnings: who builds is told all of it, and stopped by what cannot be built.
func TestManifestWarnings(t *testing.T) {
	w := load(t, tree(t, "-- Cargo.toml --\n[package]\nname = \"x\"\nedition = \"2021\"\nfoo = 1\n[[test]]\nname = \"nix\"\n-- src/lib.rs --\n"))
	warnings, err := w.ManifestWarnings()
	if err == nil || !strings.Contains(err.Error(), "for the test `nix`") || len(warnings) != 0 {
		t.Errorf("%q, %v", warnings, err)
	}
	const odd = "edition = \"2021\"\nfoo = 1\n"
	dir := tree(t, "-- w/Cargo.toml --\n[workspace]\nmembers = [\"m\"]\n-- w/m/Cargo.toml --\n[package]\nname = \"m\"\n"+odd+"[dependencies]\nfar = { path = \"../../far\" }\n"+
		"-- w/m/src/lib.rs --\n-- far/Cargo.toml --\n[package]\nname = \"far\"\n"+odd+"-- far/src/lib.rs --\n")
	warnings, err = load(t, filepath.Join(dir, "w")).ManifestWarnings()
	var want []string
	for _, path := range []string{"far", "w/m"} {
		want = append(want, filepath.Join(dir, filepath.FromSlash(path), "Cargo.toml")+": unused manifest key: package.foo")
	}
	if diff := cmp.Diff(want, warnings); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// TestLoadDir: path dependencies elsewhere on the disk.
func TestLoadDir(t *testing.T) {
	dir := tree(t, three+"-- far/Cargo.toml --\n[package]\nname = \"far\"\n[workspace]\n-- far/src/lib.rs --\n")
	w := load(t, dir)
	m, err := w.LoadDir(filepath.Join(dir, "far"))
	if err != nil || m.Package.Name() != "far" || w.IsMember(m.Package.ID()) {
		t.Errorf("%v, %v", m, err)
	}
	again, _ := w.LoadDir(filepath.Join(dir, "far"))
	if again != m {
		t.Error("a manifest is read twice")
	}
	if _, err := w.LoadDir(dir); err == nil {
		t.Error("a workspace without a package is depended on")
	}
	if !slices.ContainsFunc(w.Members(), func(m *manifest.Manifest) bool { return w.IsMember(m.Package.ID()) }) || w.IsMember(crate.PackageID{Name: "x", Source: crate.PublicSource()}) {
		t.Error("who is a member")
	}
}
