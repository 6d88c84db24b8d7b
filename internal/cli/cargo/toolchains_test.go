package cargo_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/dialect"
	"berth/internal/testkit/disttree"
)

// fake makes a toolchain whose programs say what they are called with, and chooses it.
func (p *pair) fake(name, cargo, rustc string) {
	p.Helper()
	tree := realDir(p.T)
	for tool, version := range map[string]string{"cargo": cargo, "rustc": rustc} {
		if version != "" {
			file := disttree.Tool(tool, version, disttree.Host(), "")
			p.write(filepath.Join(tree, file.Path), string(file.Data))
		}
	}
	p.toolchain(name, tree)
}

// every is each command that berth does itself, and some ways to ask for help.
func every() []string {
	return []string{
		"add x", "clean", "config get", "fetch", "generate-lockfile", "help update", "info x", "init", "locate-project", "metadata", "new x", "package --list",
		"pkgid", "read-manifest", "remove x", "search x", "tree", "update", "vendor", "verify-project", "version", "--list", "-h", "update -h", "update --bogus", "nope", "up",
		"build --release", "-v run -- x", "b",
	}
}

// TestOldToolchainsDoAllThemselves: which cargo is in force decides, and its own does
// every verb, as it was called.
func TestOldToolchainsDoAllThemselves(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(".cargo/config.toml", "[alias]\nup = \"update\"\n")
	future := fmt.Sprintf("1.%d.0", dialect.Last+1)
	for name, versions := range map[string][2]string{
		"old": {"1.70.0 (ec8a8a0ca 2023-04-25)", "1.70.0 (90c541806 2023-05-31)"}, "older-compiler": {"1.95.0", "1.94.1"}, "older-cargo": {"1.94.0", "1.95.0"},
		"future": {future, future}, "second": {"2.0.0", "2.0.0"}, "mine": {"mine", "mine"}, "dev": {"1.95", "1.95.0-dev"},
	} {
		p.fake(name, versions[0], versions[1])
		for _, line := range every() {
			r := p.berth(nil, strings.Fields(line)...)
			if r.Code != 0 || r.Stdout != "cargo: "+line+"\n" || r.Stderr != "" {
				t.Errorf("%s: cargo %s: %+v", name, line, r)
			}
		}
	}
	p.toolchain("default", filepath.Dir(filepath.Dir(p.theirs.Path())))
	if r := p.berth(nil, "+old", "metadata", "--no-deps"); r.Stdout != "cargo: metadata --no-deps\n" {
		t.Errorf("+old: %+v", r)
	}
	if r := p.berth([]string{"RUSTUP_TOOLCHAIN=old"}, "update"); r.Stdout != "cargo: update\n" {
		t.Errorf("RUSTUP_TOOLCHAIN: %+v", r)
	}
	if r := p.berth(nil, "-V"); r.Stdout != p.theirs.Run(p.theirs.Home, "-V") {
		t.Errorf("the default: %+v", r)
	}
}

// TestNewerToolchainsAreAskedWhatWeDoNotKnow: what berth would refuse may be right for
// a cargo that is newer; the rest berth does.
func TestNewerToolchainsAreAskedWhatWeDoNotKnow(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.fake("newer", "1.97.0-nightly (4d1f98451 2026-05-15)", "1.97.0-nightly (e50aa6fba 2026-05-19)")
	for line, want := range map[string]string{
		"update -x Cargo.toml": "cargo: update -x Cargo.toml\n", "metadata --new-flag": "cargo: metadata --new-flag\n", "-Z x update": "cargo: -Z x update\n",
		"update -Zx": "cargo: update -Zx\n", "update -nZ x": "cargo: update -nZ x\n", "-C x update": "cargo: -C x update\n",
		"-V": "cargo 1.97.0-nightly (4d1f98451 2026-05-15)\n", "version": "cargo 1.97.0-nightly (4d1f98451 2026-05-15)\n",
	} {
		if r := p.berth(nil, strings.Fields(line)...); r.Stdout != want || r.Stderr != "" || r.Code != 0 {
			t.Errorf("cargo %s: %+v", line, r)
		}
	}
	if r := p.berth(nil, "update", "-h"); !strings.Contains(r.Stdout, "Usage: cargo update") {
		t.Errorf("%+v", r)
	}
	p.pkg(".", "listed", "0.1.0", "")
	if r := p.berth(nil, "package", "--list", "--message-format", "json", "-Zunstable-options"); !strings.HasPrefix(r.Stdout, `{"id":"`) || r.Code != 0 {
		t.Errorf("a list as JSON: %+v", r)
	}
}

// TestUnusualToolchains: without a compiler there is no version to go by, and without
// a cargo there is another toolchain's.
func TestUnusualToolchains(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.fake("bare", "1.95.0", "")
	if r := p.berth(nil, "update"); r.Stdout != "cargo: update\n" {
		t.Errorf("%+v", r)
	}
	p.fake("compiler", "", "1.95.0")
	if r := p.berth(nil, "-V"); r.Code != 1 || r.Stdout != "" {
		t.Errorf("%+v", r)
	}
	if r := p.berth([]string{"RUSTUP_TOOLCHAIN=none"}, "update"); r.Code != 1 || !strings.Contains(r.Stderr, "'none'") {
		t.Errorf("%+v", r)
	}
}

// TestRustupRun: by whichever way cargo is called, it is the same cargo.
func TestRustupRun(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.fake("old", "1.70.0", "1.70.0")
	for line, want := range map[string]string{
		"run peer cargo version": p.berth(nil, "+peer", "version").Stdout, "run peer cargo update -h": p.berth(nil, "+peer", "update", "-h").Stdout,
		"run old cargo update": "cargo: update\n", "run old cargo +peer build": "cargo: +peer build\n", "run old cargo build": "cargo: build\n",
	} {
		if r := p.program("rustup", nil, strings.Fields(line)...); r.Stdout != want || r.Code != 0 || want == "" {
			t.Errorf("rustup %s: %+v", line, r)
		}
	}
	if r := p.program("rustup", nil, "run", "peer", "cargo", "update", "--bogus"); r.Code != 1 {
		t.Errorf("%+v", r)
	}
	if r := p.program("rustup", nil, "run", "peer", "cargo", "pkgid"); r.Code != 101 {
		t.Errorf("%+v", r)
	}
	if r := p.program("rustup", nil, "run", "none", "cargo", "update"); r.Code != 1 || !strings.Contains(r.Stderr, "'none'") {
		t.Errorf("%+v", r)
	}
	for line, want := range map[string]string{"+peer pkgid --bogus": "", "version": "cargo: version\n", "cargo +peer -V": p.berth(nil, "+peer", "-V").Stdout} {
		if r := p.program("berth", nil, strings.Fields(line)...); r.Stdout != want {
			t.Errorf("berth %s: %+v", line, r)
		}
	}
}
