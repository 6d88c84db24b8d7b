package xz

import "encoding/binary"

const (
	probBits = 11
	probInit = 1 << probBits / 2
	moveBits = 5

	// coderHead is how many bytes start the range decoder at the head of a chunk.
	coderHead = 5
)

// coder is a range decoder. It is passed and returned by value, and has four fields, because the compiler keeps such a
// struct in registers: behind a pointer every bit would cost stores and loads.
type coder struct {
	in        *[inputSize]byte
	at        uint32 // index of the next byte; it may run over the end of the chunk, which is found out after it
	rng, code uint32
}

// newCoder begins a chunk, whose first byte is always 0.
func newCoder(in *[inputSize]byte, at uint32) coder {
	head := in[at : at+coderHead]
	return coder{in, at + coderHead, 1<<32 - 1, binary.BigEndian.Uint32(head[1:])}
}

// normal makes the range large enough for the next bit.
func (c coder) normal() coder {
	if c.rng < 1<<24 {
		c.code = c.code<<8 | uint32(c.in[c.at&inputMask])
		c.rng <<= 8
		c.at++
	}
	return c
}

// flag decodes a bit that decides what comes next: a branch that the processor predicts.
func (c coder) flag(p *uint16) (coder, bool) {
	bound := c.rng >> probBits * uint32(*p)
	if c.code < bound {
		c.rng = bound
		*p += (1<<probBits - *p) >> moveBits
		return c, false
	}
	c.rng -= bound
	c.code -= bound
	*p -= *p >> moveBits
	return c, true
}

// bit decodes a bit of data, which nothing can predict, without a branch, and appends it to m.
func (c coder) bit(p *uint16, m uint32) (coder, uint32) {
	v := uint32(*p)
	bound := c.rng >> probBits * v
	zero := uint32(int64(uint64(c.code)-uint64(bound)) >> 63) // all ones if the bit is 0
	*p = uint16(v + uint32(int32((zero&(1<<probBits-31))+31-v)>>moveBits))
	c.code -= bound &^ zero
	c.rng = (c.rng-bound)&^zero | bound&zero
	return c, m<<1 + 1 + zero
}

// literal decodes eight bits by a tree.
func (c coder) literal(p *[0x300]uint16) (coder, uint32) {
	m := uint32(1)
	for m < 0x100 {
		c, m = c.normal().bit(&p[m], m)
	}
	return c, m
}

// matched decodes eight bits by one of three trees, as long as they agree with the byte that a match would have copied.
func (c coder) matched(p *[0x300]uint16, b byte) (coder, uint32) {
	m, bits, tree := uint32(1), uint32(b), uint32(0x100)
	for m < 0x100 {
		bits <<= 1
		bit := bits & tree
		c, m = c.normal().bit(&p[tree+bit+m], m)
		tree &= bit ^ (m&1 - 1)
	}
	return c, m
}

// tree3 decodes three bits.
func (c coder) tree3(p *[8]uint16) (coder, uint32) {
	c, m := c.normal().bit(&p[1], 1)
	c, m = c.normal().bit(&p[m&7], m)
	c, m = c.normal().bit(&p[m&7], m)
	return c, m - 8
}

// tree6 decodes six bits.
func (c coder) tree6(p *[64]uint16) (coder, uint32) {
	m := uint32(1)
	for m < 64 {
		c, m = c.normal().bit(&p[m], m)
	}
	return c, m - 64
}

// tree8 decodes eight bits.
func (c coder) tree8(p *[256]uint16) (coder, uint32) {
	m := uint32(1)
	for m < 256 {
		c, m = c.normal().bit(&p[m], m)
	}
	return c, m - 256
}

// direct decodes n bits that are all as likely to be 0 as 1, and appends them to v.
func (c coder) direct(n, v uint32) (coder, uint32) {
	for ; n > 0; n-- {
		c = c.normal()
		c.rng >>= 1
		c.code -= c.rng
		zero := -(c.code >> 31)
		c.code += c.rng & zero
		v = v<<1 + 1 + zero
	}
	return c, v
}

// low decodes n bits by a tree that begins behind p[base], the lowest bit first.
func (c coder) low(p *[128]uint16, base, n uint32) (coder, uint32) {
	m, v := uint32(1), uint32(0)
	for i := range n {
		c, m = c.normal().bit(&p[(base+m)&127], m)
		v |= m & 1 << i
	}
	return c, v
}

// align decodes four bits by a tree, the lowest bit first.
func (c coder) align(p *[16]uint16) (coder, uint32) {
	c, m := c.normal().bit(&p[1], 1)
	v := m & 1
	c, m = c.normal().bit(&p[m&15], m)
	v |= m & 1 << 1
	c, m = c.normal().bit(&p[m&15], m)
	v |= m & 1 << 2
	c, m = c.normal().bit(&p[m&15], m)
	return c, v | m&1<<3
}
