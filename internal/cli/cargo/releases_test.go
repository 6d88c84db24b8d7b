package cargo_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"berth/internal/dialect"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/stock"
)

// release is one way in which later releases differ.
type release struct {
	name  string
	first dialect.Release // that does so
	files map[string]string
	env   []string
	line  string
	code  int
	says  []string
	not   []string // what is not said
	there string   // a file that is made, as a pattern
}

const onePackage = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"

func releases() []release {
	unusedInLib := map[string]string{"src/lib.rs": "fn unused() {}\n", "src/main.rs": "fn main() {}\n"}
	script := `fn main() {
    let up = std::path::PathBuf::from(std::env::var("OUT_DIR").unwrap());
    let up = up.parent().unwrap().parent().unwrap();
    let remap = std::env::var("CARGO_TRIM_PATHS_REMAP").map(|v| if v.is_empty() { "empty".to_owned() } else { v });
    println!("cargo::warning={}, {}, build/{}", std::env::var("CARGO_TRIM_PATHS_SCOPE").unwrap_or_default(), remap.unwrap_or_default(), up.file_name().unwrap().to_str().unwrap());
}`
	unusedDependency := map[string]string{
		"Cargo.toml": onePackage + "\n[dependencies]\nd = { path = \"d\" }\n", "src/main.rs": "fn main() {}\n",
		"d/Cargo.toml": strings.Replace(onePackage, `"p"`, `"d"`, 1), "d/src/lib.rs": "",
	}
	inherited := map[string]string{
		"Cargo.toml":   "[workspace]\nmembers = [\"m\"]\nresolver = \"3\"\n[workspace.dependencies]\nd = { path = \"d\" }\n",
		"d/Cargo.toml": "[package]\nname = \"d\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[features]\ndefault = [\"on\"]\non = []\n", "d/src/lib.rs": "",
		"m/Cargo.toml": "[package]\nname = \"m\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[dependencies]\nd = { workspace = true, default-features = false }\n", "m/src/lib.rs": "",
	}
	return []release{
		{name: "-m", first: 97, line: "check -m ./Cargo.toml", says: []string{"Finished `dev` profile"}},
		{name: "warnings denied", first: 97, files: unusedInLib, env: []string{"CARGO_BUILD_WARNINGS=deny"}, line: "build", code: 101,
			says: []string{"error: `p` (lib) generated 1 warning", "error: warnings are denied by `build.warnings` configuration"}, not: []string{"Finished"}},
		{name: "warnings denied, and on", first: 97, files: unusedInLib, env: []string{"CARGO_BUILD_WARNINGS=deny"}, line: "build --keep-going", code: 101,
			says: []string{"error: `p` (lib) generated 1 warning", "Finished", "error: warnings are denied by `build.warnings` configuration"}},
		{name: "warnings allowed", first: 97, files: unusedInLib, env: []string{"CARGO_BUILD_WARNINGS=allow"}, line: "build", says: []string{"Finished"}, not: []string{"warning:"}},
		{name: "lock file elsewhere", first: 97, env: []string{"CARGO_RESOLVER_LOCKFILE_PATH=other/deep/Cargo.lock"}, line: "generate-lockfile", there: "other/deep/Cargo.lock"},
		{name: "lock file of another name", first: 97, env: []string{"CARGO_RESOLVER_LOCKFILE_PATH=other"}, line: "generate-lockfile", code: 101,
			says: []string{"the `resolver.lockfile-path` must be a path to a Cargo.lock file"}},
		{name: "flags of rustdoc by cfg", first: 96, files: map[string]string{".cargo/config.toml": "[target.'cfg(all())']\nrustdocflags = [\"--cfg=mine\"]\n"}, line: "doc -v",
			says: []string{"--cfg=mine"}},
		{name: "profile debug", first: 99, line: "build --profile debug", says: []string{"Finished `debug` profile [unoptimized + debuginfo]"}},
		{name: "settings of the profile debug", first: 99, files: map[string]string{"Cargo.toml": onePackage + "[profile.debug]\nopt-level = 1\n"}, line: "build --profile debug", says: []string{"Finished `debug` profile [optimized + debuginfo]"}},
		{name: "incremental in CI", first: 99, env: []string{"CI=true"}, line: "build -v", not: []string{"-C incremental="}},
		{name: "incremental in CI, as configured", first: 99, env: []string{"CI=true", "CARGO_BUILD_INCREMENTAL=true"}, line: "build -v", says: []string{"-C incremental="}},
		{name: "unused crates asked for", first: 100, line: "build -v", says: []string{"future-incompat,unused-externs-silent --crate-type lib", "--force-warn=unused_crate_dependencies`"}},
		{name: "programs of plain names", first: 100, files: map[string]string{"src/main.rs": "fn main() {}\n", "src/lib.rs": "#![no_std]"}, line: "rustc -v --bin p -- --emit asm", there: "target/debug/build/p/*/out/p.s"},
		{name: "a directory a unit", first: 100, line: "test --no-run", says: []string{"(target/debug/build/p/"}, not: []string{"deps"}},
		{name: "what build scripts learn", first: 100, files: map[string]string{"build.rs": script}, line: "check", says: []string{"p@0.1.0: none, empty, build/p"}},
		{name: "triple in quotes", first: 100, files: map[string]string{".cargo/config.toml": "[target.\"thumbv8m.main-none-eabihf\"]\nrustflags = [\"--cfg=quoted\"]\n"},
			line: "check -v --target thumbv8m.main-none-eabihf", code: 101, says: []string{"--cfg=quoted"}, not: []string{"reading config"}},
		{name: "triple without quotes", first: 100, files: map[string]string{".cargo/config.toml": "[target.thumbv8m.main-none-eabihf]\nrustflags = [\"--cfg=apart\"]\n"},
			line: "check -v --target thumbv8m.main-none-eabihf", code: 101, says: []string{"--cfg=apart", "warning: reading config from `[target.thumbv8m.main-none-eabihf]`"}},
		{name: "lints of manifests", first: 100, files: map[string]string{"Cargo.toml": onePackage + oddHomepage}, line: "check",
			says: []string{"warning: `package.homepage` is redundant with `package.repository`\n --> Cargo.toml:5:12\n", "`cargo::redundant_homepage` is set to `warn` by default\n", "warning: `p` (manifest) generated 1 warning\n    Checking p v0.1.0"}},
		{name: "a lint denied", first: 100, files: map[string]string{"Cargo.toml": onePackage + oddHomepage + "[lints.cargo]\nstyle = \"deny\"\n"}, line: "fetch", code: 101,
			says: []string{"error: `package.homepage` is redundant", "is set to `deny` in `[lints]`", "error: could not parse `p` (manifest) due to 1 previous error\n"}, not: []string{"lints.cargo"}},
		{name: "a lint's warning denied", first: 100, files: map[string]string{"Cargo.toml": onePackage + oddHomepage}, env: []string{"CARGO_BUILD_WARNINGS=deny"}, line: "check", code: 101,
			says: []string{"warning: `p` (manifest) generated 1 warning", "Finished", "error: warnings are denied by `build.warnings` configuration"}},
		{name: "lints while installing", first: 100, files: map[string]string{"Cargo.toml": onePackage + oddHomepage, "src/main.rs": "fn main() {}"}, line: "install --path . --root r", says: []string{"warning: `p` (manifest) generated 1 warning"}, there: "r/bin/p*"},
		{name: "paths of manifests", first: 98, files: map[string]string{"Cargo.toml": onePackage + "odd = 1\n"}, line: "check", says: []string{"warning: Cargo.toml: unused manifest key: package.odd\nwarning: `p` (manifest) generated 1 warning\n"}},
		{name: "lints that are inherited", first: 98, files: map[string]string{"Cargo.toml": onePackage + "[lints]\nworkspace = true\n[workspace.lints.rust]\nmissing_docs = { level = \"allow\", odd = 1 }\n"}, line: "check",
			says: []string{"warning: `p` (manifest) generated 2 warnings\n"}},
		{name: "names of lints with hyphens", first: 99, files: map[string]string{"Cargo.toml": onePackage + "[lints.rust]\nunsafe-code = \"allow\"\n"}, line: "check",
			says: []string{"`lints.rust.unsafe-code` is deprecated in favor of `lints.rust.unsafe_code` and will not work in a future edition"}},
		{name: "unused dependencies", first: 100, files: unusedDependency, line: "check", says: []string{"warning: unused dependency `d`", "7 | d = { path = \"d\" }", "`cargo::unused_dependencies` is set to `warn` by default", "warning: `p` (manifest) generated 1 warning"}},
		{name: "unused dependencies, of all targets", first: 100, files: unusedDependency, line: "test", says: []string{"warning: unused dependency `d`"}},
		{name: "unused dependencies denied", first: 100, files: unusedDependency, env: []string{"CARGO_BUILD_WARNINGS=deny"}, line: "check", code: 101,
			says: []string{"Finished", "error: warnings are denied by `build.warnings` configuration"}},
		{name: "a registry that is none", first: 96, files: map[string]string{"Cargo.toml": onePackage + "[dependencies]\na = { version = \"1\", registry = \"own\" }\n",
			".cargo/config.toml": "[net]\nretry = 0\n[registries.own]\nindex = \"sparse+http://127.0.0.1:1/\"\n"}, line: "fetch", code: 101,
			says: []string{"Caused by:\n  failed to load source for dependency `a`\n\nCaused by:\n  unable to update registry `own`\n\nCaused by:\n  download of config.json failed\n"}},
		{name: "a path to nowhere", first: 99, files: map[string]string{"Cargo.toml": onePackage + "[dependencies]\na = { path = \"nowhere\" }\n"}, line: "fetch", code: 101,
			says: []string{"error: no matching package named `a` found\nlocation searched: "}},
		{name: "the word for a target", first: 100, line: "build -h", says: []string{"--target [<TUPLE>]"}},
		{name: "the word for targets of metadata", first: 100, line: "metadata -h", says: []string{"--filter-platform <TUPLE>"}},
		{name: "default features off", first: 99, files: inherited, line: "tree -e features", not: []string{`d feature "default"`, "warning:"}},
	}
}

// TestReleasesDiffer: what a release of cargo does otherwise than the one before, berth does with that release and no earlier one.
// If the oracle is of such a release, it does the same.
func TestReleasesDiffer(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for release := dialect.First; release <= dialect.Last; release++ {
		p.followed("with-"+strconv.Itoa(int(release)), release)
	}
	for _, r := range releases() {
		t.Run(r.name, func(t *testing.T) {
			answer := func(run func(env []string, words ...string) stock.Result) (wrong []string) {
				p.dir = realDir(t)
				p.write("Cargo.toml", onePackage)
				p.write("src/lib.rs", "")
				for name, text := range r.files {
					p.write(name, text)
				}
				return r.check(p.dir, run(r.env, strings.Fields(r.line)...))
			}
			with := func(release dialect.Release) func([]string, ...string) stock.Result {
				return func(env []string, words ...string) stock.Result {
					return p.berth(env, append([]string{"+with-" + strconv.Itoa(int(release))}, words...)...)
				}
			}
			if wrong := answer(with(dialect.Last)); wrong != nil {
				t.Errorf("%s", strings.Join(wrong, "\n"))
			}
			if wrong := answer(with(r.first)); wrong != nil {
				t.Errorf("the release that began it: %s", strings.Join(wrong, "\n"))
			}
			if wrong := answer(with(r.first - 1)); wrong == nil && r.first > dialect.First && !strings.Contains(r.name, "as configured") {
				t.Error("the release before does so, too")
			}
			if p.theirs.Release() >= r.first {
				if wrong := answer(p.stock); wrong != nil {
					t.Errorf("stock: %s", strings.Join(wrong, "\n"))
				}
			}
		})
	}
}

func (r release) check(dir string, got stock.Result) (wrong []string) {
	said := got.Stdout + got.Stderr
	if got.Code != r.code {
		wrong = append(wrong, said)
	}
	for _, text := range r.says {
		if !strings.Contains(said, text) {
			wrong = append(wrong, "expected "+text+"\n"+said)
		}
	}
	for _, text := range r.not {
		if strings.Contains(said, text) {
			wrong = append(wrong, "not expected "+text+"\n"+said)
		}
	}
	if r.there != "" {
		if found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(r.there))); found == nil {
			wrong = append(wrong, "no file "+r.there)
		}
	}
	return wrong
}

// followed makes a toolchain of the installed compiler and of a cargo that says that it is of a release.
func (p *pair) followed(name string, release dialect.Release) {
	p.Helper()
	tree, peer := realDir(p.T), filepath.Dir(filepath.Dir(p.theirs.Path()))
	version := strings.Replace("1.N.0 (000000000 2026-01-01)", "N", strconv.Itoa(int(release)), 1)
	file := disttree.Tool("cargo", version, disttree.Host(), "")
	p.write(filepath.Join(tree, file.Path), string(file.Data))
	for _, part := range []string{"lib", "bin/rustc", "bin/rustdoc"} {
		if err := os.Symlink(filepath.Join(peer, part), filepath.Join(tree, part)); err != nil {
			p.Fatal(err)
		}
	}
	p.toolchain(name, tree)
}
