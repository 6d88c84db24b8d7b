// Package cli is berth's own command line.
//
// At its top level stand cargo's verbs, rustup's, and a few of berth's own. A word
// that both tools have (run, install, update, check, doc, uninstall) is cargo's:
// those are typed all day. `berth rustup …` and `berth cargo …` say which is meant.
//
// What holds: the exit code and the streams are those of the tool whose verb it
// is. On a machine without any toolchain cargo's verbs install one first.
package cli

import (
	"context"
	"errors"
	"slices"

	"berth/internal/app"
	"berth/internal/cli/cargo"
	"berth/internal/cli/command"
	"berth/internal/cli/rustup"
	"berth/internal/settings"
)

// Run carries out one command line, without the program's name, and returns the
// exit code.
func Run(ctx context.Context, a *app.App, args []string) int {
	c := &cli{App: a}
	if len(args) == 0 {
		return c.help(ctx)
	}
	word, rest := args[0], args[1:]
	switch {
	case word == "-V" || word == "--version":
		a.UI.Printf("berth %s\n", app.Version)
		return a.Exit(ctx, nil)
	case word == "-h" || word == "--help":
		return c.help(ctx)
	case word == "help":
		return c.helpOn(ctx, rest)
	case word == "rustup":
		return rustup.Run(ctx, a, rest)
	case word == "cargo":
		return c.cargo(ctx, rest, nil)
	case c.own().Find(word) != nil:
		return c.runOwn(ctx, args)
	case isRustups(word):
		return rustup.Run(ctx, a, args)
	}
	return c.cargo(ctx, args, c.otherVerbs())
}

// cli is one command line.
type cli struct{ *app.App }

// isRustups tells whether a word is one of rustup's verbs that cargo has not.
func isRustups(word string) bool { return slices.Contains(rustups(), word) }

func rustups() []string {
	return []string{
		"toolchain", "default", "show", "target", "component", "override", "which", "set", "self", "completions", "man", "dump-testament",
	}
}

// otherVerbs are those of the top level that are not cargo's.
func (c *cli) otherVerbs() []string {
	verbs := rustups()
	for _, own := range c.own().Commands {
		verbs = append(verbs, own.Name)
	}
	return verbs
}

// cargo runs the toolchain's cargo. Somebody who has just got berth has no
// toolchain, and "choose one first" is no answer to `berth run`. The verbs that
// stand beside cargo's are for who misspelled one.
func (c *cli) cargo(ctx context.Context, args, beside []string) int {
	if len(args) == 0 || args[0] == "" || args[0][0] != '+' {
		session := c.Session(ctx, "berth cargo")
		if _, err := c.Find(session); errors.Is(err, settings.ErrNotSelected) {
			if code, is := cargo.Misspelled(ctx, c.App, args, beside); is {
				return code
			}
			if _, err := c.EnsureAny(session); err != nil {
				return c.Exit(ctx, err)
			}
		}
	}
	return cargo.Run(ctx, c.App, args, beside...)
}

// own are berth's own verbs.
func (c *cli) own() *command.Command {
	return &command.Command{Name: "berth", Commands: []*command.Command{c.setup(), c.locks(), c.cache(), c.sweep(), c.doctor()}}
}

func (c *cli) runOwn(ctx context.Context, args []string) int {
	cmd, err := c.own().Parse(args)
	var help *command.HelpError
	if errors.As(err, &help) {
		help.Show(c.UI)
		return c.Exit(ctx, nil)
	}
	if err != nil {
		return c.Exit(ctx, err)
	}
	ctx = c.Session(ctx, cmd.Path())
	return c.Exit(ctx, cmd.Run(ctx))
}

// errProblems ends a command that has listed what is wrong.
var errProblems = &app.ExitCodeError{Code: 1}
