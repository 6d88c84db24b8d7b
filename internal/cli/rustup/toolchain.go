package rustup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/store"
	"berth/internal/toolchain"
)

func (c *cli) toolchain() *command.Command {
	return &command.Command{
		Name:  "toolchain",
		About: "Install, list, link, roll back and uninstall toolchains",
		More: `
Discussion:
  The name of a toolchain of a release channel is

    <channel>[-<date>][-<host>]

    <channel>  = stable | beta | nightly | <version>[-beta[.<number>]]
    <version>  = 1.80 | 1.80.0
    <date>     = YYYY-MM-DD, the release of that day
    <host>     = the machine that the tools run on: a target triple or a
                 part of one; what is left out is that of this machine

  so that these are names: stable, nightly-2026-01-02, 1.80, stable-musl,
  1.80.0-x86_64-unknown-linux-gnu. Every other name is that of a toolchain of
  your own, which 'rustup toolchain link' makes known.`,
		Commands: []*command.Command{
			c.toolchainList(), c.install("update", "up", "add"), c.uninstall(), c.toolchainLink(), c.toolchainRollback(),
		},
	}
}

func (c *cli) toolchainLink() *command.Command {
	var name names.Custom
	var path string
	return &command.Command{
		Name:  "link",
		About: "Give a toolchain of your own a name",
		More: `
Discussion:
  For a Rust that you have built: the directory with its bin/ and lib/.

    $ rustup toolchain link mine build/host/stage2
    $ rustc +mine --version`,
		Args: []command.Arg{
			{Name: "TOOLCHAIN", Required: true, Set: command.To(&name, names.ParseCustom), About: "Any name that is not that of a release channel"},
			{Name: "PATH", Required: true, Set: command.To(&path, command.Text), About: "The toolchain's directory"},
		},
		Run: func(ctx context.Context) error { return c.runLink(ctx, name, path) },
	}
}

// runLink looks that the directory is a toolchain and makes the link. It keeps the
// path as it was given, as stock does: lists show it.
func (c *cli) runLink(ctx context.Context, name names.Custom, path string) error {
	if !filepath.IsAbs(path) {
		dir, err := c.Dir()
		if err != nil {
			return err
		}
		path = dir + string(filepath.Separator) + path
	}
	for _, needed := range []string{"lib", "bin"} {
		if !isDirectory(filepath.Join(path, needed)) {
			return &toolchain.LinkError{Path: path, Problem: "has no " + needed + "/ directory"}
		}
	}
	if !hasTool(path, "rustc") {
		return &toolchain.LinkError{Path: path, Problem: "has no bin/rustc"}
	}
	return c.Home.Link(ctx, name, path)
}

// hasTool tells whether a tree has the program, by its name on any system.
func hasTool(tree, name string) bool {
	for _, file := range []string{name, name + ".exe"} {
		if info, err := os.Stat(filepath.Join(tree, "bin", file)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

func (c *cli) toolchainRollback() *command.Command {
	var ref names.Ref
	return &command.Command{
		Name:  "rollback",
		About: "Put back what a toolchain was before its last change",
		More: `
Discussion:
  Before an update, that is, or before components were added or removed. It
  takes no network and no time; a second rollback undoes the first. The next
  'rustup update' brings the newer release back.`,
		Args: []command.Arg{{Name: "TOOLCHAIN", Required: true, Set: command.To(&ref, names.ParseNamed),
			About: "An installed toolchain"}},
		Run: func(ctx context.Context) error { return c.runRollback(ctx, ref) },
	}
}

// runRollback looks first: a rollback that cannot be changes nothing, the hash by
// which the next update knows the release included.
func (c *cli) runRollback(ctx context.Context, ref names.Ref) error {
	tc, err := c.Resolve(ctx, ref)
	if err != nil {
		return err
	}
	switch there, err := c.Home.IsInstalled(tc.String()); {
	case err != nil:
		return err
	case !there:
		return c.NotInstalled(tc)
	}
	if previous, err := c.Home.Store().Previous(tc.String()); err == nil && previous.Kind == store.None {
		return &rollbackError{fmt.Errorf("toolchain '%s' cannot be rolled back: %w", tc, toolchain.ErrNoPrevious)}
	}
	before := c.versionOrWhy(ctx, tc)
	if _, err := c.Home.Rollback(ctx, tc.String()); err != nil {
		return &rollbackError{err}
	}
	c.table(row{name: tc.String(), status: rolledBack, version: c.versionOrWhy(ctx, tc), from: before})
	return nil
}

// rollbackError adds the next step to a rollback that cannot be.
type rollbackError struct{ error }

func (e *rollbackError) Unwrap() error { return e.error }

// Hint is the next step.
func (e *rollbackError) Hint() string {
	return "a release of a certain day is installed with `rustup toolchain install <channel>-<date>`"
}
