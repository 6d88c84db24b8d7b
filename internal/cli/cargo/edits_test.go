package cargo_test

import (
	"regexp"
	"testing"
)

// TestEditsKeepTheWay: a compiler finds what it kept for the next time of use only if its outputs go to the same path.
func TestEditsKeepTheWay(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", onePackage)
	var seen []string
	for _, text := range []string{"pub fn a() {}\n", "pub fn b() {}\n"} {
		p.write("src/lib.rs", text)
		r := p.berth([]string{"CARGO_INCREMENTAL=1"}, "build", "-v")
		found := regexp.MustCompile(`--out-dir (\S+)`).FindStringSubmatch(r.Stderr)
		if r.Code != 0 || found == nil {
			t.Fatalf("%+v", r)
		}
		seen = append(seen, found[1])
	}
	if seen[0] != seen[1] {
		t.Errorf("outputs went to %q", seen)
	}
}
