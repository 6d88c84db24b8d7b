package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestMetadataOfOddDependencies: one without a library is none, one with two names is refused, and RUSTFLAGS decide about cfg(…).
func TestMetadataOfOddDependencies(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	base := p.dir
	p.write("bin/Cargo.toml", "[package]\nname = \"bin\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nlib = { path = \"../lib\" }\n")
	p.write("bin/src/main.rs", "fn main() {}")
	p.pkg("lib", "lib", "0.1.0", "")
	p.pkg("app", "app", "0.1.0", "[dependencies]\nbin = { path = \"../bin\" }\n")
	p.pkg("twice", "twice", "0.1.0", "[dependencies]\nlib = { path = \"../lib\" }\nother = { path = \"../lib\", package = \"lib\" }\n")
	p.pkg("flags", "flags", "0.1.0", "[target.'cfg(mine)'.dependencies]\nlib = { path = \"../lib\" }\n")
	for _, dir := range []string{"app", "twice", "flags"} {
		p.dir = filepath.Join(base, dir)
		for _, flags := range []string{"", "--cfg=mine"} {
			for _, line := range []string{"metadata --format-version 1", "metadata --format-version 1 --filter-platform host-tuple", "tree", "tree --target host-tuple"} {
				theirs, ours := p.stock([]string{"RUSTFLAGS=" + flags}, strings.Fields(line)...), p.berth([]string{"RUSTFLAGS=" + flags}, strings.Fields(line)...)
				if theirs.Code != ours.Code || theirs.Stdout != ours.Stdout {
					t.Errorf("%s: RUSTFLAGS=%s cargo %s: %+v; stock %+v", dir, flags, line, ours, theirs)
				}
			}
		}
	}
}

// TestDepthIsNoNumber ends with the code of a line that cannot be read.
func TestDepthIsNoNumber(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "app", "0.1.0", "")
	p.both(nil, "tree --depth x", firstLine)
	p.both(nil, "tree --depth=-1", firstLine)
	p.both(nil, "tree --target", firstLine)
}
