package archive

import (
	"context"
	"errors"
	"fmt"
	"io"

	"berth/internal/gzip"
	"berth/internal/xz"
	"berth/internal/zstd"
)

// maxWindow bounds what a hostile header can make the decoder allocate; dist archives use 64 MiB, and 128 MiB is the most
// that the tools write without being asked for more.
const maxWindow = 128 << 20

// decompress begins to decode r. It reads the header already.
func decompress(f Format, r io.Reader) (io.ReadCloser, error) {
	switch f {
	case Gzip:
		return gzip.NewReader(r)
	case Xz:
		z, err := xz.NewReader(r, xz.Options{MaxDictionary: maxWindow})
		return io.NopCloser(z), err
	case Zstd:
		z, err := zstd.NewReader(r, zstd.Options{MaxWindow: maxWindow})
		return io.NopCloser(z), err
	}
	return nil, fmt.Errorf("no decoder for %v", f)
}

// The pipe between decoder and tar reader: as many buffers as keep both busy, each large enough that handing it over
// costs nothing beside filling it.
const (
	pipeBuffers    = 4
	pipeBufferSize = 256 << 10
)

// ahead is the decompressed stream, decoded by a goroutine of its own ahead of its reader.
type ahead struct {
	ctx  context.Context
	full chan []byte
	free chan []byte
	err  error // set before full is closed

	buf, rest []byte // the buffer that is being read, and what is left of it
	left      int64  // bytes that may still come
	ended     bool   // the reader has seen the end, or an error
}

func decodeAhead(ctx context.Context, r io.Reader, f Format, limit int64) *ahead {
	a := &ahead{ctx: ctx, left: limit, full: make(chan []byte, pipeBuffers), free: make(chan []byte, pipeBuffers)}
	for range pipeBuffers {
		a.free <- nil // made when first used: small archives need one
	}
	go func() {
		defer close(a.full)
		a.err = a.decode(r, f)
	}()
	return a
}

// decode returns io.EOF after the last byte was handed over and all checks of the format were right.
func (a *ahead) decode(r io.Reader, f Format) error {
	src := &source{r: r}
	z, err := decompress(f, src)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // no input at all is no archive
	}
	if err != nil {
		return src.blame(err)
	}
	defer z.Close()
	for {
		buf, ok := a.take()
		if !ok {
			return errStopped
		}
		n, err := fill(z, buf)
		if n > 0 {
			a.full <- buf[:n] // never blocks: there are as many places as buffers
		}
		if err != nil {
			return src.blame(err)
		}
	}
}

func (a *ahead) take() ([]byte, bool) {
	select {
	case buf := <-a.free:
		if buf == nil {
			buf = make([]byte, pipeBufferSize)
		}
		return buf[:pipeBufferSize], a.ctx.Err() == nil
	case <-a.ctx.Done():
		return nil, false
	}
}

// fill is io.ReadFull, except that it tells io.EOF from io.ErrUnexpectedEOF, which here means a cut archive.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var k int
		k, err = r.Read(buf[n:])
		n += k
	}
	return n, err
}

// Read gives the decoded stream to the tar reader.
func (a *ahead) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(a.rest) == 0 {
		if err := a.next(); err != nil {
			a.ended = true
			return 0, err
		}
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

func (a *ahead) next() error {
	if a.buf != nil {
		a.free <- a.buf // never blocks, as above
		a.buf = nil
	}
	select {
	case buf, ok := <-a.full:
		if !ok {
			return a.err
		}
		a.buf, a.rest = buf, buf
	case <-a.ctx.Done():
		return context.Cause(a.ctx)
	}
	if a.left -= int64(len(a.rest)); a.left < 0 {
		return corrupt("", "it unpacks to more than the allowed size")
	}
	return nil
}

// drain reads behind the tar's end, so that the decoder sees the end of the stream and compares its checksums. Tar pads
// with zeros; anything else there is not part of the archive that was listed.
func (a *ahead) drain() error {
	for {
		for _, b := range a.rest {
			if b != 0 {
				return corrupt("", "there is data behind its end")
			}
		}
		a.rest = nil
		if err := a.next(); err != nil {
			a.ended = true
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// source remembers that reading failed, so that a broken download is not taken for a corrupt archive.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// sourceError keeps an error of the reader apart from what decoders say, which may be the same value: a connection that
// breaks is an io.ErrUnexpectedEOF as well as a cut archive.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return fmt.Sprintf("read the archive: %v", e.err) }

func (e *sourceError) Unwrap() error { return e.err }

// blame turns what a decoder returned into what it means.
func (s *source) blame(err error) error {
	if s.err != nil { // also at io.EOF: to a decoder a connection that breaks between streams is the end
		return &sourceError{s.err}
	}
	if err == io.EOF {
		return io.EOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &CorruptError{Reason: "it ends too early", Err: io.ErrUnexpectedEOF}
	}
	return &CorruptError{Reason: "it cannot be decompressed", Err: err}
}
