package cargo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEditsKeepTheWay: a compiler finds what it kept for the next time of use only if its outputs go to the same path, and the
// path packages that it compiles against come from the same.
func TestEditsKeepTheWay(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", onePackage)
	p.write("src/main.rs", "fn main() {}\n")
	var seen [][]string
	for _, text := range []string{"pub fn a() {}\n", "pub fn b() {}\n"} {
		p.write("src/lib.rs", text)
		r := p.berth([]string{"CARGO_INCREMENTAL=1"}, "build", "-v")
		found := regexp.MustCompile(`--out-dir \S+|--extern \S+|-L \S+`).FindAllString(r.Stderr, -1)
		if r.Code != 0 || len(found) != 4 {
			t.Fatalf("%q %+v", found, r)
		}
		slices.Sort(found)
		seen = append(seen, found)
	}
	if !slices.Equal(seen[0], seen[1]) {
		t.Errorf("paths were %q", seen)
	}
}

// TestEditsKeepOutDir: a build script that runs again and makes the same has the same OUT_DIR, as with stock: the compiler
// makes what it keeps for the next time depend on it. What it makes anew is another's.
func TestEditsKeepOutDir(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", onePackage)
	p.write("build.rs", `fn main() {
    let text = std::fs::read_to_string("generated.txt").unwrap();
    std::fs::write(std::env::var("OUT_DIR").unwrap() + "/generated.rs", text).unwrap();
}`)
	p.write("src/main.rs", `fn main() { print!("{}", p::generated()); }`)
	outDir := func(generated, edit string) string {
		t.Helper()
		p.write("generated.txt", "pub fn generated() -> &'static str { \""+generated+"\" }")
		p.write("src/lib.rs", `include!(concat!(env!("OUT_DIR"), "/generated.rs"));`+edit)
		r := p.berth(nil, "run", "--message-format", "json")
		found := regexp.MustCompile(`"out_dir":"([^"]*)"`).FindStringSubmatch(r.Stdout)
		if r.Code != 0 || found == nil || !strings.HasSuffix(r.Stdout, "\n"+generated) {
			t.Fatalf("%+v", r)
		}
		return found[1]
	}
	first, edited, other, back := outDir("one", ""), outDir("one", "pub fn a() {}"), outDir("two", "pub fn a() {}"), outDir("one", "")
	if first != edited || first == other || first != back {
		t.Errorf("OUT_DIR was %q", []string{first, edited, other, back})
	}
}
