package cargo

import (
	"context"
	"errors"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/resolve"
	"berth/internal/ui"
)

// carryOut does what the line says.
func (c *cli) carryOut(ctx context.Context, r *reading) error {
	if isBuiltin(r.verb) && r.external != nil {
		return errHandOver // by an alias
	}
	g, verbose := r.globals, r.own.verbose > 0
	s, err := c.configure(g)
	if asks := g.version || g.explain != "" || g.list; err != nil && !asks {
		return err
	}
	if s.asksForUnstable() || g.directory != "" || len(g.unstable) > 0 && !s.takes(r) {
		return errHandOver
	}
	c.ensureVoice()
	c.warn(r.warnings)
	c.session = s
	s.verb = r.verb
	ctx = c.Session(c.Interruptible(ctx), "cargo "+r.verb)
	switch {
	case g.version:
		return c.showVersion(verbose)
	case g.explain != "":
		return c.explain(ctx, g.explain)
	case g.list:
		return c.list(verbose)
	case r.verb == "":
		return c.showHelp(&command.HelpError{Command: r.command, Asked: true})
	case r.external != nil:
		return c.runExternal(ctx, r.external)
	}
	return r.command.Run(ctx)
}

// takes says whether what is unstable in a line, also by an alias, is done here.
func (s *session) takes(r *reading) bool {
	return s.isNightly() && takes(r.verb, r.globals.unstable)
}

// ensureVoice speaks as cargo also where the configuration is no help.
func (c *cli) ensureVoice() {
	if !c.speaking {
		c.speak(app.Speech{Style: ui.Cargo})
	}
}

// exit ends the line: it says what went wrong, and gives the exit code.
func (c *cli) exit(ctx context.Context, err error) int {
	code := failure
	if err == nil || errors.As(err, new(*app.ExitCodeError)) {
		return c.ExitWith(ctx, code, err) // what was said may still not be written
	}
	if errors.As(err, new(*command.UsageError)) || errors.As(err, new(*valueError)) {
		code = 1
	}
	c.ensureVoice()
	if c.session != nil && errors.As(err, new(*resolve.UnsolvableError)) {
		if flag := c.session.offlineBy(); flag != "" {
			err = &offlineError{err, flag}
		}
	}
	return c.ExitWith(ctx, code, err)
}

// offlineError reminds of why something may not have been found.
type offlineError struct {
	error
	flag string
}

func (e *offlineError) Unwrap() error { return e.error }

func (e *offlineError) Hint() string {
	return "only what is on this machine was looked at, because of " + e.flag + "; if that is not enough, try without it"
}

// valueError is what is found wrong with a line only when it is carried out. Stock ends with the code of a line that cannot be
// read, and says no more than this.
type valueError struct{ error }

func (e *valueError) Unwrap() error { return e.error }
