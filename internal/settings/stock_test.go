package settings

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stock is a real rustup with homes of its own, and a fake custom toolchain "fake"
// and a fake official one in them.
type stock struct {
	t    testing.TB
	home string // RUSTUP_HOME, canonical
	tool string // the directory of a toolchain that is not in the home
	env  []string
}

const installed = "stable-x86_64-unknown-linux-gnu"

func newStock(t testing.TB) *stock {
	t.Helper()
	if _, err := exec.LookPath("rustup"); err != nil {
		t.Fatalf("these tests compare with stock rustup, which must be on PATH: %v", err)
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &stock{t: t, home: filepath.Join(root, "home"), tool: filepath.Join(root, "tool")}
	for _, dir := range []string{s.tool, filepath.Join(s.home, "toolchains", installed)} {
		write(t, filepath.Join(dir, "bin", "rustc"), "#!/bin/sh\necho rustc 1.0.0\n", 0o755)
	}
	if err := os.Symlink(s.tool, filepath.Join(s.home, "toolchains", "fake")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(s.home, "toolchains", "broken")); err != nil {
		t.Fatal(err)
	}
	s.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + root, "RUSTUP_HOME=" + s.home, "CARGO_HOME=" + filepath.Join(root, "cargo"),
		"RUSTUP_AUTO_INSTALL=0", "RUSTUP_DIST_SERVER=file:///nowhere",
		"RUSTUP_OVERRIDE_HOST_TRIPLE=x86_64-unknown-linux-gnu",
		"RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=" + filepath.Join(root, "fallback.toml"),
	}
	return s
}

func write(t testing.TB, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

// run runs stock in a directory and gives what it printed to stdout and stderr.
func (s *stock) run(dir string, env []string, args ...string) (stdout, stderr string, err error) {
	s.t.Helper()
	cmd := exec.Command("rustup", args...)
	cmd.Dir, cmd.Env = dir, append(append([]string{}, s.env...), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

func (s *stock) must(args ...string) {
	s.t.Helper()
	if _, stderr, err := s.run(s.home, nil, args...); err != nil {
		s.t.Fatalf("rustup %q: %v\n%s", args, err, stderr)
	}
}

func (s *stock) settingsPath() string { return filepath.Join(s.home, "settings.toml") }

func (s *stock) settings() []byte {
	s.t.Helper()
	data, err := os.ReadFile(s.settingsPath())
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// lookup is the environment of stock and more, for FromEnviron.
func (s *stock) lookup(more []string) Lookup {
	all := append(append([]string{}, s.env...), more...)
	return func(name string) (string, bool) {
		for i := len(all) - 1; i >= 0; i-- {
			if value, ok := strings.CutPrefix(all[i], name+"="); ok {
				return value, true
			}
		}
		return "", false
	}
}
