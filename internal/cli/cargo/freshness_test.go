package cargo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// remade are the units that a run with -v has made, by what it called.
func remade(r stock.Result) []string {
	name, emit := regexp.MustCompile(`--crate-name (\S+)`), regexp.MustCompile(`--emit=(\S+)`)
	var units []string
	for line := range strings.Lines(r.Stderr) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "Running `") {
			continue
		}
		switch found := name.FindStringSubmatch(line); {
		case found != nil:
			unit := found[1]
			if e := emit.FindStringSubmatch(line); e != nil {
				unit += " " + e[1]
			}
			if strings.Contains(line, " --test ") {
				unit += " test"
			}
			units = append(units, unit)
		case strings.Contains(line, "build-script-build") || strings.Contains(line, "build_script_build"):
			units = append(units, "script")
		}
	}
	slices.Sort(units)
	return units
}

// step is an edit, and a command behind it.
type step struct {
	why   string
	edit  func(p *pair)
	line  string
	env   []string
	ours  []string // where they differ on purpose
	other bool
}

// What is made again after an edit is what stock makes again. It takes some 30 calls of rustc for each of both, because
// what is to be shown is what real compilers say that they read.
func TestRemadeAsByStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n")
	manifest := "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\ndescription = \"d\"\n[features]\nf = []\n[dependencies]\nb = { path = \"../b\" }\n"
	p.write("a/Cargo.toml", manifest)
	p.write("a/build.rs", "fn main() { println!(\"cargo::rerun-if-changed=data\"); println!(\"cargo::rerun-if-env-changed=ZED\"); println!(\"cargo::rerun-if-env-changed=OUT_DIR\"); println!(\"cargo::rustc-env=GEN=1\"); }\n")
	p.write("a/data", "1")
	p.write("a/src/lib.rs", "pub fn f() -> u32 { b::g() }\npub const D: &str = env!(\"CARGO_PKG_DESCRIPTION\");\npub const O: Option<&str> = option_env!(\"OPT\");\n")
	p.write("a/src/main.rs", "fn main() { println!(\"{}\", a::f()) }\n")
	p.write("b/Cargo.toml", "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("b/src/lib.rs", "pub fn g() -> u32 { 3 }\n")
	write := func(name, text string) func(*pair) { return func(p *pair) { p.write(name, text) } }
	touch := func(p *pair) { p.write("b/src/lib.rs", "pub fn g() -> u32 { 4 }\n") }
	steps := []step{
		{why: "nothing was there", line: "build -v"},
		{why: "nothing changed", line: "build -v"},
		{why: "check is another matter", line: "check -v"},
		{why: "a library", edit: touch, line: "check -v"},
		{why: "the same, built", line: "build -v"},
		{why: "touched only", edit: touch, line: "build -v", other: true},
		{why: "the program", edit: write("a/src/main.rs", "fn main() { println!(\"{}\", a::f() + 1) }\n"), line: "build -v"},
		{why: "what the script reads", edit: write("a/data", "2"), line: "check -v", other: true,
			ours: []string{"a dep-info,metadata", "script"}}, // the program was edited before; the script says what it said, so that the library stays
		{why: "what it does not read", edit: write("a/more", "2"), line: "check -v"},
		{why: "its variable", line: "check -v", env: []string{"ZED=1"}, other: true, ours: []string{"script"}},
		{why: "a variable of the source", line: "check -v", env: []string{"ZED=1", "OPT=x"}},
		{why: "the same again", line: "check -v", env: []string{"ZED=1", "OPT=x"}},
		{why: "the description", edit: write("a/Cargo.toml", strings.Replace(manifest, `"d"`, `"e"`, 1)), line: "check -v", env: []string{"ZED=1", "OPT=x"}, other: true,
			ours: []string{"a dep-info,metadata", "a dep-info,metadata", "script"}}, // a script may look at it
		{why: "a comment in the manifest", edit: write("a/Cargo.toml", strings.Replace(manifest, `"d"`, `"e"`, 1)+"# c\n"), line: "check -v", env: []string{"ZED=1", "OPT=x"}},
		{why: "a feature", line: "check -v -p a --features f", env: []string{"ZED=1", "OPT=x"}},
		{why: "flags", line: "check -v", env: []string{"ZED=1", "OPT=x", "RUSTFLAGS=--cfg x"}},
		{why: "the script", edit: write("a/build.rs", "fn main() { println!(\"cargo::rerun-if-changed=data\"); println!(\"cargo::rustc-env=GEN=2\"); }\n"), line: "check -v"},
		{why: "tests", line: "test --no-run -v -p b"},
		{why: "tests, fresh", line: "test --no-run -v -p b"},
		{why: "the program is gone from its place", edit: func(p *pair) {
			for _, dir := range []string{"theirs", "ours"} {
				if err := os.Remove(filepath.Join(p.dir, dir, "debug", "a")); err != nil {
					p.Fatal(err)
				}
			}
		}, line: "build -v -p a"},
	}
	for _, s := range steps {
		if s.edit != nil {
			s.edit(p)
		}
		theirs, ours := p.apart(s.env, s.line)
		if theirs.Code != 0 || ours.Code != 0 {
			t.Fatalf("%s: %s\n%s", s.why, theirs.Stderr, ours.Stderr)
		}
		want := remade(theirs)
		if s.other {
			want = s.ours
		}
		if got := remade(ours); !slices.Equal(got, want) {
			t.Errorf("%s: `cargo %s` has made\n%q, expected\n%q", s.why, s.line, got, want)
		}
	}
}
