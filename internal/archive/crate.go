package archive

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"sync"

	"berth/internal/gzip"
)

// Crates unpacks .crate files as Cargo 1.95 does: the same files with the same modes and times. It keeps decoders and
// buffers from crate to crate, and may be used by any number of goroutines.
//
// What holds for [Unpack] about hostile archives holds here too, with one difference: a crate may hold links, as long as
// they stay within it. They are made last, so that nothing is written through one; and a target goes up only at its
// beginning, so that no chain of them leads out.
//
// Cargo passes over entries that lead out by "..", makes plain files of devices and follows links wherever they lead; here
// each of them is a *CorruptError.
type Crates struct {
	decoders sync.Pool
	buffers  sync.Pool
}

// CrateOptions say where to unpack and what to expect.
type CrateOptions struct {
	// Dir exists and belongs to this call until it returns; the crate is made in it as a directory of the name Top, below
	// which all of its entries have to be.
	Dir, Top string
	// Limit is asked how long the decompressed archive may be when it has become longer than MinCrateLimit; nil is that.
	Limit func() int64
	// Skip is the name of what is left out wherever it is, a file, a link or a directory.
	Skip string
	// Keep is asked which other files are wanted, by their path below Top; nil is all.
	Keep func(name string) bool
}

// MinCrateLimit is how long any decompressed crate may be.
const MinCrateLimit = 512 << 20

// CrateLimit is Cargo's bound for a crate of so many compressed bytes: what is packed tighter is a bomb.
func CrateLimit(compressed int64) int64 { return max(MinCrateLimit, 20*compressed) }

// crateBuffer is as much of a file as is written at once; hardly any is longer.
const crateBuffer = 128 << 10

// Unpack reads a crate to its end and returns how many bytes its files have. After an error Dir holds some of it. The
// error is a *CorruptError if the archive is at fault, a *DiskError if the local file system is, and otherwise wraps what
// r or ctx reported.
func (c *Crates) Unpack(ctx context.Context, r io.Reader, o CrateOptions) (int64, error) {
	in := &source{r: r}
	z, err := c.decoder(in)
	if err != nil {
		return 0, crateError(in.blame(noEOF(err)))
	}
	defer c.decoders.Put(z)
	dest, err := openTree(o.Dir)
	if err != nil {
		return 0, &DiskError{Op: "open", Path: o.Dir, Err: err}
	}
	defer dest.close()
	buf, ok := c.buffers.Get().(*[]byte)
	if !ok {
		b := make([]byte, crateBuffer)
		buf = &b
	}
	defer c.buffers.Put(buf)
	u := &crateUnpacker{
		ctx: ctx, o: o, dest: dest, buf: *buf, known: map[string]state{"": isDir},
		tar: tar.NewReader(&limited{r: z, left: MinCrateLimit, more: o.Limit}),
	}
	err = u.run()
	if err != nil {
		return 0, crateError(u.explain(in, err))
	}
	return u.bytes, nil
}

func (c *Crates) decoder(r io.Reader) (*gzip.Reader, error) {
	z, ok := c.decoders.Get().(*gzip.Reader)
	if !ok {
		z = new(gzip.Reader)
	}
	if err := z.Reset(r); err != nil {
		return nil, err
	}
	z.FirstOnly() // what follows the first stream is not looked at, as in Cargo
	return z, nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// crateError gives an error about the archive the words of crates.
func crateError(err error) error {
	if e, ok := errors.AsType[*CorruptError](err); ok {
		e.Crate = true
	}
	return err
}

// limited ends the stream of a bomb.
type limited struct {
	r    io.Reader
	left int64
	more func() int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 && l.more != nil {
		l.left += l.more() - MinCrateLimit
		l.more = nil
	}
	if l.left < 0 {
		return 0, corrupt("", "it unpacks to more than the allowed size")
	}
	return n, err
}
