// Package stock runs the stock rustup that is installed on the machine, as the oracle of tests: in homes of its own, against a server
// of the test, with nothing of the user's environment that would change what it does.
//
// The user's homes are read (for the compiled-in dist root and as input of rebuilt trees) and never written: the program that runs is a
// copy, since an update tries whether it can write beside its own binary.
package stock

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"berth/internal/testkit/disttree"
)

// TB is the part of testing.TB that is used here.
type TB interface {
	Helper()
	TempDir() string
	Fatalf(format string, args ...any)
}

// Home is a pair of private homes, and the server that they install from.
type Home struct {
	Rustup string // RUSTUP_HOME
	Cargo  string // CARGO_HOME
	Server string // RUSTUP_DIST_SERVER
	t      TB
	binary func() string
}

// New makes empty homes for the stock rustup on PATH.
func New(t TB, server string) *Home {
	t.Helper()
	dir := t.TempDir()
	return &Home{Rustup: filepath.Join(dir, "rustup"), Cargo: filepath.Join(dir, "cargo"), Server: server, t: t,
		binary: sync.OnceValue(func() string { return Program(t) })}
}

// Program is a copy of the stock rustup, for as long as the test runs.
func Program(t TB) string {
	t.Helper()
	copied, err := Copy(t.TempDir())
	if err != nil {
		t.Fatalf("%v", err)
	}
	return copied
}

// Copy copies the stock rustup on PATH into a folder and returns the copy.
func Copy(dir string) (string, error) {
	binary, err := exec.LookPath("rustup")
	if err != nil {
		return "", fmt.Errorf("%w (this compares with the stock rustup, which has to be on PATH)", err)
	}
	from, err := os.Open(binary)
	if err != nil {
		return "", err
	}
	defer from.Close()
	name := filepath.Join(dir, "rustup")
	// A child that another test forks at this moment would have the copy open for writing until its exec, and so long the
	// copy cannot be run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	to, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	return name, errors.Join(err, to.Close())
}

// Env is the environment for a rustup (stock or not) that works on these homes. CI is not in it, whoever runs the tests: in a CI job
// rustup says less.
func (h *Home) Env() []string {
	clean := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "RUSTUP_") || strings.HasPrefix(entry, "CARGO_") || strings.HasPrefix(entry, "RUST_") ||
			strings.HasPrefix(entry, "CI=") || strings.Contains(strings.ToUpper(entry), "_PROXY=")
	})
	return append(clean,
		"HOME="+filepath.Dir(h.Rustup), "RUSTUP_HOME="+h.Rustup, "CARGO_HOME="+h.Cargo,
		"RUSTUP_DIST_SERVER="+h.Server, "RUSTUP_UPDATE_ROOT="+h.Server+"/rustup", "RUSTUP_INIT_SKIP_PATH_CHECK=yes")
}

// Result is how a run ended.
type Result struct {
	Stdout, Stderr string
	Code           int
}

// Try runs stock rustup and returns how it ended.
func (h *Home) Try(args ...string) Result {
	h.t.Helper()
	cmd := exec.Command(h.binary(), args...)
	cmd.Env = h.Env()
	cmd.Dir = filepath.Dir(h.Rustup)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatalf("run stock rustup: %v", err)
	}
	return Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode()}
}

// Run runs stock rustup, which has to succeed, and returns its standard output.
func (h *Home) Run(args ...string) string {
	h.t.Helper()
	r := h.Try(args...)
	if r.Code != 0 {
		h.t.Fatalf("stock rustup %s: exit %d\n%s%s", strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return r.Stdout
}

// Toolchain is the folder of a toolchain in the home.
func (h *Home) Toolchain(name string) string { return filepath.Join(h.Rustup, "toolchains", name) }

// Installed lists the folders of the toolchains that the user has, links left out. Read only.
func Installed() ([]string, error) {
	home := os.Getenv("RUSTUP_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		home = filepath.Join(user, ".rustup")
	}
	entries, err := os.ReadDir(filepath.Join(home, "toolchains"))
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(home, "toolchains", e.Name()))
		}
	}
	return dirs, nil
}

// DefaultRoot is the dist root that the stock rustup was compiled with, as the toolchains that it installed tell.
func DefaultRoot() (string, error) {
	dirs, err := Installed()
	if err != nil {
		return "", fmt.Errorf("compiled-in dist root: %w", err)
	}
	for _, dir := range dirs {
		if root, err := disttree.RootOf(dir); err == nil {
			return root, nil
		}
	}
	return "", errors.New("compiled-in dist root: no toolchain that stock rustup has installed tells it; give it by name")
}
