package soak

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/testkit/soak/witness"
)

// calm is what has to hold after the storm: everything succeeds without help,
// nothing is left over, and what is uninstalled goes.
func (s *soak) calm(ctx context.Context) error {
	s.server.Point("stable", secondDate)
	for _, name := range toolchains() {
		for _, line := range []string{
			"rustup toolchain install " + name + " --profile minimal",
			"rustup component add --toolchain " + name + " rustfmt clippy",
			"rustup target add --toolchain " + name + " wasm32-unknown-unknown",
			"rustc +" + name + " --version",
		} {
			if err := s.run(operation{line: line}, 0); err != nil {
				return fmt.Errorf("after the storm: %w", err)
			}
		}
	}
	if err := s.allThere(); err != nil {
		return err
	}
	for _, name := range toolchains() {
		if err := s.run(operation{line: "rustup toolchain uninstall " + name}, 0); err != nil {
			return fmt.Errorf("after the storm: %w", err)
		}
	}
	if err := s.passTime(); err != nil {
		return err
	}
	if err := s.run(operation{line: "berth sweep --all"}, 0); err != nil {
		return err
	}
	return s.mustBeEmpty()
}

// passTime: a component that a killed process unpacked and no tree was made of is
// left alone for some minutes, since somebody could be about to link it.
func (s *soak) passTime() error {
	stamps, err := filepath.Glob(filepath.Join(s.homes.Rustup(), "berth", "v1", "components", "*", "stamp"))
	if err != nil {
		return err
	}
	old := time.Now().Add(-time.Hour)
	for _, stamp := range stamps {
		if err := os.Chtimes(stamp, old, old); err != nil {
			return err
		}
	}
	return nil
}

func (s *soak) allThere() error {
	seen, err := s.releases.Look(s.homes.Rustup())
	if err != nil {
		return fmt.Errorf("after the storm: %w", err)
	}
	if len(seen) != len(toolchains()) {
		return fmt.Errorf("after the storm there are %d toolchains, expected %d: %v", len(seen), len(toolchains()), seen)
	}
	left, err := witness.Leftovers(s.homes.Rustup())
	// What a killed process fetched of a component that nobody wants any more is
	// kept for who may want it again; the sweep of all removes it.
	left = slices.DeleteFunc(left, func(file string) bool { return strings.HasPrefix(file, "berth/v1/downloads/") })
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("left over after the storm: %q", left)
	}
	return err
}

// mustBeEmpty: only locks, settings and empty directories.
func (s *soak) mustBeEmpty() error {
	for _, dir := range []string{
		"toolchains", "update-hashes", "berth/v1/components", "berth/v1/toolchains", "berth/v1/previous",
		"berth/v1/rollback", "berth/v1/staging", "berth/v1/downloads",
	} {
		entries, err := os.ReadDir(filepath.Join(s.homes.Rustup(), dir))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if len(names) > 0 {
			slices.Sort(names)
			return fmt.Errorf("everything was uninstalled and swept, and %s holds %q", dir, names)
		}
	}
	return nil
}
