package cargo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTimings: the report is there after a build, and after one that fails; test and check have it too.
func TestTimings(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "a", "0.1.0", "")
	for _, c := range []struct {
		line, edit, want string
		code             int
	}{
		{line: "build --timings", want: "Made here</th><td>1 units"},
		{line: "build --timings", want: "1 units of this workspace"},
		{line: "test --no-run --timings", want: "a v0.1.0 (test)"},
		{line: "check --timings", edit: "fn f( {", want: "1 units failed", code: 101},
	} {
		if c.edit != "" {
			p.write("src/lib.rs", c.edit)
		}
		r := p.berth(nil, strings.Fields(c.line)...)
		_, path, _ := strings.Cut(r.Stderr, "      Timing report saved to ")
		path, rest, _ := strings.Cut(path, "\n")
		page, err := os.ReadFile(path)
		if err != nil || r.Code != c.code || !strings.Contains(string(page), c.want) || c.code == 0 && !strings.Contains(rest, "Finished ") {
			t.Errorf("cargo %s: %+v, %v", c.line, r, err)
		}
		if last, err := os.ReadFile(filepath.Join(p.dir, "target", "cargo-timings", "cargo-timing.html")); err != nil || string(last) != string(page) {
			t.Errorf("%v", err)
		}
	}
}
