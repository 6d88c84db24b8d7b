//go:build unix

package cargo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLinkThatLeadsBack: who lists a package for its build script tells, once, that it goes in a circle.
func TestLinkThatLeadsBack(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "app", "0.1.0", "")
	p.write("build.rs", "fn main() {}")
	p.write("a/b/c/file", "")
	if err := os.Symlink(filepath.Join(p.dir, "a", "b"), filepath.Join(p.dir, "a", "b", "c", "back")); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		theirs, ours := p.apart(nil, "check")
		if ours.Code != 0 || strings.Count(theirs.Stderr, "warning: ") != 1 || strings.Count(ours.Stderr, "warning: ") != 1 {
			t.Errorf("%+v\nstock %+v", ours, theirs)
		}
	}
}
