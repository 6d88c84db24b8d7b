package gzip

import (
	"encoding/binary"
	"io"
)

const inputSize = 32 << 10

// input is the source in bytes, and the next bits of it, the first one lowest. What is above the first count bits of
// bits is zero or what buf has next.
type input struct {
	src   io.Reader
	buf   []byte
	at    int // of buf: the next byte
	bits  uint64
	count uint
	err   error // of src
}

func (in *input) reset(src io.Reader) {
	if in.buf == nil {
		in.buf = make([]byte, 0, inputSize)
	}
	in.src, in.buf, in.at, in.bits, in.count, in.err = src, in.buf[:0], 0, 0, 0, nil
}

// refill moves what is left to the front and reads more behind it; false where there is nothing any more.
func (in *input) refill() bool {
	if in.err != nil {
		return in.at < len(in.buf)
	}
	kept := min(in.at, 8) // align may give back as many
	left := copy(in.buf[:cap(in.buf)], in.buf[in.at-kept:])
	in.buf, in.at = in.buf[:left], kept
	for tries := 0; in.err == nil; tries++ {
		n, err := in.src.Read(in.buf[left:cap(in.buf)])
		in.buf, in.err = in.buf[:left+n], err
		if n > 0 {
			return true
		}
		if tries == 100 && err == nil {
			in.err = io.ErrNoProgress
		}
	}
	return in.at < left
}

// fill has as many bits ready as there are, up to 56 at least. Fewer is no error: the last code may be short.
func (in *input) fill() {
	for in.count <= 56 {
		if in.at == len(in.buf) && !in.refill() {
			return
		}
		in.bits |= uint64(in.buf[in.at]) << in.count
		in.at++
		in.count += 8
	}
}

// take takes n bits, up to 32.
func (in *input) take(n uint) (uint32, error) {
	if in.count < n {
		if in.fill(); in.count < n {
			return 0, in.ended()
		}
	}
	v := uint32(in.bits) & (1<<n - 1)
	in.bits >>= n
	in.count -= n
	return v, nil
}

// ended is why there is no more.
func (in *input) ended() error {
	if in.err == nil || in.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return in.err
}

// align drops the rest of a byte and gives back the whole bytes that were taken as bits.
func (in *input) align() {
	in.at -= int(in.count / 8)
	in.bits, in.count = 0, 0
}

// byte is the next whole byte; align came before.
func (in *input) byte() (byte, error) {
	if in.at == len(in.buf) && !in.refill() {
		return 0, in.err
	}
	b := in.buf[in.at]
	in.at++
	return b, nil
}

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
