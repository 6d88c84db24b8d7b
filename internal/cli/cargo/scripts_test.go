package cargo_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// withoutScript leaves out where the script itself lies.
func withoutScript(r stock.Result) string {
	return regexp.MustCompile("`[^`]*/build[-_]script[-_]build[^`]*`").ReplaceAllString(r.Stderr, "`<script>`")
}

// A build script that fails, by what it says or by how it ends: what is said of it is stock's.
func TestScriptsThatFailAsByStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("src/lib.rs", "")
	const says = `println!("cargo::warning=look"); println!("cargo::error=one"); println!("talk"); eprintln!("more"); println!("cargo::error=two"); `
	for _, ends := range []string{"", "std::process::exit(3)"} {
		p.write("build.rs", "fn main() { "+says+ends+" }\n")
		for _, line := range []string{"check", "check -q"} {
			p.both(nil, line, func(theirs, ours stock.Result) bool {
				return theirs.Code != 101 || withoutScript(theirs) != withoutScript(ours)
			})
		}
	}
}

// What a script says is said once more when its package does not compile, and then of anybody's package. The command runs twice: then
// nothing is downloaded, and the package has been compiled up to there.
func TestScriptsOfWhatDoesNotCompile(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	far, err := cratekit.FromManifest("[package]\nname = \"far\"\nversion = \"1.0.0\"\nedition = \"2021\"\n", map[string]string{"src/lib.rs": "x", "build.rs": `fn main() { println!("cargo::warning=far") }`})
	if err != nil {
		t.Fatal(err)
	}
	s := registryserver.Run(t, registryserver.Options{}, far)
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	p.pkg("user", "user", "0.1.0", "[dependencies]\nfar = \"1\"\n")
	p.pkg("own", "own", "0.1.0", "")
	p.write("own/src/lib.rs", "x")
	p.write("own/build.rs", `fn main() { println!("cargo::warning=near") }`)
	for _, line := range []string{"check --manifest-path user/Cargo.toml", "check --manifest-path own/Cargo.toml"} {
		p.berth(nil, strings.Fields(line)...)
		p.both(nil, line, func(theirs, ours stock.Result) bool {
			return strings.Count(theirs.Stderr, "@") == 0 || strings.Count(theirs.Stderr, "@") != strings.Count(ours.Stderr, "@")
		})
	}
}

// Profiles that differ in nothing but their names: what a script has made for one is not looked for in the directory of
// the other.
func TestScriptsOfProfilesThatAreTheSame(t *testing.T) {
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "[profile.odd]\ninherits = \"dev\"\n")
	p.write("build.rs", "fn main() { std::fs::write(std::env::var(\"OUT_DIR\").unwrap() + \"/x.rs\", \"1\").unwrap(); }\n")
	p.write("src/lib.rs", "pub const X: u8 = include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));\n")
	for _, line := range []string{"check", "check --profile odd", "check"} {
		if r := p.berth(nil, strings.Fields(line)...); r.Code != 0 {
			t.Errorf("cargo %s: %+v", line, r)
		}
	}
}

// What a script can see of itself, and tools of it, is called as by stock: its own name and place, what the lines of -v and
// the messages in JSON name.
func TestNamesOfScriptsAsByStock(t *testing.T) {
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "build = \"gen/my-gen.rs\"\n")
	p.write("gen/my-gen.rs", `use std::{env, path::Path};
fn main() {
	let out = env::var("OUT_DIR").unwrap();
	let profile = Path::new(&out).ancestors().nth(3).unwrap();
	println!("cargo::warning={:?} {:?} {:?}", Path::new(&env::args().next().unwrap()).strip_prefix(profile), env::current_exe().unwrap().strip_prefix(profile), profile.file_name());
	for name in ["deps", "examples", "build"] { println!("cargo::warning={} {}", name, profile.join(name).is_dir()) }
}
`)
	hash, dir := regexp.MustCompile(`[0-9a-f]{16}`), regexp.MustCompile(`[^"`+"`"+`]*/(build[-_]script|out")`)
	seen := func(text string) (lines []string) {
		for line := range strings.Lines(text) {
			if strings.Contains(line, "warning") || strings.Contains(line, `"custom-build"`) || strings.Contains(line, "build-script-executed") ||
				strings.Contains(line, "Running") && !strings.Contains(line, "--crate-name") {
				lines = append(lines, dir.ReplaceAllString(hash.ReplaceAllString(line, "<hash>"), "<dir>/$1"))
			}
		}
		return lines
	}
	for _, line := range []string{"check -v", "check --message-format json --target-dir other", "check --target-dir third -v --target x86_64-unknown-linux-gnu"} {
		words := strings.Fields(line)
		theirs, ours := p.stock(nil, words...), p.berth(nil, words...)
		want, got := seen(theirs.Stdout+theirs.Stderr), seen(ours.Stdout+ours.Stderr)
		if !slices.Equal(want, got) || len(want) < 3 {
			t.Errorf("cargo %s\n%s\nstock:\n%s", line, strings.Join(got, ""), strings.Join(want, ""))
		}
	}
}

// What scripts name in the directory of the profile, programs, tests and tests in documentation find their libraries in, and
// nowhere else outside of OUT_DIR.
func TestSearchPathsInTheProfileBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	p.write("build.rs", "fn main() {\n\tlet dir = std::env::var(\"CARGO_MANIFEST_DIR\").unwrap();\n\tfor name in [\"target/debug/own\", \"target/debug/dir=equal\", \"target/other\"] {\n\t\tprintln!(\"cargo::rustc-link-search=native={dir}/{name}\");\n\t}\n}\n")
	p.write("src/main.rs", "fn main() { p::show() }\n")
	p.write("src/lib.rs", `/// `+"```"+`
/// p::show();
/// `+"```"+`
pub fn show() {
	let found = std::env::var(if cfg!(target_os = "macos") { "DYLD_FALLBACK_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" }).unwrap();
	let has = |name: &str| std::env::split_paths(&found).any(|dir| dir == std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
	assert!(has("target/debug/own") && has("target/debug/dir=equal") && !has("target/other"), "{found}");
}
#[test]
fn finds() { show() }
`)
	for _, line := range []string{"run -q", "test -q --lib", "test -q --doc"} {
		if r := p.berth(nil, strings.Fields(line)...); r.Code != 0 {
			t.Errorf("%s: %+v", line, r)
		}
	}
	if r := p.stock(nil, "run", "-q"); r.Code != 0 {
		t.Errorf("stock: %+v", r)
	}
}
