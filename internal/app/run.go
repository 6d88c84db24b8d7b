package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"

	"berth/internal/lockfs"
)

// Session is the context of a verb ("rustup update"): locks are taken in its
// name, waits are told to the user.
func (a *App) Session(ctx context.Context, verb string) context.Context {
	return lockfs.WithSession(ctx, &lockfs.Session{Command: verb, Notice: notice{a}})
}

// Interrupt is the cause of a context that a signal ended.
type Interrupt struct{ Signal os.Signal }

func (i *Interrupt) Error() string { return fmt.Sprintf("interrupted (%v)", i.Signal) }

// interruption is the watch for signals.
type interruption struct {
	ctx         context.Context
	quit, ended chan struct{}
	once        sync.Once
}

// Interruptible makes the first Ctrl-C (or SIGTERM, SIGHUP, Ctrl-\) end the context that
// it returns: every wait ends at once and the work that was begun is put away. The
// second one does what it does to any program. A signal that the parent ignores
// (nohup) is left alone, for us and for what runs in our place.
//
// It is for those who have something to put away: to watch costs two threads and
// a quarter of a millisecond, which is much for a proxy. There is one watch a run:
// it ends every context that was made so, whoever asked first.
func (a *App) Interruptible(ctx context.Context) context.Context {
	if a.watch == nil {
		a.beginWatch()
	}
	if ctx.Value(watched{}) == a.watch {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(context.WithValue(ctx, watched{}, a.watch))
	context.AfterFunc(a.watch.ctx, func() { cancel(context.Cause(a.watch.ctx)) })
	return ctx
}

// watched is the key of the watch that ends a context.
type watched struct{}

func (a *App) beginWatch() {
	ctx, cancel := context.WithCancelCause(context.Background())
	a.watch = &interruption{ctx: ctx, quit: make(chan struct{}), ended: make(chan struct{})}
	came := make(chan os.Signal, 1)
	if signals := wantedSignals(); len(signals) > 0 { // Notify takes none for all
		signal.Notify(came, signals...)
	}
	go a.watch.run(came, cancel)
}

func (i *interruption) run(came chan os.Signal, cancel context.CancelCauseFunc) {
	defer close(i.ended)
	select {
	case s := <-came:
		cancel(&Interrupt{s})
	case <-i.quit:
	}
	signal.Stop(came)
	select {
	case s := <-came: // in the instant before
		cancel(&Interrupt{s})
	default:
	}
}

// Uninterruptible ends what Interruptible began, for who is about to become
// another program: from here on a signal does what it does to that one. The error
// is the signal that came before.
func (a *App) Uninterruptible() error {
	if a.watch == nil {
		return nil
	}
	a.watch.once.Do(func() { close(a.watch.quit) })
	<-a.watch.ended
	return context.Cause(a.watch.ctx)
}

// Interrupted is the signal that ended the run, or nil.
func (a *App) Interrupted() os.Signal {
	var i *Interrupt
	if a.watch != nil && errors.As(context.Cause(a.watch.ctx), &i) {
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
func (a *App) Exit(ctx context.Context, err error) int { return a.ExitWith(ctx, 1, err) }

// ExitWith is Exit for a command line whose failures have another code than 1.
func (a *App) ExitWith(_ context.Context, code int, err error) int {
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
	if a.Interrupted() == nil {
		a.UI.Report(err, a.advice(err))
	}
	return code
}
