package zstd

import (
	"encoding/binary"
	"math/bits"
)

// pad is how many bytes may be read behind the data of a block.
const pad = 8

// backward reads bits from the end of data to its begin, the highest first. The last byte ends with a 1 that says where they
// begin.
type backward struct {
	data []byte // with pad bytes behind it
	left int    // bits not read yet; negative once more were asked for than there were
}

func newBackward(data []byte) (backward, error) {
	if len(data) == 0 || data[len(data)-1] == 0 {
		return backward{}, corrupt("a bit stream has no end mark")
	}
	return backward{data[: len(data)+pad : len(data)+pad], len(data)*8 - 9 + bits.Len8(data[len(data)-1])}, nil
}

// peek returns the next n bits, at most 56; zeros stand for those that are not there.
func (b *backward) peek(n int) uint64 {
	at, shift := b.left-n, 0
	if at < 0 {
		if b.left <= 0 {
			return 0
		}
		at, shift, n = 0, -at, b.left
	}
	v := binary.LittleEndian.Uint64(b.data[at>>3:]) >> (at & 7)
	return v & (1<<n - 1) << shift
}

func (b *backward) read(n int) uint64 {
	v := b.peek(n)
	b.left -= n
	return v
}

// forward reads bits from the begin of data, the lowest first; zeros stand for those that are not there.
type forward struct {
	data []byte
	at   int // in bits
}

func (f *forward) peek(n int) (v int) {
	for i := range n {
		if at := f.at + i; at>>3 < len(f.data) {
			v |= int(f.data[at>>3]>>(at&7)&1) << i
		}
	}
	return v
}

func (f *forward) read(n int) int {
	v := f.peek(n)
	f.at += n
	return v
}

// rest is what lies behind the byte that was read last.
func (f *forward) rest() ([]byte, bool) {
	n := (f.at + 7) / 8
	if n > len(f.data) {
		return nil, false
	}
	return f.data[n:], true
}
