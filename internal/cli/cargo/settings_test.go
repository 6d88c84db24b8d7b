package cargo_test

import (
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// Variables that carry what is unusual, or is no value of theirs: what works and what is refused is as with stock, whoever asks.
func TestUnusualSettingsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	colored := func(r stock.Result) bool { return strings.Contains(r.Stderr, "\x1b[") }
	for _, variable := range []string{
		"RUSTC=rustc", "CARGO_BUILD_RUSTC=rustc", "RUSTC=no-such-compiler", "RUSTDOC=no-such-rustdoc", "CARGO_NET_OFFLINE=1", "CARGO_TERM_QUIET=1", "CARGO_TERM_COLOR=", "CARGO_TERM_PROGRESS_WHEN=yes",
		"CARGO_BUILD_ANALYSIS=1", "CARGO_BUILD_ANALYSIS_X=1", "CLICOLOR_FORCE=1",
	} {
		for _, line := range []string{"check", "pkgid"} {
			if line == "check" || !strings.Contains(variable, "ANALYSIS") { // which stock looks at in each command
				p.both([]string{variable}, line, func(theirs, ours stock.Result) bool { return colored(theirs) != colored(ours) })
			}
		}
	}
}

// Results that take each other's place are told, and the same is refused as by stock. What follows the first line is in words of our own.
func TestCollisionsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\nresolver = \"2\"\n")
	for _, name := range []string{"a", "b", "c"} {
		p.pkg(name, name, "0.1.0", "")
		p.write(name+"/examples/same.rs", "fn main() {}\n")
	}
	p.write("a/src/bin/tool.rs", "fn main() {}\n")
	p.write("b/src/bin/tool.rs", "fn main() {}\n")
	p.write("b/src/bin/b.rs", "fn main() {}\n")
	p.pkg("c", "c", "0.1.0", "[lib]\nname = \"a\"\n")
	collisions := func(r stock.Result) (lines []string) {
		for line := range strings.Lines(r.Stderr) {
			if strings.Contains(line, "collision") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	told := 0
	for _, line := range []string{"build --workspace --bins", "build --workspace --bins -q", "build --examples -p a -p b", "build", "check --workspace --all-targets", "doc -p a -p b --no-deps", "doc -p b --lib --bins", "doc --workspace"} {
		p.both(nil, line, func(theirs, ours stock.Result) bool {
			told += len(collisions(theirs))
			return !slices.Equal(collisions(theirs), collisions(ours))
		})
	}
	if told < 5 {
		t.Errorf("stock tells of %d collisions", told)
	}
}
