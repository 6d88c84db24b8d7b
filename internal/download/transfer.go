package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"berth/internal/crashpoint"
	"berth/internal/diskspace"
	"berth/internal/lockfs"
)

// transfer brings the bytes of one file into its partial file, under the lock of its hash. The partial file is the
// whole state: what is in it counts, and it is gone on with by whoever comes next.
type transfer struct {
	job
	dir      *Dir
	held     *lockfs.FileLock
	file     *os.File
	follower *follower
	onError  func(error)

	size  int64 // of the partial file
	total int64 // of the whole one; -1 while nobody has said
	best  int64 // size at which patience was last renewed
}

func (d *Dir) transfer(ctx context.Context, held *lockfs.FileLock, j job) error {
	t := &transfer{job: j, dir: d, held: held, total: -1}
	err := t.openPartial()
	defer t.file.Close()
	if err != nil {
		return t.diskError(err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t.onError = func(err error) {
		if diskspace.IsFull(err) {
			stop(err) // no place for what is made of the bytes: more of them would make it worse
		}
	}
	if err := t.bring(ctx); err != nil {
		return errors.Join(err, t.leave(err))
	}
	return errors.Join(t.commit(), t.follower.fn)
}

// leave tidies up after a failure: what is in the partial file counts next time, unless its hash is wrong.
func (t *transfer) leave(why error) error {
	t.file.Close() // Windows removes no open file
	if t.size > 0 && !errors.As(why, new(*ChecksumError)) {
		return nil
	}
	return t.dir.forgetPartial(t.held, t.SHA256)
}

// bring gets all bytes and checks them. What is there turning out useless costs one new beginning.
func (t *transfer) bring(ctx context.Context) error {
	for again := false; ; again = true {
		t.begin(ctx)
		err := t.fill(ctx, again)
		t.follower.end(asReason(err))
		if err == nil {
			err = t.check(ctx)
		}
		var over *startOver
		if !errors.As(err, &over) {
			return err
		}
		if again {
			return over.reason
		}
		if err := t.empty(); err != nil {
			return err
		}
	}
}

// asReason is what the follower is told: not why the transfer begins again, only that it does.
func asReason(err error) error {
	if errors.As(err, new(*startOver)) {
		return ErrRestarted
	}
	return err
}

func (t *transfer) openPartial() error {
	file, err := os.OpenFile(t.held.Path(t.dir.partial(t.SHA256)), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return err
	}
	t.file, t.size, t.best = file, info.Size(), info.Size()
	return crashpoint.Here("download.partial.opened")
}

// begin starts the follower at the first byte; what the partial file holds is there for it at once.
func (t *transfer) begin(ctx context.Context) {
	t.follower = follow(ctx, &t.dir.client.buffers, t.file, t.follow, t.onError)
	t.follower.feed.grow(t.size)
}

// empty cuts the partial file; nobody reads it now.
func (t *transfer) empty() error {
	if err := t.held.Remove("download.etag.remove", t.dir.etag(t.SHA256)); err != nil {
		return err
	}
	if err := t.file.Truncate(0); err != nil {
		return err
	}
	t.size, t.total = 0, -1
	return crashpoint.Here("download.partial.emptied")
}

// check looks at what the follower read.
func (t *transfer) check(ctx context.Context) error {
	switch f := t.follower; {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(f.read, io.ErrUnexpectedEOF): // somebody else cut the file
		return &startOver{fmt.Errorf("cannot read %s: %w", t.file.Name(), f.read)}
	case f.read != nil:
		return f.read
	case f.sum != t.SHA256:
		return &startOver{&ChecksumError{shownText(t.URL), t.SHA256, f.sum, t.size}}
	}
	return crashpoint.Here("download.checked")
}

// commit publishes. Neither file nor directory is synced: a file whose bytes or whose name a power loss took away is
// found by its hash at its next use.
func (t *transfer) commit() error {
	if err := t.held.Remove("download.etag.remove", t.dir.etag(t.SHA256)); err != nil {
		return err
	}
	if err := t.file.Close(); err != nil { // Windows renames no open file
		return t.diskError(err)
	}
	err := t.held.Rename("download.commit", t.dir.partial(t.SHA256), t.dir.complete(t.SHA256))
	if errors.Is(err, fs.ErrNotExist) && t.dir.Have(t.SHA256) {
		return nil // without locks two have written the same bytes into one file, and the other one was faster
	}
	return err
}
