// Package cargo is cargo's command line: what stock cargo 1.95 takes is taken, what
// programs read of its output is printed to the byte, and a script cannot tell the
// two apart by exit codes.
//
// # What holds
//
// The toolchain in force decides who does the work. Where its cargo and its compiler
// are of a release whose command line berth knows (see fits.go), berth does the verbs
// that are its own; for every other toolchain, and for every other verb, the whole
// command goes to the toolchain's own cargo, unread and unchanged. So do -Z and all
// that is unstable. Nothing is silently ignored. A line that is not berth's costs
// no more than the proxy.
//
// The exit code is 1 for a line that cannot be read, 101 for every other failure,
// and that of the program for commands that are programs of their own.
//
// # What does not
//
// Sentences that explain, in help and in errors, are berth's own.
package cargo

import (
	"context"
	"errors"
	"time"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/proxy"
	"berth/internal/rustc"
)

// cli is one command line. Its verbs are a file each: a method that declares the
// command, and one that carries it out.
type cli struct {
	*app.App
	tool  *proxy.Prepared
	asker *rustc.Asker
	cargo *rustc.Version // of the toolchain

	globals globals  // of the line that is read
	other   []string // a command that is none of ours, with its arguments
	session *session // of the line that is carried out

	began  time.Time // before anything was waited for
	beside []string  // verbs of berth that are not cargo's, where they could have been meant

	heard    []string // warnings of the configuration
	speaking bool     // with cargo's voice
}

// errHandOver sends the whole command to the toolchain's cargo.
var errHandOver = errors.New("this is the toolchain's cargo's to do")

// failure is the exit code of everything that is no mistake in the line itself.
const failure = 101

// Run carries out one command line, without the program's name, and returns the
// exit code. The caller has other verbs beside cargo's.
func Run(ctx context.Context, a *app.App, args []string, beside ...string) int {
	began := time.Now()
	p, err := proxy.Prepare(ctx, a, "cargo", args)
	if err != nil {
		return a.Exit(ctx, err)
	}
	defer p.Close()
	if err := p.AwaitWhole(ctx); err != nil {
		return a.Exit(ctx, err)
	}
	c := &cli{App: a, tool: p, began: began, beside: beside}
	err = errHandOver
	if l := scan(p.Args()); l.mayBeOurs() && c.fits(ctx) {
		err = c.run(ctx)
	}
	if errors.Is(err, errHandOver) {
		return a.Exit(ctx, p.Become(ctx))
	}
	return c.exit(ctx, err)
}

func (c *cli) run(ctx context.Context) error {
	r, err := c.read()
	if help := new(command.HelpError); errors.As(err, &help) {
		return c.showHelp(help)
	}
	if errors.As(err, new(*command.UsageError)) && c.isNewer() {
		return errHandOver // it may know what we do not
	}
	if err != nil {
		return err
	}
	return c.carryOut(ctx, r)
}
