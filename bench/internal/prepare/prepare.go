// Package prepare is what all benches begin with: berth as it is installed, and an environment with nothing of the user's in it.
package prepare

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"berth/bench/internal/measure"
)

// Build compiles berth into dir, which it makes, and links it under the names of tools. The repository's root is the
// working directory.
func Build(dir string, tools ...string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "berth"), "./cmd/berth")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as README has it for installing: a static program starts faster
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	for _, name := range tools {
		if err := os.Symlink("berth", filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// Watched makes a toolchain in dir, by links into the stock one, whose cargo makes the file mark when it is called to do
// something: then berth has handed a command over, and there is nothing to compare.
func Watched(dir, toolchain, mark string) error {
	bin, stock := filepath.Join(dir, "bin"), filepath.Join(toolchain, "bin")
	script := fmt.Sprintf("#!/bin/sh\ncase \"$1\" in -V|-vV|--version) ;; *) : > '%s' ;; esac\nexec '%s/cargo' \"$@\"\n", mark, stock)
	return errors.Join(os.MkdirAll(bin, 0o755), os.Symlink(filepath.Join(toolchain, "lib"), filepath.Join(dir, "lib")),
		os.Symlink(filepath.Join(stock, "rustc"), filepath.Join(bin, "rustc")), os.WriteFile(filepath.Join(bin, "cargo"), []byte(script), 0o755))
}

// Environment is the user's without what tells either tool what to do, and with more.
func Environment(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return strings.HasPrefix(name, "RUST") || strings.HasPrefix(name, "CARGO") || strings.HasPrefix(name, "BERTH") || strings.HasPrefix(name, "GIT_") ||
			strings.HasSuffix(strings.ToUpper(name), "_PROXY") || name == "HOME" || name == "TERM"
	})
	return append(env, append(more, "TERM=dumb")...)
}

// Must runs what only prepares.
func Must(cmd *exec.Cmd) error {
	if err := measure.Run(cmd).Failure(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return nil
}
