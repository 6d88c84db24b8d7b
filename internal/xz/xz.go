// Package xz decodes the .xz format.
//
// Bytes that a Reader hands out come from input that was sound up to there; that they are all of the file, and undamaged,
// is known only at io.EOF: by then every header, size, check and index record was read and agreed. A caller that acts on
// bytes before io.EOF must be able to take that back. A Reader reads its source to the end, and is not safe for use by
// several goroutines at once.
//
// The input may be hostile. Memory follows the data and never what a header declares: it stays below the dictionary (up to
// Options.MaxDictionary), a seventh of it and 3 MiB. Output is not bounded: a few kilobytes may stand for gigabytes, and a
// caller that minds must count. Damage is a *CorruptError, input that stops early wraps io.ErrUnexpectedEOF.
//
// Left out: the filters for machine code and the delta filter, checks that the format reserves, and the older .lzma format.
package xz

import "io"

// DefaultMaxDictionary is twice the 64 MiB of xz -9 and of the Rust project's archives.
const DefaultMaxDictionary = 128 << 20

// Options are the limits of a Reader. The zero value has the defaults.
type Options struct {
	// MaxDictionary is the largest dictionary, in bytes, that a file may ask for; 0 means DefaultMaxDictionary.
	MaxDictionary int
}

// Reader decodes the concatenated streams of an .xz file.
type Reader struct {
	in     input
	window window
	lzma   lzma
	stream stream
	block  block
	limit  int64  // the largest dictionary
	step   step   // what comes next in the file
	out    []byte // decoded and not handed out yet; part of the window
	err    error  // what ended the file
}

// step reads one piece of the file, which may leave bytes in z.out, and names the step after it; nil is the end.
type step func(z *Reader) (step, error)

// NewReader reads the header of the first stream, so that a file of another format is found out here.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	limit := o.MaxDictionary
	if limit <= 0 {
		limit = DefaultMaxDictionary
	}
	z := &Reader{limit: int64(limit)}
	if err := z.Reset(r); err != nil {
		return nil, err
	}
	return z, nil
}

// Reset begins another file and keeps the memory of the last one.
func (z *Reader) Reset(r io.Reader) error {
	z.in.reset(r)
	z.out, z.err = nil, nil
	z.step, z.err = readStreamHeader(z)
	return z.err
}

// Read implements io.Reader.
func (z *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := z.fill(); err != nil {
		return 0, err
	}
	n := copy(p, z.out)
	z.out = z.out[n:]
	return n, nil
}

// WriteTo implements io.WriterTo. It hands over the window itself, up to 2 MiB at a time, without copying it.
func (z *Reader) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for {
		if err := z.fill(); err == io.EOF {
			return total, nil
		} else if err != nil {
			return total, err
		}
		n, err := w.Write(z.out)
		total += int64(n)
		if err == nil && n < len(z.out) {
			err = io.ErrShortWrite
		}
		z.out = z.out[n:]
		if err != nil {
			return total, err
		}
	}
}

// fill takes steps until there is output or the file is over. Every step consumes input or is the last one.
func (z *Reader) fill() error {
	for len(z.out) == 0 {
		if z.err != nil {
			return z.err
		}
		if z.step == nil {
			z.err = io.EOF
			continue
		}
		z.step, z.err = z.step(z)
	}
	return nil
}
