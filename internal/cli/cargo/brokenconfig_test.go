package cargo_test

import (
	"strings"
	"testing"
)

// A configuration that cannot be read ends whatever needs it, with one error, and nothing else.
func TestBrokenConfigurationBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "")
	p.write(".cargo/config.toml", "[build]\njobs = 1\n[build]\n")
	for _, line := range []string{"package --list", "info x", "add x", "tree", "pkgid", "check", "run", "remove x", "update", "vendor", "uninstall x", "clean", "locate-project --workspace"} {
		theirs, ours := p.stock(nil, strings.Fields(line)...), p.berth(nil, strings.Fields(line)...)
		if theirs.Code != 101 || ours.Code != 101 || !strings.HasPrefix(ours.Stderr, "error: duplicate key") {
			t.Errorf("cargo %s\nstock: %+v\nberth: %+v", line, theirs, ours)
		}
	}
	p.both(nil, "locate-project", stderr)
}
