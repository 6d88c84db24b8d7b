package proxy_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/soak/program"
)

const file = `[toolchain]
channel = "1.95.0"
profile = "minimal"
components = ["clippy", "rust-src"]
targets = ["wasm32-unknown-unknown"]
`

// A dozen proxies find the toolchain of a file missing: one installs it.
func TestManyAtOnceInstallOnce(t *testing.T) {
	w := newWorld(t)
	w.write("rust-toolchain.toml", file)
	var all sync.WaitGroup
	for _, tool := range []string{"rustc", "cargo", "rustdoc", "rustc", "cargo-clippy", "cargo", "rustc", "rustdoc", "rustc", "cargo", "clippy-driver", "rustc"} {
		all.Go(func() {
			if r, err := program.Run(w.Command(t.Context(), w.Homes, nil, tool, "--version")); err != nil || r.Code != 0 {
				t.Errorf("%v %v", err, r)
			}
		})
	}
	all.Wait()
	for path, n := range w.server.Stats().Requests {
		if n != 1 {
			t.Errorf("%d requests for %s", n, path)
		}
	}
	for _, path := range []string{"lib/rustlib/src", "lib/rustlib/wasm32-unknown-unknown", "bin/cargo-clippy"} {
		if _, err := os.Stat(filepath.Join(w.tree("1.95.0"), path)); err != nil {
			t.Error(err)
		}
	}
	w.server.Reset()
	w.must("rustc", "--version")
	if n := w.server.Requests("*"); n != 0 {
		t.Errorf("%d requests for what is there", n)
	}
}

// What an installed toolchain lacks is added, of the release that it is.
func TestAFileAddsComponents(t *testing.T) {
	w := updating(t)
	w.write("rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\ncomponents = [\"clippy\", \"no-such-thing\"]\n")
	r := w.run(nil, "cargo-clippy", "--version")
	if r.Code != 0 {
		t.Fatal(r)
	}
	contains(t, r.Output, "warn: skipping unavailable component no-such-thing", "cargo-clippy 1.95.0")
	w.server.Reset()
	r = w.run(nil, "rustc", "--kit-exit", "7")
	if r.Code != 7 {
		t.Error(r)
	}
	contains(t, r.Output, "warn: skipping unavailable component no-such-thing")
	if n := w.server.Requests("*"); n != 0 {
		t.Errorf("%d requests for what cannot be had", n)
	}
}

func TestFirstInstallNeedsAllThatTheFileAsksFor(t *testing.T) {
	w := newWorld(t)
	w.write("rust-toolchain.toml", "[toolchain]\nchannel = \"nightly-"+nightlyLess+"\"\nprofile = \"minimal\"\ncomponents = [\"clippy\"]\n")
	r := w.run(nil, "rustc", "--version")
	if r.Code != 1 {
		t.Error(r)
	}
	contains(t, r.Output, "error: component 'clippy' for target", "is unavailable for download for channel 'nightly-"+nightlyLess+"'")
}

func TestSwitchedOff(t *testing.T) {
	w := newWorld(t)
	w.write("rust-toolchain.toml", file)
	r := w.run([]string{"RUSTUP_AUTO_INSTALL=0"}, "rustc", "--version")
	if r.Code != 1 {
		t.Error(r)
	}
	contains(t, r.Output, "is not installed: the toolchain file at '"+filepath.Join(w.Dir(), "rust-toolchain.toml")+"'", "rustup toolchain install")
	w.must("rustup", "set", "auto-install", "disable")
	if r := w.run(nil, "rustc", "--version"); r.Code != 1 {
		t.Error(r)
	}
	if n := w.server.Requests("*"); n != 0 {
		t.Errorf("%d requests", n)
	}
	if r := w.run([]string{"RUSTUP_AUTO_INSTALL=1"}, "rustc", "--version"); r.Code != 0 {
		t.Error(r)
	}
}

// RUSTUP_TOOLCHAIN is the whole name, so a file elsewhere counts no more.
func TestNestedToolsKeepTheToolchain(t *testing.T) {
	w := newWorld(t)
	w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
	w.write("other/rust-toolchain", "1.95.0")
	if got := w.script("cargo", "cd other; rustc --version"); got != "rustc 1.96.0 (0123456789 2026-05-25)" {
		t.Errorf("below cargo: %s", got)
	}
}

// Ctrl-C ends an install at once, the shell above sees it, and nothing is left.
func TestInterrupt(t *testing.T) {
	w := newWorld(t)
	if err := w.server.Inject(distserver.Fault{Kind: distserver.Hold, Path: "*.tar.*", Event: "never"}); err != nil {
		t.Fatal(err)
	}
	first := w.Command(t.Context(), w.Homes, nil, "rustc", "+stable")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if err := w.server.AwaitRequests(context.Background(), "*.tar.*", 1); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	second := w.Command(t.Context(), w.Homes, nil, "cargo", "+stable")
	second.Stderr = &said
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(w.must("berth", "locks"), "waiting") {
	}
	interrupt(t, second) // who waits
	contains(t, said.String(), "waiting for toolchain 'stable-", "held by `rustc` (pid ")
	interrupt(t, first) // who is at work
	left, _ := os.ReadDir(filepath.Join(w.Rustup(), "berth", "v1", "staging"))
	if len(left) > 0 {
		t.Errorf("left in staging: %v", left)
	}
	w.server.ClearFaults()
	w.must("rustc", "+stable", "--version")
}

func interrupt(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !s.Signaled() || s.Signal() != syscall.SIGINT {
		t.Errorf("%v ended with %v", cmd.Args, cmd.ProcessState)
	}
}
