package proxy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// updating is a home with the older release, and a server that has the newer one.
func updating(t *testing.T) *world {
	w := newWorld(t)
	w.server.Point("stable", oldDate)
	w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
	w.server.Point("stable", newDate)
	return w
}

func TestABuildStaysOnItsTree(t *testing.T) {
	w := updating(t)
	lines := strings.Split(w.script("cargo", `
		rustc --kit-self
		rustup update >/dev/null 2>&1
		rustc --kit-self
		CARGO_MANIFEST_DIR=/p CARGO_CRATE_NAME=p rustc --kit-self
		CARGO_MANIFEST_DIR=/p NUM_JOBS=2 rustc --kit-self
		CARGO_MANIFEST_DIR=/p cargo --kit-exec rustc --kit-self
		rustc +stable --kit-self
		rustup run stable rustc --kit-self
	`), "\n")
	if len(lines) != 7 {
		t.Fatalf("%q", lines)
	}
	before, after := lines[0], lines[5]
	if before == after || after != filepath.Join(w.tree("stable"), "bin", "rustc") {
		t.Fatalf("the update did not switch: %q", lines)
	}
	for i, want := range []string{before, before, before, before, after, after, after} {
		if lines[i] != want {
			t.Errorf("call %d ran %s, want %s", i, lines[i], want)
		}
	}
}

// TestABuildStaysOnItsTreeBesideATwin: times were set to one by whoever made the image, say, and rustc, which is small, may
// have one size in two releases.
func TestABuildStaysOnItsTreeBesideATwin(t *testing.T) {
	w := updating(t)
	lines := strings.Split(w.script("cargo", `
		old=$(rustc --kit-self)
		rustup update >/dev/null 2>&1
		new=$(rustc +stable --kit-self)
		for rustc in $old $new; do
			tree=${rustc%/bin/rustc}
			touch $tree/lib/librustc_driver-$(basename ${tree%/*}).so
		done
		rm $new && cp -p $old $new
		echo $old
		rustc --kit-self
		rustc +stable --kit-self
	`), "\n")
	if len(lines) != 3 || lines[0] == lines[2] {
		t.Fatalf("the update did not switch: %q", lines)
	}
	if lines[1] != lines[0] {
		t.Errorf("the build went on with %s", lines[1])
	}
}

func TestAnAddedComponentIsSeenAtOnce(t *testing.T) {
	w := updating(t)
	lines := strings.Split(w.script("cargo", `
		rustc --kit-self
		rustup component add clippy >/dev/null 2>&1
		rustc --kit-self
		cargo-clippy --version
	`), "\n")
	if len(lines) != 3 || lines[0] == lines[1] || !strings.HasPrefix(lines[2], "cargo-clippy 1.95.0") {
		t.Fatalf("%q", lines)
	}
}

// Who starts outside of a build has no pin, whatever the environment says.
func TestAPinWithoutABuildIsNone(t *testing.T) {
	w := updating(t)
	old := w.tree("stable")
	w.must("rustup", "update")
	self := filepath.Join(w.tree("stable"), "bin", "rustc") + "\n"
	for _, env := range [][]string{
		{"BERTH_TOOLCHAIN_TREE=" + old, "RUSTUP_TOOLCHAIN=stable"},
		{"BERTH_TOOLCHAIN_TREE=" + old, "RUST_RECURSION_COUNT=1"},
		{"BERTH_TOOLCHAIN_TREE=/etc", "RUSTUP_TOOLCHAIN=stable", "RUST_RECURSION_COUNT=1"},
	} {
		if r := w.run(env, "rustc", "--kit-self"); r.Output != self {
			t.Errorf("%v: %s", env, r)
		}
	}
	if r := w.run([]string{"RUSTUP_TOOLCHAIN=" + old}, "rustc", "--kit-self"); r.Output != filepath.Join(old, "bin", "rustc")+"\n" {
		t.Errorf("path of a tree: %s", r)
	}
}

func TestARunningToolKeepsItsTree(t *testing.T) {
	w := updating(t)
	gate := filepath.Join(w.Dir(), "gate")
	if err := mkfifo(gate); err != nil {
		t.Fatal(err)
	}
	old := w.tree("stable")
	here := filepath.Join(w.Dir(), "gate.here")
	if err := mkfifo(here); err != nil {
		t.Fatal(err)
	}
	cmd := w.Command(t.Context(), w.Homes, nil, "rustc", "--kit-wait", gate)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(here); err != nil { // until it runs
		t.Fatal(err)
	}
	w.must("rustup", "uninstall", "stable")
	w.must("berth", "sweep", "--all")
	contains(t, w.must("berth", "locks"), "shared", "sh")
	if _, err := os.Stat(filepath.Join(old, "bin", "rustc")); err != nil {
		t.Errorf("taken from under a running tool: %v", err)
	}
	if err := os.WriteFile(gate, []byte("\n"), 0); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	w.must("berth", "sweep", "--all")
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("left behind: %v", err)
	}
}

func TestCargoIsToldItsCompiler(t *testing.T) {
	w := updating(t)
	rustc := filepath.Join(w.tree("stable"), "bin", "rustc")
	told := func(env ...string) string {
		return variable(w.run(env, "cargo", "--kit-env").Output, "CARGO_BUILD_RUSTC")
	}
	if got := told(); got != rustc {
		t.Errorf("told %q", got)
	}
	if got := told("RUSTC=/my/rustc"); got != "" {
		t.Errorf("with RUSTC %q", got)
	}
	if got := told("CARGO_BUILD_RUSTC=/my/rustc"); got != "/my/rustc" {
		t.Errorf("the user's own became %q", got)
	}
	if got := told("CARGO_BUILD_RUSTC=" + filepath.Join(w.Rustup(), "berth", "v1", "toolchains", "0123456789abcdef", "beta", "bin", "rustc")); got != rustc {
		t.Errorf("of a build above it became %q", got)
	}
	w.write(".cargo/config.toml", "[build]\nrustc-wrapper = \"x\"\nrustflags = []\n")
	if got := told(); got != rustc {
		t.Errorf("with a wrapper %q", got)
	}
	w.write(".cargo/config.toml", "[build]\nrustc = \"/my/rustc\"\n")
	if got := told(); got != "" {
		t.Errorf("beside a configuration %q", got)
	}
}
