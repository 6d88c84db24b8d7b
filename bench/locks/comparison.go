package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"berth/bench/internal/prepare"
	"berth/internal/testkit/realcrates"
	"berth/internal/testkit/stock"
)

// comparison is the two programs, the frozen index, and a place to work in.
type comparison struct {
	ctx          context.Context
	mirror, kept string // absolute
	scratch      string
	ours, theirs string // programs
	env          []string
	version      string // of the stock Cargo
	handedOver   string // is there if berth called the stock Cargo
}

func newComparison(ctx context.Context, mirror, kept string) (*comparison, error) {
	c := &comparison{ctx: ctx}
	toolchain, err := stock.Toolchain()
	if err != nil {
		return nil, err
	}
	if c.mirror, err = filepath.Abs(mirror); err != nil {
		return nil, err
	}
	if c.kept, err = filepath.Abs(kept); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(c.mirror, "index")); err != nil {
		return nil, fmt.Errorf("there is no registry in %s: %w", mirror, err)
	}
	if c.scratch, err = os.MkdirTemp("", "berth-locks-"); err != nil {
		return nil, err
	}
	c.theirs, c.ours = filepath.Join(toolchain, "bin", "cargo"), filepath.Join(c.scratch, "bin", "cargo")
	c.handedOver = filepath.Join(c.scratch, "handed-over")
	version, err := exec.CommandContext(ctx, c.theirs, "-V").Output()
	c.version = strings.TrimSpace(string(version))
	if err := errors.Join(err, prepare.Build(filepath.Join(c.scratch, "bin"), "cargo"), c.home(toolchain)); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *comparison) close() { os.RemoveAll(c.scratch) }

// home is a CARGO_HOME in which the mirror stands in for the public registry, and a RUSTUP_HOME with a watched toolchain.
func (c *comparison) home(toolchain string) error {
	tree := filepath.Join(c.scratch, "rustup", "toolchains", "watched")
	c.env = prepare.Environment("HOME="+c.scratch, "CARGO_HOME="+c.scratch, "RUSTUP_HOME="+filepath.Join(c.scratch, "rustup"), "RUSTUP_TOOLCHAIN=watched",
		"PATH="+filepath.Join(tree, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	config := fmt.Sprintf("[source.crates-io]\nreplace-with = \"mirror\"\n[source.mirror]\nlocal-registry = %q\n", c.mirror)
	return errors.Join(prepare.Watched(tree, toolchain, c.handedOver), os.WriteFile(filepath.Join(c.scratch, "config.toml"), []byte(config), 0o644))
}

// lock runs a program in dir and gives the Cargo.lock that is there after it.
func (c *comparison) lock(program, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(c.ctx, program, args...)
	cmd.Dir, cmd.Env = dir, c.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
	if _, err := os.Stat(c.handedOver); err == nil {
		return nil, errors.New("berth handed the command over to stock Cargo")
	}
	return os.ReadFile(filepath.Join(dir, "Cargo.lock"))
}

// crate compares the Cargo.lock of a package that needs one crate.
func (c *comparison) crate(crate realcrates.Crate, edition string) (result, error) {
	dir := filepath.Join(c.scratch, "p")
	if err := errors.Join(os.RemoveAll(dir), realcrates.WriteProject(dir, edition, crate)); err != nil {
		return result{}, err
	}
	ours, err := c.lock(c.ours, dir, "generate-lockfile")
	if err != nil {
		return result{}, err
	}
	theirs, err := c.stockOnce(dir, filepath.Join(c.kept, edition, crate.String()+".lock"))
	return compare(ours, theirs), err
}

// stockOnce is what stock makes, from the last time if there was one.
func (c *comparison) stockOnce(dir, kept string) ([]byte, error) {
	if theirs, err := os.ReadFile(kept); err == nil {
		return theirs, nil
	}
	if err := os.Remove(filepath.Join(dir, "Cargo.lock")); err != nil {
		return nil, err
	}
	theirs, err := c.lock(c.theirs, dir, "generate-lockfile")
	if err != nil {
		return nil, err
	}
	return theirs, errors.Join(os.MkdirAll(filepath.Dir(kept), 0o755), os.WriteFile(kept, theirs, 0o644))
}

// project compares the Cargo.lock of a whole project: made anew, or kept.
func (c *comparison) project(p realcrates.Crate, keep bool) (result, error) {
	var locks [2][]byte
	for i, program := range []string{c.ours, c.theirs} {
		dir := filepath.Join(c.scratch, "project")
		if err := os.RemoveAll(dir); err != nil {
			return result{}, err
		}
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(filepath.Dir(c.mirror), "projects", p.String()))); err != nil {
			return result{}, err
		}
		args := []string{"update", "--workspace"}
		if !keep {
			args = []string{"generate-lockfile"}
		}
		var err error
		if locks[i], err = c.lock(program, dir, args...); err != nil {
			return result{}, err
		}
	}
	return compare(locks[0], locks[1]), nil
}
