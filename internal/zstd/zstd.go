// Package zstd decodes the Zstandard format (RFC 8878).
//
// Bytes that a Reader hands out come from input that was sound up to there; that they are all of the file, and undamaged, is
// known only at io.EOF: by then every size that was declared and every checksum has agreed. A Reader reads its source to the
// end, frame after frame, and is not safe for use by several goroutines at once.
//
// The input may be hostile. Memory follows the data and stays below the window (up to Options.MaxWindow), a quarter of it and
// 2 MiB. Output is not bounded. Damage is a *CorruptError, input that stops early wraps io.ErrUnexpectedEOF.
//
// Left out: dictionaries, which archives do not use. It is here because the package that would be taken instead brings tables
// of a format that nobody asks for, and making them was a third of what a proxy does before its first line.
package zstd

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"
)

// DefaultMaxWindow is what the zstd program accepts without being told otherwise.
const DefaultMaxWindow = 128 << 20

// Options are the limits of a Reader. The zero value has the defaults.
type Options struct {
	// MaxWindow is the largest window, in bytes, that a frame may ask for; 0 means DefaultMaxWindow.
	MaxWindow int
}

// CorruptError says what is wrong with the input.
type CorruptError struct{ Reason string }

func (e *CorruptError) Error() string { return "zstd: " + e.Reason }

func corrupt(format string, args ...any) error { return &CorruptError{fmt.Sprintf(format, args...)} }

// Reader decodes concatenated frames.
type Reader struct {
	in     *bufio.Reader
	limit  uint64
	frame  frame
	block  blockDecoder
	sum    xxhash.Digest
	buf    []byte // what was decoded last: the history that matches copy from
	out    int    // from here on buf was not handed out yet
	inside bool   // a frame is not over
	err    error
}

// NewReader reads the header of the first frame, so that a file of another format is found out here.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	z := &Reader{in: bufio.NewReaderSize(r, 64<<10), limit: uint64(o.MaxWindow)}
	if o.MaxWindow <= 0 {
		z.limit = DefaultMaxWindow
	}
	return z, z.next()
}

// Read implements io.Reader.
func (z *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for z.out == len(z.buf) && z.err == nil {
		z.err = z.step()
	}
	if z.out == len(z.buf) {
		return 0, z.err
	}
	n := copy(p, z.buf[z.out:])
	z.out += n
	return n, nil
}

// step decodes a block, or goes on to the next frame.
func (z *Reader) step() error {
	if !z.inside {
		return z.next()
	}
	z.forget()
	z.reserve()
	begin := len(z.buf)
	last, err := z.readBlock()
	if err != nil {
		return err
	}
	decoded := z.buf[begin:]
	if z.frame.hasSum {
		z.sum.Write(decoded)
	}
	z.frame.decoded += uint64(len(decoded))
	if z.frame.hasSize && z.frame.decoded > z.frame.size {
		return corrupt("a frame has more than the %d bytes that its header declares", z.frame.size)
	}
	if !last {
		return nil
	}
	return z.endFrame()
}

// forget gives up what lies behind the window, once it is a quarter as much: then each byte is moved four times at most.
func (z *Reader) forget() {
	window := int(z.frame.window)
	if len(z.buf) < window+spare(window) {
		return
	}
	n := copy(z.buf, z.buf[len(z.buf)-window:])
	z.buf, z.out = z.buf[:n], n
}

// spare is how much more than the window is kept.
func spare(window int) int { return max(window/4, 1<<20) }

// reserve makes room for a block, so that memory follows the data and not what a header declares.
func (z *Reader) reserve() {
	if need := len(z.buf) + maxBlock; need > cap(z.buf) {
		window := int(z.frame.window)
		grown := make([]byte, len(z.buf), max(need, min(2*need, window+spare(window)+maxBlock)))
		copy(grown, z.buf)
		z.buf, z.out = grown, len(z.buf)
	}
}

// endFrame compares what the frame declared.
func (z *Reader) endFrame() error {
	z.inside = false
	if z.frame.hasSize && z.frame.decoded != z.frame.size {
		return corrupt("a frame has %d bytes, its header declares %d", z.frame.decoded, z.frame.size)
	}
	if !z.frame.hasSum {
		return nil
	}
	var want [4]byte
	if _, err := io.ReadFull(z.in, want[:]); err != nil {
		return truncated(err, "checksum")
	}
	if got, want := uint32(z.sum.Sum64()), binary.LittleEndian.Uint32(want[:]); got != want {
		return corrupt("a frame has checksum %08x, expected %08x", got, want)
	}
	return nil
}

// truncated names the part in which the input ended. Another error of the source is handed on as it is.
func truncated(err error, part string) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("zstd: the input ends within a %s: %w", part, io.ErrUnexpectedEOF)
	}
	return err
}
