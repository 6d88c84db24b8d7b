// Package program is the real program as tests start it: built once from the
// sources, called through links by the names that users have, in an environment
// that holds nothing of the developer's.
package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Program is a directory with berth and the links to it.
type Program struct{ Dir string }

// names are those that tests call; the program has more.
func names() []string {
	return []string{"rustup", "rustc", "cargo", "rustdoc", "rustfmt", "cargo-fmt", "clippy-driver", "cargo-clippy"}
}

// Build compiles the program into an empty directory and makes the links.
func Build(ctx context.Context, dir string) (*Program, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	berth := filepath.Join(dir, "berth")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", berth, "./cmd/berth")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./cmd/berth: %w\n%s", err, out)
	}
	for _, name := range names() {
		if err := os.Symlink("berth", filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return &Program{dir}, nil
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	file := strings.TrimSpace(string(out))
	if err != nil || file == "" || file == os.DevNull {
		return "", fmt.Errorf("the module's root is not known: run this inside the module (%w)", err)
	}
	return filepath.Dir(file), nil
}

// Homes is the pair of homes below one directory, and where they install from.
type Homes struct {
	Dir    string
	Server string
}

// Rustup is RUSTUP_HOME.
func (h Homes) Rustup() string { return filepath.Join(h.Dir, "rustup") }

// Cargo is CARGO_HOME.
func (h Homes) Cargo() string { return filepath.Join(h.Dir, "cargo") }

// Env is an environment for this program and the stock tools alike. The links
// come first on PATH.
func (p *Program) Env(h Homes, more ...string) []string {
	clean := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		if name == "CI" { // a job's rustup says less
			return true
		}
		for _, prefix := range []string{"RUST", "CARGO", "BERTH", "PATH="} {
			if strings.HasPrefix(entry, prefix) {
				return true
			}
		}
		return strings.HasSuffix(strings.ToUpper(name), "_PROXY")
	})
	env := append(clean,
		"PATH="+p.Dir+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOME="+h.Dir, "RUSTUP_HOME="+h.Rustup(), "CARGO_HOME="+h.Cargo(),
		"RUSTUP_DIST_SERVER="+h.Server, "RUSTUP_UPDATE_ROOT="+h.Server+"/rustup")
	return append(env, more...)
}

// Command is one call by the name, such as rustup or rustc.
func (p *Program) Command(ctx context.Context, h Homes, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.Dir, name), args...)
	cmd.Env = p.Env(h, env...)
	cmd.Dir = h.Dir
	return cmd
}

// Result is how a call ended.
type Result struct {
	Code   int    // -1 if a signal ended it
	End    string // exit status or signal, in words
	Output string
	Args   []string
}

func (r Result) String() string {
	return fmt.Sprintf("%s: %s\n%s", strings.Join(r.Args, " "), r.End, r.Output)
}

// Run runs a command to its end; an error means that it could not be started.
func Run(cmd *exec.Cmd) (Result, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	r := Result{Args: cmd.Args, Output: out.String()}
	if cmd.ProcessState == nil {
		return r, err
	}
	r.Code, r.End = cmd.ProcessState.ExitCode(), cmd.ProcessState.String()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return r, err
	}
	return r, nil
}
