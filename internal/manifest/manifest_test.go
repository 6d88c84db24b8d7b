package manifest

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"berth/internal/tomldoc"
)

// read reads a manifest in a directory with a library and a program.
func read(t testing.TB, text string) (*Manifest, error) {
	t.Helper()
	files := fstest.MapFS{"src/lib.rs": {}, "src/main.rs": {}, "tests/t.rs": {}}
	return parse(File{Path: filepath.FromSlash("/w/Cargo.toml"), Files: files}, "Cargo.toml", text, Options{})
}

// parse reads a manifest that messages call by a name.
func parse(f File, name, text string, o Options) (*Manifest, error) {
	doc, err := tomldoc.Parse(name, []byte(text))
	if err != nil {
		return nil, err
	}
	return Read(f, doc, o)
}

// TestErrorsPoint: the place, the line, and what could have been meant. (That stock refuses the same manifests, and
// what the JSON of the others is, is tested with ops/metadata.)
func TestErrorsPoint(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[package]\nname = 'a'\nversion = 1.0\n", "`package.version` is a float, expected a string\n --> Cargo.toml:3:11\n  |\n3 | version = 1.0\n  |           ^^^"},
		{"[package]\nname = 'a'\n[features]\ndefault = ['x', 'srde']\nx = []\nserde = []", "feature `default` includes `srde`, which is neither a feature nor a dependency\n --> Cargo.toml:4:17\n  |\n4 | default = ['x', 'srde']\n  |                 ^^^^^^\n  = help: there is `serde`"},
		{"[package]\nname = 'a'\nlicense.workspace = true\n[workspace.package]\n", "`package.license` is inherited, but [workspace.package] has no `license`\n --> Cargo.toml:3:1\n  |\n3 | license.workspace = true\n  | ^^^^^^^\n  = help: add it in Cargo.toml"},
		{"[package]\nname = 'a'\n[dependencies]\nserde.workspace = true\n[workspace.dependencies]\nserd = '1'\n", "`serde` is inherited, but [workspace.dependencies] has no such entry\n --> Cargo.toml:4:1\n  |\n4 | serde.workspace = true\n  | ^^^^^\n  = help: a dependency with a similar name exists: `serd`"},
		{"[package]\nname = 'a'\ndefault-run = 'b'\n", "there is no binary `b` to run by default\n --> Cargo.toml:3:15\n  |\n3 | default-run = 'b'\n  |               ^^^\n  = help: a target with a similar name exists: `a`"},
		{"[workspace]\n[dependencies]\na = '1'\n", "`dependencies` belongs to a package, and this workspace has no [package]\n --> Cargo.toml:2:2\n  |\n2 | [dependencies]\n  |  ^^^^^^^^^^^^\n  = help: members can inherit [workspace.dependencies]"},
	} {
		_, err := read(t, c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s\ngot %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestWarningsGuess(t *testing.T) {
	m, err := read(t, "[package]\nname = 'a'\nedition = '2021'\ndescripton = 'x'\n[dependecies]\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Warning{
		{Message: "unused manifest key: dependecies\nhelp: a key with a similar name exists: `dependencies`", At: tomldoc.Position{Line: 5, Column: 2}},
		{Message: "unused manifest key: package.descripton\nhelp: a key with a similar name exists: `description`", At: tomldoc.Position{Line: 4, Column: 1}},
	}
	if len(m.Warnings) != 2 || m.Warnings[0] != want[0] || m.Warnings[1] != want[1] {
		t.Errorf("got %+v, want %+v", m.Warnings, want)
	}
}

func TestLintFlags(t *testing.T) {
	m, err := read(t, "[package]\nname = 'a'\n[lints.rust]\nb = 'warn'\na = {level = 'deny', priority = 1}\nunexpected_cfgs = {level = 'allow', check-cfg = ['cfg(x)']}\n[lints.clippy]\nall = {level = 'forbid', priority = -1}\nb = 'allow'\n[lints.cargo]\nx = 'warn'\n")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(m.Package.LintFlags, " ")
	if want := "--forbid=clippy::all --allow=unexpected_cfgs --allow=clippy::b --warn=b --deny=a --check-cfg cfg(x)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestCheckCfgOfWorkspaces: what no package inherits is not looked at, as with stock.
func TestCheckCfgOfWorkspaces(t *testing.T) {
	lints := "[workspace.lints.rust]\nunexpected_cfgs = {level = 'warn', check-cfg = 'cfg(x)'}\n"
	if _, err := read(t, lints); err != nil {
		t.Errorf("nobody inherits it: %v", err)
	}
	if _, err := read(t, "[package]\nname = 'a'\n[lints]\nworkspace = true\n"+lints); err == nil {
		t.Error("it is inherited, and is no array")
	}
}

// TestHyphensInLints: rustc takes both spellings, and stock says nothing of either.
func TestHyphensInLints(t *testing.T) {
	m, err := read(t, "[package]\nname = 'a'\nversion = '1.0.0'\nedition = '2021'\n[lints.rust]\nunused-variables = 'deny'\nunused_variables = 'allow'\n[lints.clippy]\nneedless-return = 'allow'\n")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(m.Package.LintFlags, " ")
	if want := "--allow=unused_variables --deny=unused-variables --allow=clippy::needless-return"; got != want || len(m.Warnings) > 0 {
		t.Errorf("got  %s, %+v\nwant %s", got, m.Warnings, want)
	}
}

// TestInheritedPathsAreOfTheRoot: what a member inherits is where the root says.
func TestInheritedPathsAreOfTheRoot(t *testing.T) {
	root, err := parse(File{Path: filepath.FromSlash("/w/Cargo.toml"), Files: fstest.MapFS{"README": {}}}, "Cargo.toml",
		"[workspace]\nmembers = ['m']\n[workspace.package]\nlicense-file = 'docs/LIC'\n[workspace.dependencies]\nd = {path = 'd/e'}\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	member := File{Path: filepath.FromSlash("/w/m/n/Cargo.toml"), Files: fstest.MapFS{"src/lib.rs": {}}, Root: func(string) (*Workspace, error) { return root.Workspace, nil }}
	m, err := parse(member, "m/n/Cargo.toml", "[package]\nname = 'n'\nlicense-file.workspace = true\nreadme.workspace = true\n[dependencies]\nd.workspace = true\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := filepath.ToSlash(*m.Package.LicenseFile), "../../docs/LIC"; got != want {
		t.Errorf("license-file is %s, want %s", got, want)
	}
	if got, want := filepath.ToSlash(*m.Package.Readme), "../../README"; got != want {
		t.Errorf("readme is %s, want %s", got, want)
	}
	if got, want := m.Package.Summary.Deps[0].Source.Dir(), filepath.FromSlash("/w/d/e"); got != want {
		t.Errorf("the dependency is in %s, want %s", got, want)
	}
}

func TestNightlyAllowsCargoFeatures(t *testing.T) {
	text := "cargo-features = ['profile-rustflags']\n[package]\nname = 'a'\n[profile.dev]\nrustflags = ['-g']\n"
	if _, err := read(t, text); err == nil {
		t.Error("the stable version takes an unstable feature")
	}
	m, err := parse(File{Path: filepath.FromSlash("/w/Cargo.toml"), Files: fstest.MapFS{"src/lib.rs": {}}}, "Cargo.toml", text, Options{Nightly: true})
	if err != nil || len(m.Profiles) != 1 || len(m.Profiles[0].Settings.Rustflags) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[package]\nname = 'a'\nversion = '1.0.0'\nedition.workspace = true\n[workspace.package]\nedition = '2021'\n[dependencies]\nx = {git = 'https://e.com/x', features = ['y']}\n[target.'cfg(unix)'.dev-dependencies]\nz = '1'\n[features]\nq = ['x?/y']\n[lints.rust]\na = 'warn'\n[profile.dev]\ndebug = 1\n[patch.crates-io]\nw = {path = 'w'}\n[[bin]]\nname = 'v'\npath = 'u'\n")
	f.Add("[workspace]\nmembers = ['a*']\n[replace]\n'x:1.0.0' = {path = 'x'}\n[workspace.dependencies]\na = {version = '1'}\n[workspace.lints.rust]\nx = {level = 'deny', priority = 3}")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := read(t, text)
		if err != nil {
			_ = err.Error()
			return
		}
		if m.Package == nil && m.Workspace == nil {
			t.Fatal("neither a package nor a workspace")
		}
		if m.Package != nil && (m.Package.Summary == nil || len(m.Package.Targets) == 0) {
			t.Fatalf("%+v", m.Package)
		}
	})
}

// TestStrip: true and false have other names for the compiler; as strings they are handed on, and it refuses them.
func TestStrip(t *testing.T) {
	for written, want := range map[string]string{"true": "symbols", "false": "none", "'true'": "true", "'debuginfo'": "debuginfo"} {
		m, err := read(t, "[package]\nname='a'\n[profile.dev]\nstrip="+written)
		if err != nil || *m.Profiles[0].Settings.Strip != want {
			t.Errorf("%s: %v", written, err)
		}
	}
}
