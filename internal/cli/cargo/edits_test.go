package cargo_test

import (
	"regexp"
	"slices"
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
