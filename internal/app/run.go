package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"berth/internal/lockfs"
	"berth/internal/ui"
)

// Session is the context of a verb ("rustup update"): locks are taken in its
// name, waits are told to the user.
func (a *App) Session(ctx context.Context, verb string) context.Context {
	ctx = ui.With(ctx, a.UI)
	return lockfs.WithSession(ctx, &lockfs.Session{Command: verb, Notice: notice{a}})
}

// Interrupt is the cause of a context that a signal ended.
type Interrupt struct{ Signal os.Signal }

func (i *Interrupt) Error() string { return fmt.Sprintf("interrupted (%v)", i.Signal) }

// Interruptible makes the first Ctrl-C (or SIGTERM, SIGHUP) end the context: every
// wait ends at once and the work that was begun is put away. The second one does
// what it does to any program. A signal that the parent ignores (nohup) is left
// alone, for us and for what runs in our place.
func Interruptible(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := wantedSignals()
	if len(signals) == 0 {
		return ctx, func() { cancel(nil) }
	}
	came := make(chan os.Signal, 1)
	signal.Notify(came, signals...)
	go func() {
		select {
		case s := <-came:
			signal.Reset(signals...)
			cancel(&Interrupt{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(came)
		cancel(nil)
	}
}

// Interrupted is the signal that ended ctx, or nil.
func Interrupted(ctx context.Context) os.Signal {
	var i *Interrupt
	if errors.As(context.Cause(ctx), &i) {
		return i.Signal
	}
	return nil
}

// ExitCodeError is the end of a command that has said all that there is to say.
type ExitCodeError struct{ Code int }

func (e *ExitCodeError) Error() string { return fmt.Sprintf("exit code %d", e.Code) }

// Exit ends a verb: it says what went wrong and gives the exit code: 0, 1, or that of an
// ExitCodeError. Of a run that the user interrupted nothing is said: they know. The process then
// dies by the signal, which only cmd can do.
func (a *App) Exit(ctx context.Context, err error) int {
	if err == nil {
		err = a.UI.Flush()
	}
	if err == nil {
		return 0
	}
	var silent *ExitCodeError
	if errors.As(err, &silent) {
		a.UI.Flush()
		return silent.Code
	}
	if Interrupted(ctx) == nil {
		a.UI.Report(err)
	}
	return 1
}
