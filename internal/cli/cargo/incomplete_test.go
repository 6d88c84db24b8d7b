package cargo_test

import (
	"regexp"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// A compiler that ends well and has not made what it was called for: the wrapper of rust-analyzer does so, and `cargo rustc
// -- --print`. As with stock nothing fails that can do without, what cannot says so, and the next build makes it anew.
func TestACompilerThatMakesNothing(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("src/lib.rs", "pub fn f() {}\n")
	p.write("src/main.rs", "fn main() { p::f() }\n")
	lazy := []string{"RUSTC_WRAPPER=" + p.write("wrapper", "#!/bin/sh\ncase \"$*\" in *src/lib.rs*) exit 0 ;; esac\nexec \"$@\"\n")}
	path, took := regexp.MustCompile(`(/\S*/(deps|out|[0-9a-f]{8}|[^/ ]*\.from)/)?libp-[0-9a-f]{16}`), regexp.MustCompile(` in [0-9.]+s`)
	words := func(r stock.Result) stock.Result {
		return stock.Result{Code: r.Code, Stdout: path.ReplaceAllString(r.Stdout, "libp"), Stderr: took.ReplaceAllString(path.ReplaceAllString(r.Stderr, "libp"), "")}
	}
	for _, c := range []struct {
		line  string
		extra []string
		code  int
	}{
		{"check --lib", lazy, 0},
		{"check --lib", lazy, 0},
		{"build --lib --message-format json-render-diagnostics", lazy, 0},
		{"build", lazy, 101},
		{"build", lazy, 101},
		{"build", nil, 0},
		{"build", nil, 0},
		{"rustc --lib -- --print file-names", nil, 0},
		{"rustc --lib -- --print file-names", nil, 0},
	} {
		theirs, ours := words(p.stock(c.extra, strings.Fields(c.line)...)), words(p.berth(c.extra, strings.Fields(c.line)...))
		if theirs.Code != c.code || theirs != ours {
			t.Errorf("cargo %s\nstock: %+v\nberth: %+v", c.line, theirs, ours)
		}
	}
}
