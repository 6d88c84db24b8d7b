package cargo_test

import (
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
