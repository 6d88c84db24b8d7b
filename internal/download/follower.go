package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"
)

// pieceSize is how much is read, written and hashed at a time, and so what a kill can lose. More of it makes nothing
// faster, and 32 transfers have two pieces each.
const pieceSize = 32 << 10

// buffers keeps pieces from transfer to transfer: a large fetch is a thousand small files.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() *[pieceSize]byte {
	if buf, ok := b.pool.Get().(*[pieceSize]byte); ok {
		return buf
	}
	return new([pieceSize]byte)
}

func (b *buffers) put(buf *[pieceSize]byte) { b.pool.Put(buf) }

// FollowFunc is called with the bytes from the first one on while they arrive. See [Dir.Fetch].
type FollowFunc = func(ctx context.Context, r io.Reader) error

// follower reads a file behind the one who writes it, and hashes what it reads on the way to the user's function: so
// what the function was given is what the hash is of, whatever happens to the file. What the function leaves unread is
// hashed after it.
type follower struct {
	feed   feed
	cancel context.CancelCauseFunc
	done   chan struct{}
	sum    string // set when everything was read
	read   error  // why not everything was
	fn     error  // what the function returned
}

// follow starts; onError is told at once when fn fails. fn may be nil.
func follow(ctx context.Context, b *buffers, file io.ReaderAt, fn FollowFunc, onError func(error)) *follower {
	f := &follower{done: make(chan struct{})}
	ctx, f.cancel = context.WithCancelCause(ctx)
	t := &tail{ctx: ctx, buffers: b, feed: &f.feed, file: file, sum: sha256.New()}
	go func() {
		defer close(f.done)
		if fn != nil {
			if f.fn = fn(ctx, t); f.fn != nil {
				onError(f.fn)
			}
		}
		if f.read = t.drain(); f.read == nil {
			f.sum = hex.EncodeToString(t.sum.Sum(nil))
		}
	}()
	return f
}

// end tells the follower that nothing more will come, for which reason, and waits for it. nil is the good end: all
// bytes are there, and the function takes its time for them.
func (f *follower) end(reason error) {
	f.feed.end(reason)
	if reason != nil {
		f.cancel(reason)
	}
	<-f.done
	f.cancel(nil)
}

// tail is the follower's reader. One read at a time: a function that fails or is stopped may leave one under way in a
// goroutine of its own, and each byte is hashed once and in order all the same.
type tail struct {
	ctx     context.Context
	buffers *buffers
	feed    *feed
	file    io.ReaderAt
	mu      sync.Mutex // held while reading
	offset  int64
	sum     hash.Hash
}

func (t *tail) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	have, err := t.feed.past(t.ctx, t.offset)
	if err != nil {
		return 0, err
	}
	n, err := t.file.ReadAt(p[:min(int64(len(p)), have-t.offset)], t.offset)
	t.sum.Write(p[:n])
	t.offset += int64(n)
	if err == io.EOF {
		if n > 0 {
			return n, nil
		}
		err = io.ErrUnexpectedEOF // somebody cut the file
	}
	return n, err
}

// drain reads what is left. (io.Discard would do so in 8 KiB pieces.)
func (t *tail) drain() error {
	buf := t.buffers.get()
	defer t.buffers.put(buf)
	for {
		if _, err := t.Read(buf[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
