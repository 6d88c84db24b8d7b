package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPathsThatAreNoText: programs read what is printed as UTF-8, and are told instead that it is none.
func TestPathsThatAreNoText(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.dir = filepath.Join(p.dir, "\xff")
	p.pkg(p.dir, "app", "0.1.0", "")
	for _, line := range []string{"metadata --format-version 1", "metadata --format-version 1 --no-deps", "read-manifest", "locate-project", "locate-project --message-format plain", "pkgid"} {
		theirs, ours := p.stock(nil, strings.Fields(line)...), p.berth(nil, strings.Fields(line)...)
		if theirs.Code != ours.Code || theirs.Stdout != ours.Stdout || !utf8.ValidString(ours.Stdout) {
			t.Errorf("cargo %s: %+v; stock %+v", line, ours, theirs)
		}
	}
}
