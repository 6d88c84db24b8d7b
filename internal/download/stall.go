package download

import (
	"context"
	"fmt"
	"io"
	"time"
)

// stalled is the cause with which a request ends that makes no progress.
type stalled struct{ limit time.Duration }

func (e *stalled) Error() string { return fmt.Sprintf("nothing for %v", e.limit) }

// watch ends a request that makes no progress. It counts only while something is expected of the network: a slow disk
// is not a stalled server.
type watch struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
}

func watchFor(ctx context.Context, limit time.Duration) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { cancel(&stalled{limit}) })
	timer.Stop()
	return ctx, &watch{cancel, timer, limit}
}

func (w *watch) arm() { w.timer.Reset(w.limit) }

func (w *watch) disarm() { w.timer.Stop() }

func (w *watch) end() {
	w.timer.Stop()
	w.cancel(nil)
}

// watchedBody is a body whose reads are watched and whose errors are explained.
type watchedBody struct {
	io.ReadCloser
	watch   *watch
	explain func(error) error
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.watch.arm()
	n, err := b.ReadCloser.Read(p)
	b.watch.disarm()
	if err != nil && err != io.EOF {
		err = b.explain(err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	defer b.watch.end()
	return b.ReadCloser.Close()
}
