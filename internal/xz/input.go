package xz

import (
	"errors"
	"fmt"
	"io"
)

const (
	// inputSize holds the largest piece that must lie in one place, an LZMA2 chunk of 64 KiB, wherever it begins after the
	// piece before it. A power of two, so that a masked index needs no bounds check in the decoder's inner loop.
	inputSize = 1 << 17
	inputMask = inputSize - 1

	// maxEmptyReads bounds how often a source may return nothing and no error.
	maxEmptyReads = 100
)

// input hands out the compressed bytes in pieces that lie in one place, and knows where in the file they are.
type input struct {
	src    io.Reader
	r, w   int   // buf[r:w] is read and not yet consumed
	offset int64 // of buf[r] in the file
	err    error // what the source ended with, io.EOF included
	buf    [inputSize]byte
}

// reset begins a new file.
func (in *input) reset(src io.Reader) {
	in.src, in.r, in.w, in.offset, in.err = src, 0, 0, 0, nil
}

// peek returns the next n bytes, at most inputSize, without consuming them. The bytes are good until the next call.
// part names what they belong to, for the error when they are missing.
func (in *input) peek(n int, part string) ([]byte, error) {
	if in.w-in.r < n {
		if err := in.fill(n); err != nil {
			if errors.Is(err, io.EOF) {
				err = in.truncated(part)
			}
			return nil, err
		}
	}
	return in.buf[in.r : in.r+n], nil
}

// skip consumes n bytes that were peeked at.
func (in *input) skip(n int) {
	in.r += n
	in.offset += int64(n)
}

// next returns the next n bytes and consumes them.
func (in *input) next(n int, part string) ([]byte, error) {
	b, err := in.peek(n, part)
	if err == nil {
		in.skip(n)
	}
	return b, err
}

// more says whether there is another byte of input.
func (in *input) more() (bool, error) {
	if in.r < in.w {
		return true, nil
	}
	err := in.fill(1)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// fill reads until n bytes are there, or returns why not: io.EOF at the end of the source.
func (in *input) fill(n int) error {
	if in.r+n > inputSize {
		in.w = copy(in.buf[:], in.buf[in.r:in.w])
		in.r = 0
	}
	for empty := 0; in.w-in.r < n; {
		if in.err != nil {
			return in.err
		}
		got, err := in.src.Read(in.buf[in.w:])
		in.w += got
		switch {
		case err == io.EOF:
			in.err = io.EOF
		case err != nil:
			in.err = fmt.Errorf("reading xz data at byte %d: %w", in.offset+int64(in.w-in.r), err)
		case got > 0:
			empty = 0
		default:
			if empty++; empty == maxEmptyReads {
				in.err = fmt.Errorf("reading xz data at byte %d: %w", in.offset+int64(in.w-in.r), io.ErrNoProgress)
			}
		}
	}
	return nil
}
