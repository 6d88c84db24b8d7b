package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
)

// TestEditedVendoredPackage: one that was edited is never compiled, and does not stand in the way of what was compiled before.
func TestEditedVendoredPackage(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	if err := cratekit.Vendor(filepath.Join(p.dir, "vendor"), cratekit.New("dep", "1.0.0"), cratekit.New("other", "1.0.0")); err != nil {
		t.Fatal(err)
	}
	p.write(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n")
	p.pkg(".", "app", "0.1.0", "[dependencies]\ndep = \"1\"\nother = \"1\"\n")
	p.both(nil, "check", neither)
	p.write("vendor/dep-1.0.0/src/lib.rs", "// edited")
	p.both(nil, "check", neither)
	if r := p.berth(nil, "check"); r.Code != 0 {
		t.Errorf("what is there is not used: %+v", r)
	}
	p.both(nil, "check --release", neither)
	r := p.berth(nil, "check", "--release", "--keep-going")
	if r.Code != 101 || !strings.Contains(r.Stderr, "the listed checksum of") || !strings.Contains(r.Stderr, "\nactual:") {
		t.Errorf("an edited package is compiled, or nobody knows why not: %+v", r)
	}
}
