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

// watch ends a request that makes no progress: fewer bytes than least within limit. It counts only while something is
// expected of the network: a slow disk is not a stalled server.
type watch struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
	least  int64

	left  time.Duration // of the limit, for the bytes that are missing
	got   int64         // of them
	since time.Time     // something is expected
}

func watchFor(ctx context.Context, limit time.Duration, least int64) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { cancel(&stalled{limit}) })
	timer.Stop()
	return ctx, &watch{cancel: cancel, timer: timer, limit: limit, least: least, left: limit}
}

func (w *watch) arm() {
	w.since = time.Now()
	w.timer.Reset(w.left)
}

// disarm is told how many bytes came.
func (w *watch) disarm(n int64) {
	w.timer.Stop()
	if w.got += n; w.got >= w.least {
		w.left, w.got = w.limit, 0
		return
	}
	w.left = max(time.Millisecond, w.left-time.Since(w.since))
}

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
	b.watch.disarm(int64(n))
	if err != nil && err != io.EOF {
		err = b.explain(err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	defer b.watch.end()
	return b.ReadCloser.Close()
}
