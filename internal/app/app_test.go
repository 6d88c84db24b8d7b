package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
	"berth/internal/toolchain"
)

// newApp is a run in empty homes with an environment of its own.
func newApp(t *testing.T, env ...string) (a *App, stderr *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	all := append([]string{"HOME=" + dir, "RUSTUP_HOME=" + filepath.Join(dir, "rustup"), "CARGO_HOME=" + filepath.Join(dir, "cargo")}, env...)
	stderr = &bytes.Buffer{}
	a, err := New(Config{
		Program: "rustup", Stdout: stderr, Stderr: stderr,
		Environ:   func() []string { return all },
		LookupEnv: func(name string) (string, bool) { v := (&ChildEnv{all}).Get(name); return v, v != "" },
		Dir:       func() (string, error) { return dir, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, stderr
}

func TestNewTouchesNothing(t *testing.T) {
	a, _ := newApp(t)
	if _, err := os.Stat(a.Env.RustupHome); !os.IsNotExist(err) {
		t.Errorf("RUSTUP_HOME: %v", err)
	}
}

func TestNothingIsChosen(t *testing.T) {
	a, _ := newApp(t)
	if _, err := a.Ensure(t.Context()); !errors.Is(err, settings.ErrNotSelected) {
		t.Errorf("%v", err)
	}
	a, _ = newApp(t, "RUSTUP_AUTO_INSTALL=0")
	if _, err := a.EnsureAny(t.Context()); !errors.Is(err, settings.ErrNotSelected) {
		t.Errorf("switched off: %v", err)
	}
}

func TestNotInstalledIsFoundAsBoth(t *testing.T) {
	a, _ := newApp(t, "RUSTUP_AUTO_INSTALL=0", "RUSTUP_TOOLCHAIN=stable-x86_64-unknown-linux-gnu")
	_, lease, err := a.Use(t.Context())
	var ours *NotInstalledError
	var theirs *toolchain.NotInstalledError
	if lease != nil || !errors.As(err, &ours) || !errors.As(err, &theirs) || theirs.Custom {
		t.Fatalf("%v %v", lease, err)
	}
	if want := "run `rustup toolchain install stable-x86_64-unknown-linux-gnu` to install it"; ours.Hint() != want {
		t.Errorf("hint %q", ours.Hint())
	}
}

func TestTheFirstInstallBecomesTheDefault(t *testing.T) {
	a, _ := newApp(t)
	for i, name := range []names.Toolchain{names.Custom("one"), names.Custom("two")} {
		made, err := a.DefaultIfNone(t.Context(), name)
		if err != nil || made != (i == 0) {
			t.Errorf("%s: %v %v", name, made, err)
		}
	}
	if s, err := a.Settings(t.Context()); err != nil || s.DefaultToolchain != "one" {
		t.Errorf("%v %v", s, err)
	}
}

func TestHostOfTheSettingsComesFirst(t *testing.T) {
	a, _ := newApp(t, "RUSTUP_OVERRIDE_HOST_TRIPLE=aarch64-apple-darwin")
	if host, err := a.Host(t.Context()); err != nil || host != "aarch64-apple-darwin" {
		t.Errorf("%s %v", host, err)
	}
	err := a.ChangeSettings(t.Context(), func(s *settings.Settings) error {
		s.DefaultHost = "x86_64-pc-windows-msvc"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if host, err := a.Host(t.Context()); err != nil || host != "x86_64-pc-windows-msvc" {
		t.Errorf("%s %v", host, err)
	}
	if got := a.MachineHost(); got != "aarch64-apple-darwin" {
		t.Errorf("the machine's is %s", got)
	}
	foreign := names.Official{Channel: names.Stable(), Target: "x86_64-pc-windows-msvc"}
	if err := a.CheckHost(foreign); !errors.As(err, new(*NonHostError)) {
		t.Errorf("%v", err)
	}
}

func TestRustcVersion(t *testing.T) {
	a, _ := newApp(t)
	for _, c := range []struct{ script, want string }{
		{"", "(error reading rustc version)"},
		{"echo rustc 1.0; echo more", "rustc 1.0"},
		{"exit 1", "(error reading rustc version)"},
	} {
		tree := t.TempDir()
		if c.script != "" {
			if err := os.Mkdir(filepath.Join(tree, "bin"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(tree, "bin", "rustc"), []byte("#!/bin/sh\n"+c.script+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if got := a.RustcVersion(t.Context(), tree); got != c.want {
			t.Errorf("%q: %s, want %s", c.script, got, c.want)
		}
	}
}

func TestWaitingNamesTheHolder(t *testing.T) {
	a, stderr := newApp(t)
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local)
	notice{a}.Waiting(lockfs.Waiting{Lock: "toolchain 'stable'", Holder: lockfs.Holder{Command: "rustup update", PID: 12, Since: since}, Others: 2})()
	notice{a}.Waiting(lockfs.Waiting{Lock: "component 'x'"})()
	notice{a}.NoLocks("/nfs")
	for _, want := range []string{"waiting for toolchain 'stable', held by `rustup update` (pid 12 since 03:04:05) and 2 others\n", "waiting for component 'x'\n", "warn: the file system of /nfs does not support file locks"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q is not in\n%s", want, stderr)
		}
	}
}

func TestExit(t *testing.T) {
	a, stderr := newApp(t)
	ctx := context.Background()
	if got := a.Exit(ctx, nil); got != 0 {
		t.Errorf("success: %d", got)
	}
	if got := a.Exit(ctx, &ExitCodeError{100}); got != 100 || stderr.Len() > 0 {
		t.Errorf("a code: %d %s", got, stderr)
	}
	if got := a.Exit(ctx, errors.New("oh")); got != 1 || stderr.String() != "error: oh\n" {
		t.Errorf("an error: %d %s", got, stderr)
	}
}

func TestAPathIsLeasedAsItIs(t *testing.T) {
	a, _ := newApp(t)
	lease, err := a.Lease(t.Context(), names.Path("/opt/rust"))
	if err != nil || lease.Kind != store.Linked || lease.Path != "/opt/rust" {
		t.Errorf("%+v %v", lease, err)
	}
	if err := lease.Close(); err != nil {
		t.Error(err)
	}
}
