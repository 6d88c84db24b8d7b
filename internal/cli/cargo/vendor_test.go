package cargo_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/dialect"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
)

// vendorWorld is two workspaces that depend on crates of two registries and on packages of a repository, one of which
// inherits everything that it can.
func vendorWorld(p *pair) {
	p.Helper()
	p.dir = filepath.Join(p.dir, "world")
	lib := cratekit.New("lib", "1.2.0", "dep 1")
	lib.Files = map[string]string{".gitignore": "x", ".gitattributes": "x", "sub/.gitignore": "x", "a/b \"c\"": "odd", "ü": "u", ".hidden": "h", "tests/data/.cargo-ok": "x"}
	s := registryserver.Run(p.T, registryserver.Options{}, lib, cratekit.New("lib", "0.9.0"), cratekit.New("dep", "1.0.1"), cratekit.New("other", "3.0.0+meta"))
	alt := registryserver.Run(p.T, registryserver.Options{}, cratekit.New("far", "0.1.0"))
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace()+alt.Registry("alt"))

	root := realDir(p.T)
	repo := gitkit.NewRepo(p.T, filepath.Join(root, "repo"))
	repo.Commit(gitWorkspace())
	repo.Branch("dev")
	single := gitkit.NewRepo(p.T, filepath.Join(root, "single"))
	single.Commit(gitkit.Package("", "single", "4.0.0", `publish = ["alt"]`, "[workspace]", "[profile.dev]", "debug = true", `package."*".opt-level = 2`, "package.a.debug = 1"))
	p.write("ws/Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"vendor/own\"]\n")
	p.write("ws/a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nlib = \"1\"\nold = { package = \"lib\", version = \"0.9\" }\n"+
		"far = { version = \"*\", registry = \"alt\" }\nmember = { git = \"file://"+repo.Dir+"\", branch = \"dev\" }\nsingle = { git = \"file://"+single.Dir+"\" }\n")
	p.write("ws/a/src/lib.rs", "")
	p.pkg("ws/vendor/own", "own", "0.1.0", "")
	p.pkg("second", "second", "0.1.0", "[dependencies]\nother = \"3\"\nlib = \"1\"\n")
	p.pkg("none", "none", "0.1.0", "[workspace]\n")
}

// gitWorkspace is a workspace whose members inherit.
func gitWorkspace() map[string]string {
	files := map[string]string{"Cargo.toml": `[workspace]
members = ["member", "beside"]
[workspace.package]
version = "1.2.3"
edition = "2021"
authors = ["A <a@b>", "B"]
license-file = "LICENSE"
readme = "README.md"
rust-version = "1.60"
description = """
Lines
of "text"
"""
keywords = ["one"]
publish = false
exclude = ["data/*", "x'y\"z"]
[workspace.dependencies]
beside = { path = "beside", version = "0.3", features = ["z"], default-features = false }
dep = "1"
[workspace.lints.rust]
unsafe_code = "forbid"
unexpected_cfgs = { level = "warn", check-cfg = ['cfg(foo)'] }
[workspace.lints.clippy]
all = { level = "warn", priority = -1 }
`, "LICENSE": "l", "README.md": "r", "member/Cargo.toml": `[package]
name = "member"
version.workspace = true
edition.workspace = true
authors.workspace = true
license-file.workspace = true
readme.workspace = true
rust-version.workspace = true
description.workspace = true
keywords.workspace = true
categories = []
publish.workspace = true
exclude.workspace = true
build = "./build/main.rs"
[package.metadata.docs]
n = 0x1F
f = [1.50, 1e3, inf]
d = 1979-05-27 07:32:00.500Z
tables = [{x = 1}, {x = [1, 2]}]
nested = [[1, 2], [3]]
deep = [{x = {y = 1}}]
mixed = [1, {x = 1, "y z" = [1, 2]}]
empty = {}
[features]
default = ["std"]
std = []
abc = ["beside?/y", "dep:beside"]
[dependencies]
beside = { workspace = true, features = ["y"], optional = true, default-features = true }
dep.workspace = true
[target.'cfg(target_os = "linux")'.build-dependencies]
beside.workspace = true
[target.'cfg(windows)'.dependencies]
[target.x86_64-unknown-linux-gnu.dev_dependencies]
beside = { path = "../beside", default_features = false }
[lints]
workspace = true
[lib]
crate_type = ["rlib", "cdylib"]
[[example]]
name = "ex"
required-features = ["std", "abc"]
[[bin]]
name = "gone"
path = "data/gone.rs"
[badges]
maintenance = { status = "x" }
[profile.release]
lto = true
`, "beside/Cargo.toml": "[package]\nname = \"beside\"\nversion = \"0.3.1\"\n[features]\nz = []\ny = []\n"}
	for _, name := range []string{"member/src/lib.rs", "member/src/main.rs", "member/src/bin/b.rs", "member/examples/ex.rs", "member/tests/t.rs", "member/benches/x/main.rs",
		"member/build/main.rs", "member/data/gone.rs", "beside/src/lib.rs"} {
		files[name] = "fn main() {}\n"
	}
	return files
}

// treeOf are the files below a directory with their modes and texts.
func treeOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		info, err := d.Info()
		if err != nil || d.IsDir() {
			tree[rel] = "directory"
			return err
		}
		data, err := os.ReadFile(path)
		tree[rel] = fmt.Sprintf("%s %s", info.Mode(), data)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return tree
}

func sameTree(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s: %s is %q, expected %q", what, name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is there, and should not be", what, name)
		}
	}
}

// TestVendorBesideStock: the same files and the same configuration, from the same state.
func TestVendorBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	vendorWorld(p)
	for _, c := range []struct{ where, line, before string }{
		{"ws", "vendor --respect-source-config", ""},
		{"ws", "vendor --respect-source-config --locked", ""},
		{"ws", "vendor --respect-source-config --offline --versioned-dirs -q", "ws/vendor/stale/x"},
		{"ws", "vendor --respect-source-config --versioned-dirs --no-delete third", "ws/third/stale/x"},
		{"ws", "vendor --respect-source-config -s {root}/second/Cargo.toml ../both", "both/.keep/x both/file both/dep-1.0.1/edited both/stale/Cargo.toml"},
		{"ws", "vendor --respect-source-config --sync={root}/second/Cargo.toml --frozen ../both", "both/lib/src/new.rs"},
		{"second", "vendor --respect-source-config --manifest-path ../ws/a/Cargo.toml", ""},
		{"none", "vendor", ""},
		{"none", "vendor there", "none/there/x"},
		{"second", "vendor --respect-source-config --locked", ""},
		{"second", "vendor --sync nowhere/Cargo.toml", ""},
	} {
		p.dir = filepath.Join(p.root(), c.where)
		c.line = strings.ReplaceAll(c.line, "{root}", p.root())
		for _, file := range strings.Fields(c.before) {
			p.write(filepath.Join(p.root(), file), "old")
		}
		before := realDir(t)
		copyTree(t, p.root(), before)
		theirs := p.stock(nil, strings.Fields(c.line)...)
		want := treeOf(t, p.root())
		replaceTree(t, p.root(), before)
		ours := p.berth(nil, strings.Fields(c.line)...)
		if theirs.Code != ours.Code || theirs.Stdout != ours.Stdout || vendored(theirs.Stderr) != vendored(ours.Stderr) {
			t.Errorf("cargo %s\nstock: exit %d\n%s\n%s\nberth: exit %d\n%s\n%s", c.line, theirs.Code, theirs.Stdout, theirs.Stderr, ours.Code, ours.Stdout, ours.Stderr)
		}
		sameTree(t, c.line, want, treeOf(t, p.root()))
	}
}

// TestVendorLeavesWhatIsThere: a package that would come out as it is stays, with the compilers that are at work in it; one that
// somebody has changed is made anew.
func TestVendorLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	vendorWorld(p)
	vendored := func() map[string]os.FileInfo {
		t.Helper()
		if r := p.berth(nil, "vendor", "--respect-source-config", "--manifest-path", "ws/Cargo.toml", "out"); r.Code != 0 {
			t.Fatal(r.Stderr)
		}
		found := map[string]os.FileInfo{}
		for _, name := range []string{"lib", "far", "dep", "member", "single"} {
			info, err := os.Stat(filepath.Join(p.dir, "out", name))
			if err != nil {
				t.Fatal(err)
			}
			found[name] = info
		}
		return found
	}
	before := vendored()
	p.write("out/far/src/lib.rs", "edited")
	p.write("out/member/more", "")
	if err := os.Chmod(filepath.Join(p.dir, "out", "dep", "Cargo.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, now := range vendored() {
		stays := name == "lib" || name == "single"
		if os.SameFile(before[name], now) != stays {
			t.Errorf("%s is the directory of before: %v, expected %v", name, !stays, stays)
		}
	}
}

// TestVendorSaysWhatIsOddAboutOthers: a workspace that --sync names is warned of like one's own.
func TestVendorSaysWhatIsOddAboutOthers(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg("one", "one", "0.1.0", "[workspace]\n")
	p.write("other/Cargo.toml", "[workspace]\nmembers = [\"in\"]\n")
	p.pkg("other/in", "in", "0.1.0", "[profile.dev]\nopt-level = 1\n")
	theirs, ours := p.apart(nil, "vendor --manifest-path one/Cargo.toml -s "+p.dir+"/other/in/Cargo.toml")
	for _, want := range []string{"profiles for the non root package", "virtual workspace defaulting to"} {
		if theirs.Code != 0 || ours.Code != 0 || strings.Count(theirs.Stderr, want) != 1 || strings.Count(ours.Stderr, want) != 1 {
			t.Errorf("expected %q once in\n%s\nand by stock\n%s", want, ours.Stderr, theirs.Stderr)
		}
	}
}

// TestVendorKeepsDefaultsOff: what a member of a repository's workspace turns off stays off in the manifest that is written.
func TestVendorKeepsDefaultsOff(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.followed("first", dialect.First)
	p.followed("last", dialect.Last)
	repo := gitkit.NewRepo(t, filepath.Join(realDir(t), "repo"))
	repo.Commit(map[string]string{
		"Cargo.toml":   "[workspace]\nmembers = [\"m\"]\nresolver = \"3\"\n[workspace.dependencies]\nd = { path = \"d\", version = \"1\", default-features = true }\n",
		"d/Cargo.toml": "[package]\nname = \"d\"\nversion = \"1.0.0\"\nedition = \"2024\"\n", "d/src/lib.rs": "\n",
		"m/Cargo.toml": "[package]\nname = \"m\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[dependencies]\nd = { workspace = true, default-features = false }\n", "m/src/lib.rs": "\n",
	})
	p.pkg("app", "app", "0.1.0", "[workspace]\n[dependencies]\nm = { git = \"file://"+repo.Dir+"\" }\n")
	if r := p.berth(nil, "+last", "vendor", "--manifest-path", "app/Cargo.toml", "out"); r.Code != 0 {
		t.Fatal(r.Stderr)
	}
	text, err := os.ReadFile(filepath.Join(p.dir, "out", "m", "Cargo.toml"))
	if !strings.Contains(string(text), "default-features = false\n") {
		t.Errorf("%v\n%s", err, text)
	}
	if r := p.berth(nil, "+first", "vendor", "--manifest-path", "app/Cargo.toml", "out"); r.Code == 0 {
		t.Error("the first release takes it, too")
	}
}

// TestVendoredDirectoryServes: what was vendored is all that either needs afterwards.
func TestVendoredDirectoryServes(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	vendorWorld(p)
	p.dir = filepath.Join(p.root(), "ws")
	r := p.berth(nil, "vendor", "--respect-source-config", "out") // vendor/ has a package that is none of these
	if r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	alt, err := os.ReadFile(filepath.Join(p.theirs.Home, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	_, registries, _ := strings.Cut(string(alt), "[registries")
	p.write(filepath.Join(p.theirs.Home, "config.toml"), "[registries"+registries)
	p.write(".cargo/config.toml", r.Stdout)
	for _, dir := range []string{"registry", "git"} {
		if err := os.RemoveAll(filepath.Join(p.theirs.Home, dir)); err != nil {
			t.Fatal(err)
		}
	}
	p.both(nil, "metadata --format-version 1 --offline --locked", stderr)
	p.both(nil, "fetch --offline --locked", stderr)
	p.both(nil, "tree --offline --locked -e all", stderr)
	if r := p.berth(nil, "fetch", "--offline", "--locked"); r.Code != 0 {
		t.Errorf("%+v", r)
	}
}

// TestVendorKilled: whatever the instant, the next run makes the same directory, and leaves nothing over.
func TestVendorKilled(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	vendorWorld(p)
	p.dir = filepath.Join(p.root(), "ws")
	line := []string{"vendor", "--respect-source-config", "-q", "out"}
	trace := filepath.Join(realDir(t), "trace")
	fresh := func() {
		if err := os.RemoveAll(filepath.Join(p.dir, "out")); err != nil {
			t.Fatal(err)
		}
		p.write("out/stale/file", "x")
		p.write("out/lib/old", "x")
		p.write("out/dep/.cargo-checksum.json", "{")
	}
	fresh()
	if r := p.berth([]string{"BERTH_CRASHPOINT_TRACE=" + trace}, line...); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	want := treeOf(t, filepath.Join(p.dir, "out"))
	points, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, point := range slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(points))))) {
		if !strings.HasPrefix(point, "vendor.") && !strings.HasPrefix(point, "staging.") {
			continue
		}
		fresh()
		if r := p.berth([]string{"BERTH_CRASHPOINT=" + point + "=kill"}, line...); r.Code == 0 {
			t.Errorf("%s: was not killed", point)
		}
		killed++
		if r := p.berth(nil, line...); r.Code != 0 {
			t.Errorf("%s: %+v", point, r)
		}
		sameTree(t, point, want, treeOf(t, filepath.Join(p.dir, "out")))
	}
	if killed < 8 {
		t.Errorf("only %d points: %s", killed, points)
	}
}

// TestManyVendorsAtOnce: eight of two projects in one directory; none fails, and every package that is there is whole.
func TestManyVendorsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	vendorWorld(p)
	p.dir = filepath.Join(p.root(), "second")
	if r := p.berth(nil, "vendor", "--respect-source-config", "-q", "../alone"); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	lib := treeOf(t, filepath.Join(p.root(), "alone", "lib"))
	var running []*exec.Cmd
	for i := range 8 {
		cmd := p.command("cargo", nil, "vendor", "--respect-source-config", "-q", "../out")
		cmd.Dir = filepath.Join(p.root(), []string{"ws", "second"}[i%2])
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", cmd, err)
		}
	}
	sameTree(t, "many", lib, treeOf(t, filepath.Join(p.root(), "out", "lib")))
	if _, err := os.Stat(filepath.Join(p.root(), "out", ".vendor-staging")); err == nil {
		t.Error("staging is left over")
	}
}

// root is the directory that everything of the test is in.
func (p *pair) root() string {
	if dir := filepath.Dir(p.dir); filepath.Base(dir) == "world" {
		return dir
	}
	return p.dir
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func replaceTree(t *testing.T, dir, by string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	copyTree(t, by, dir)
}

// vendored are the lines that say what is copied to where.
func vendored(stderr string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(stderr, "\n"), func(line string) bool { return !strings.HasPrefix(line, "   Vendoring ") }), "\n")
}
