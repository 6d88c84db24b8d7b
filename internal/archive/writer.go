package archive

import (
	"context"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
)

// Files travel to the writers in slabs: a buffer with as many small files as fit, or one piece of a large file. So the
// hand-over, a wake-up of another thread, is paid once per slab and not per file, and the number of slabs is the bound
// on memory.
const (
	slabSize  = 512 << 10
	slabFiles = 64 // and no more, so that many tiny files are still shared out
	maxSlabs  = 16
)

type slab struct {
	buf   []byte
	files []smallFile // or else:
	big   *bigFile
	off   int64 // of this piece in big
}

// smallFile is a whole file that lies in a slab.
type smallFile struct {
	path       string
	mode       fs.FileMode
	start, end int
}

// bigFile is written in pieces, in any order. It is closed by whoever drops the last reference.
type bigFile struct {
	File
	out  *outFile
	refs atomic.Int32
}

// writerPool is the set of goroutines that create files. The first failure ends the context of all with its reason.
type writerPool struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	dest   *tree
	jobs   chan *slab
	free   chan *slab
	open   *slab // being filled; the feeding goroutine's own
	done   sync.WaitGroup

	mu    sync.Mutex
	files []File
}

func startWriters(ctx context.Context, cancel context.CancelCauseFunc, dest *tree, n int) *writerPool {
	w := &writerPool{ctx: ctx, cancel: cancel, dest: dest, jobs: make(chan *slab, maxSlabs), free: make(chan *slab, maxSlabs)}
	for range maxSlabs {
		w.free <- nil
	}
	for range n {
		w.done.Go(w.run)
	}
	return w
}

// take waits for a free slab.
func (w *writerPool) take() (*slab, error) {
	select {
	case s := <-w.free:
		if s == nil {
			s = &slab{buf: make([]byte, 0, slabSize)}
		}
		s.buf, s.files, s.big = s.buf[:0], s.files[:0], nil
		return s, nil
	case <-w.ctx.Done():
		return nil, context.Cause(w.ctx)
	}
}

// add reads a file of f.Size bytes from r and has it written.
func (w *writerPool) add(f File, r io.Reader) error {
	if f.Size > slabSize {
		return w.addBig(f, r)
	}
	if w.open != nil && (len(w.open.buf)+int(f.Size) > slabSize || len(w.open.files) == slabFiles) {
		w.flush()
	}
	if w.open == nil {
		s, err := w.take()
		if err != nil {
			return err
		}
		w.open = s
	}
	s := w.open
	start := len(s.buf)
	s.buf = s.buf[:start+int(f.Size)]
	if _, err := io.ReadFull(r, s.buf[start:]); err != nil {
		return err
	}
	s.files = append(s.files, smallFile{path: f.Path, mode: f.Mode, start: start, end: len(s.buf)})
	return nil
}

func (w *writerPool) flush() {
	if w.open != nil {
		w.jobs <- w.open // never blocks: there are as many places as slabs
		w.open = nil
	}
}

// addBig hands a large file over piece by piece. The sum is taken here, where the pieces come in order.
func (w *writerPool) addBig(f File, r io.Reader) error {
	out, err := w.dest.create(f.Path, f.Mode)
	if err != nil {
		return w.diskError("create", f.Path, f.Size, err)
	}
	b := &bigFile{File: f, out: out}
	b.refs.Store(1)
	sum := xxhash.New()
	err = w.sendPieces(b, io.TeeReader(r, sum))
	b.Sum = sum.Sum64()
	w.release(b)
	return err
}

func (w *writerPool) sendPieces(b *bigFile, r io.Reader) error {
	for off := int64(0); off < b.Size; {
		s, err := w.take()
		if err != nil {
			return err
		}
		n := min(b.Size-off, slabSize)
		s.buf, s.big, s.off = s.buf[:n], b, off
		if _, err := io.ReadFull(r, s.buf); err != nil {
			return err
		}
		b.refs.Add(1)
		w.jobs <- s
		off += n
	}
	return nil
}

// wait ends the pool and gives what was written: all, unless the context ended before.
func (w *writerPool) wait() []File {
	w.flush()
	close(w.jobs)
	w.done.Wait()
	return w.files
}

func (w *writerPool) run() {
	for s := range w.jobs {
		if s.big != nil {
			w.writePiece(s)
		} else {
			w.writeFiles(s)
		}
		w.free <- s
	}
}

func (w *writerPool) writePiece(s *slab) {
	if w.ctx.Err() == nil {
		if err := s.big.out.writeAt(s.buf, s.off); err != nil {
			w.cancel(w.diskError("write", s.big.Path, s.big.Size, err))
		}
	}
	w.release(s.big)
}

func (w *writerPool) release(b *bigFile) {
	if b.refs.Add(-1) > 0 {
		return
	}
	var err error
	if b.Mode, b.ModTime, err = b.out.close(); err != nil {
		w.cancel(w.diskError("write", b.Path, b.Size, err))
	}
	w.record(b.File)
}

func (w *writerPool) writeFiles(s *slab) {
	written := make([]File, 0, len(s.files))
	for _, f := range s.files {
		if w.ctx.Err() != nil {
			return
		}
		file, err := w.writeSmall(f, s.buf[f.start:f.end])
		if err != nil {
			w.cancel(err)
			return
		}
		written = append(written, file)
	}
	w.record(written...)
}

func (w *writerPool) writeSmall(f smallFile, data []byte) (File, error) {
	file := File{Path: f.path, Size: int64(len(data)), Mode: f.mode}
	out, err := w.dest.create(f.path, f.mode)
	if err != nil {
		return file, w.diskError("create", file.Path, file.Size, err)
	}
	writeErr := out.writeAt(data, 0)
	file.Sum = xxhash.Sum64(data)
	file.Mode, file.ModTime, err = out.close()
	if writeErr != nil {
		err = writeErr
	}
	if err != nil {
		return file, w.diskError("write", file.Path, file.Size, err)
	}
	return file, nil
}

func (w *writerPool) record(files ...File) {
	w.mu.Lock()
	w.files = append(w.files, files...)
	w.mu.Unlock()
}

func (w *writerPool) diskError(op, path string, size int64, err error) error {
	return &DiskError{Op: op, Dir: w.dest.dir, Path: path, Size: size, Err: err}
}
