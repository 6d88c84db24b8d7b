// Package rustup is rustup's command line: what stock rustup 1.29 takes is taken,
// what programs read of its output is printed to the byte, and a script cannot
// tell the two apart by exit codes.
//
// What holds: results go to stdout and everything else to stderr; the exit code is
// 0, 1 for every failure (of usage, too), or 100 where `check` found an update; a
// reader of stdout that has gone away is no failure. Each verb may run at the same
// moment as any other, in any number of processes: what they change is changed by
// package toolchain's transactions.
//
// What does not: sentences that explain are berth's own, and differ from stock's.
package rustup

import (
	"context"
	"errors"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/ui"
)

// cli is one command line. Its verbs are a file each: a method that declares the
// command, and one that carries it out.
type cli struct {
	*app.App
	speech  app.Speech
	version bool // -V was given
}

// status is the exit code of a verb that neither succeeded nor failed. Whoever
// returns it has said what there is to say.
type status int

func (s status) Error() string { return "the command ends with another exit code than 0" }

// Run carries out one command line, without the program's name, and returns the
// exit code.
func Run(ctx context.Context, a *app.App, args []string) int {
	c := &cli{App: a, speech: app.Speech{Style: ui.Rustup}}
	root := c.root()
	cmd, err := root.Parse(args)
	if c.version {
		cmd, err = root, nil // whatever stands behind it, right or wrong
	}
	if err != nil {
		return c.refuse(ctx, err)
	}
	if c.version {
		c.speech.Quiet = false // what -V says is its answer, in stock's as well
	}
	if c.speech.Quiet || c.speech.Verbose {
		a.Speak(c.speech)
	}
	ctx = a.Session(ctx, cmd.Path())
	if !c.version {
		err = c.CheckChoices(ctx)
	}
	if err == nil {
		err = cmd.Run(ctx)
	}
	if code, ok := errors.AsType[status](err); ok {
		if flushed := a.UI.Flush(); flushed != nil {
			return a.Exit(ctx, flushed)
		}
		return int(code)
	}
	return a.Exit(ctx, err)
}

// refuse answers a command line that is not to be carried out.
func (c *cli) refuse(ctx context.Context, err error) int {
	var help *command.HelpError
	var usage *command.UsageError
	switch {
	case errors.As(err, &help):
		help.Show(c.UI)
		if help.Asked {
			return c.Exit(ctx, nil)
		}
	case errors.As(err, &usage) && (usage.Kind == command.UnknownArgument || usage.Kind == command.UnknownCommand):
		c.UI.Printf("error: %v\n", usage)
	default:
		return c.Exit(ctx, err)
	}
	if err := c.UI.Flush(); err != nil {
		return c.Exit(ctx, err)
	}
	return 1
}
