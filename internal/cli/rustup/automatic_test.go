package rustup_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/testkit/stock"
)

// TestAutomaticInstall: a toolchain that is installed because a file asks for it is held to all that it should have,
// be it on an earlier day of nightly. The nightly of 2026-05-21 has no clippy and no rustfmt.
func TestAutomaticInstall(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"nightly":   "channel = 'nightly'",
		"component": "channel = 'nightly'\ncomponents = ['clippy']\nprofile = 'minimal'",
		"day":       "channel = 'nightly-2026-05-21'",
		"minimal":   "channel = 'nightly-2026-05-21'\nprofile = 'minimal'",
		"lacking":   "channel = 'nightly-2026-05-21'\nprofile = 'minimal'\ncomponents = ['clippy']",
		"nonsense":  "channel = 'stable'\ncomponents = ['nonsense']",
		"target":    "channel = 'stable'\ntargets = ['nonsense']",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			for _, s := range []*side{p.stock, p.berth} {
				s.write("desk/pinned/rust-toolchain.toml", "[toolchain]\n"+file+"\n")
			}
			theirs, ours := p.stock.proxied("rustc", "--version"), p.berth.proxied("rustc", "--version")
			if theirs.Code != ours.Code || theirs.Stdout != ours.Stdout {
				t.Errorf("stock ends with %d, %q; berth with %d, %q (%s)", theirs.Code, theirs.Stdout, ours.Code, ours.Stdout, ours.Stderr)
			}
			p.same(t, situation{line: "toolchain list"}, toTheByte)
			p.same(t, situation{line: "component list --installed", dir: "pinned", env: "RUSTUP_AUTO_INSTALL=0"}, toTheByte)
		})
	}
}

// TestInstallActive: without a name, `toolchain install` brings the profile that it was told, if the file does not say one;
// more components are the file's to name.
func TestInstallActive(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"channel = 'beta'", "channel = 'beta'\nprofile = 'complete'"} {
		for _, flags := range []string{"", " --profile minimal", " --profile minimal -c clippy --override"} {
			t.Run(file+flags, func(t *testing.T) {
				t.Parallel()
				p := newPair(t)
				for _, s := range []*side{p.stock, p.berth} {
					s.write("desk/pinned/rust-toolchain.toml", "[toolchain]\n"+file+"\n")
				}
				for _, line := range []string{"toolchain install --no-self-update" + flags, "component list --installed", "override list"} {
					p.same(t, situation{line: line, dir: "pinned"}, toTheByte)
				}
			})
		}
	}
}

// TestRunInstallsWhatThereIs: who asks for the toolchain with `run --install` has the newest, without what it lacks.
func TestRunInstallsWhatThereIs(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range []string{"run --install nightly rustc --version", "component list --installed --toolchain nightly"} {
		p.same(t, situation{line: line}, toTheByte)
	}
}

// proxied runs a tool by its own name in the directory with the file.
func (s *side) proxied(tool, line string) stock.Result {
	s.t.Helper()
	shell := *s
	shell.binary = filepath.Join(filepath.Dir(s.home.Rustup), tool)
	if err := os.Symlink(s.binary, shell.binary); err != nil {
		s.t.Fatal(err)
	}
	return shell.in(situation{line: line, dir: "pinned"})
}

// TestRemovalIsSaid: what `component remove` and `target remove` say of their work is what stock says.
func TestRemovalIsSaid(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range []string{
		"component add clippy", "target add wasm32-unknown-unknown", "component remove clippy", "target remove wasm32-unknown-unknown",
	} {
		sit := situation{line: line, env: "RUSTUP_TOOLCHAIN=stable"}
		theirs, ours := p.stock.in(sit), p.berth.in(sit)
		if theirs.Stderr != ours.Stderr || theirs.Code != 0 {
			t.Errorf("%s: stock says %q, berth %q", line, theirs.Stderr, ours.Stderr)
		}
	}
}
