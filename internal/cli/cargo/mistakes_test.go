package cargo_test

import (
	"strings"
	"testing"
)

// What a slip of the user's is answered, where berth says more than stock: the exit code is stock's.
func TestMistakesBesideStock(t *testing.T) {
	t.Parallel()
	const manifest = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
	for _, m := range []struct{ name, manifest, variable, says string }{
		{"a misspelled profile", manifest + "[profile.relase]\nlto = true\n", "", "\n\nhelp: a profile with a similar name exists: `release`"},
		{"a bin without a file", manifest + "[[bin]]\nname = \"pp\"\n", "", "(a target with a similar name exists: `p`)\n --> Cargo.toml:5:1"},
		{"a manifest in UTF-16", "\xff\xfe[\x00p\x00", "", "error: a byte that is not UTF-8: the file has another encoding; save it as UTF-8\n"},
		{"curly quotes", manifest + "[dependencies]\nitoa = “1”\n", "", "error: unexpected character U+201C '“' at start of value\n --> Cargo.toml:6:8\n  |\n6 | itoa = “1”\n  |        ^\n  = help: strings stand in plain quotes: \"…\" or '…'\n"},
		{"a type of crate that there is not", manifest + "[lib]\npath = \"src/main.rs\"\ncrate-type = [\"dilib\"]\n", "",
			"error: unknown crate type `dilib` of `p v0.1.0 ("},
		{"a wrapper that is not there", manifest, "RUSTC_WRAPPER=not-there",
			"\nhelp: install it, or take it out of RUSTC_WRAPPER or `build.rustc-wrapper`, which name it\n"},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.write("Cargo.toml", m.manifest)
			p.write("src/main.rs", "fn main() {}\n")
			env := []string{m.variable}
			if m.variable == "" {
				env = nil
			}
			theirs, ours := p.stock(env, "build"), p.berth(env, "build")
			if theirs.Code != 101 || ours.Code != 101 || !strings.Contains(ours.Stderr, m.says) {
				t.Errorf("exit codes %d and %d; berth: %s", theirs.Code, ours.Code, ours.Stderr)
			}
		})
	}
}
