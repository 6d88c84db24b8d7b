package cli

import (
	"context"
	"fmt"

	"berth/internal/app"
	"berth/internal/cli/rustup"
)

const helpText = `berth %s
Rust toolchains and builds, in any number of processes at once

Usage: berth [+toolchain] <command> [arguments]

Build (cargo's verbs, with the toolchain in force; it is installed if need be):
  build, check, run, test, bench, doc, clippy, fmt, add, update, install, …

Toolchains (rustup's verbs):
  toolchain    Install, update, roll back, remove and list toolchains
  default      Choose the toolchain for everything that chooses none
  show         What is installed and what is in force here, and why
  target       Add and remove targets to compile for
  component    Add and remove components such as clippy and rust-src
  override     Choose a toolchain for a directory
  which        The path of a tool
  set          Settings of the home
  self         How berth itself is updated and removed
  completions  Scripts that let shells complete rustup's and cargo's words
  man          A manual page of the toolchain

berth:
  setup        Put rustup, cargo, rustc and the other names in place; --undo takes them away
  locks        Who holds and who waits for what
  cache        What was compiled, how large it is, and who uses it
  sweep        Remove what no toolchain needs any more
  doctor       Which cargo and which rustc answer, by each way, and what is wrong

  rustup …     rustup's command line as it is, also for verbs that both have: berth rustup update
  cargo …      cargo's

Options:
  -h, --help     This text
  -V, --version  berth's version

` + "`berth help <command>` tells more about one.\n"

func (c *cli) help(ctx context.Context) int {
	c.UI.Print(fmt.Sprintf(helpText, app.Version))
	return c.Exit(ctx, nil)
}

// helpOn asks whoever the word belongs to.
func (c *cli) helpOn(ctx context.Context, words []string) int {
	switch {
	case len(words) == 0:
		return c.help(ctx)
	case c.own().Find(words[0]) != nil:
		return c.runOwn(ctx, append(words, "--help"))
	case words[0] == "rustup":
		return rustup.Run(ctx, c.App, append([]string{"help"}, words[1:]...))
	case isRustups(words[0]):
		return rustup.Run(ctx, c.App, append([]string{"help"}, words...))
	case words[0] == "cargo":
		return c.cargo(ctx, append([]string{"help"}, words[1:]...), nil)
	}
	return c.cargo(ctx, append([]string{"help"}, words...), c.otherVerbs())
}
