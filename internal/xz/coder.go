package xz

import "encoding/binary"

const (
	probBits = 11                // a probability is that of a 0, in units of 1/2048
	probEven = 1 << probBits / 2 // 0 and 1 are as likely
	moveBits = 5                 // each bit moves its probability by a 32nd of the way

	// coderHead is how many bytes start the range decoder at the head of a chunk. The first is always 0.
	coderHead = 5
)

// coder is a range decoder. It is passed and returned by value and has four fields because the compiler keeps such a struct
// in registers, across calls as well. Behind a pointer every bit would cost loads and stores; as locals of one large
// function, which the compiler spills, it took a quarter more time.
type coder struct {
	in        *[inputSize]byte
	at        uint32 // index of the next byte; damaged input runs it past the chunk, which the caller looks at afterwards
	rng, code uint32
}

// newCoder begins a chunk at in[at:], of at least coderHead bytes.
func newCoder(in *[inputSize]byte, at uint32) coder {
	head := in[at+1 : at+coderHead]
	return coder{in, at + coderHead, 1<<32 - 1, binary.BigEndian.Uint32(head)}
}

// normal makes the range large enough for the next bit. It is apart from flag and bit so that all three are inlined.
func (c coder) normal() coder {
	if c.rng < 1<<24 {
		c.code = c.code<<8 | uint32(c.in[c.at&inputMask])
		c.rng <<= 8
		c.at++
	}
	return c
}

// flag decodes a bit that decides what comes next, by a branch: these bits can often be predicted.
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

// bit decodes a bit of data, whose probability v it returns as it is afterwards. Nothing predicts such bits, so there must be
// no branch: both ifs become conditional moves. The compiler does that only for values that take no part in the address of
// a load; hence the first if, which cuts the bit, of which the next address is made, off from what the second chooses.
func (c coder) bit(v uint32) (_ coder, bit, _ uint32) {
	bound := c.rng >> probBits * v
	if c.code >= bound {
		bit = 1
	}
	rng, code := c.rng-bound, c.code-bound
	if c.code < bound {
		rng, code = bound, c.code
	}
	// Towards 31 for a 1 and towards 2048 for a 0, which rounds as the format does it.
	return coder{c.in, c.at, rng, code}, bit, v - uint32(int32(v-(bit-1)&(1<<probBits-31))>>moveBits)
}

// tree decodes as many bits as lead to a leaf, which it returns; leaves begin at end. Both probabilities that may come next
// are loaded before it is known which: that shortens the chain of dependent instructions by a load. After the last bit these
// are of whatever follows the tree, and not used.
func (c coder) tree(p *[treeSize]uint16, end uint32) (_ coder, leaf uint32) {
	m, v := uint32(1), uint32(p[1])
	for m < end {
		v0, v1 := uint32(p[uint8(2*m)]), uint32(p[uint8(2*m+1)])
		var bit uint32
		c, bit, v = c.normal().bit(v)
		p[uint8(m)] = uint16(v)
		v = v1
		if bit == 0 {
			v = v0
		}
		m = 2*m + bit
	}
	return c, m
}

// matched decodes a literal behind a match, for which the byte that the match would have gone on with is a hint: as long as
// its bits agree they are decoded by the tree at 0x100 (the hint's bit is 0) or 0x200 (it is 1), and from then on by the one at 0.
func (c coder) matched(p *[0x400]uint16, hint byte) (_ coder, leaf uint32) {
	m, bits := uint32(1), uint32(hint)<<1
	tree := 0x100 + bits&0x100
	v := uint32(p[tree+1])
	for m < treeSize {
		bits <<= 1
		agreed := 0x100 + bits&0x100 // the next tree if this bit agrees
		tree0, tree1 := agreed&-(tree>>8&1), agreed&-(tree>>9)
		v0, v1 := uint32(p[(tree0+2*m)&0x3FF]), uint32(p[(tree1+2*m+1)&0x3FF])
		var bit uint32
		c, bit, v = c.normal().bit(v)
		p[(tree+m)&0x3FF] = uint16(v)
		v = v1
		if bit == 0 {
			v = v0
		}
		m = 2*m + bit
		tree = tree0 ^ (tree0^tree1)&-bit
	}
	return c, m
}

// shaped decodes n bits, the lowest first, by a tree whose root is p[base+1].
func (c coder) shaped(p *[128]uint16, base, n uint32) (_ coder, sum uint32) {
	m := uint32(1)
	for i := range n {
		var bit, v uint32
		at := (base + m) & 127
		c, bit, v = c.normal().bit(uint32(p[at]))
		p[at] = uint16(v)
		m = 2*m + bit
		sum |= bit << (i & 31)
	}
	return c, sum
}

// align decodes alignBits bits by a tree, the lowest first.
func (c coder) align(p *[1 << alignBits]uint16) (_ coder, sum uint32) {
	m := uint32(1)
	for i := range alignBits {
		var bit, v uint32
		c, bit, v = c.normal().bit(uint32(p[m&15]))
		p[m&15] = uint16(v)
		m = 2*m + bit
		sum |= bit << i
	}
	return c, sum
}

// direct decodes n bits of which 0 and 1 are as likely, and appends them to v.
func (c coder) direct(v, n uint32) (coder, uint32) {
	for ; n > 0; n-- {
		c = c.normal()
		c.rng >>= 1
		c.code -= c.rng
		zero := -(c.code >> 31) // all ones if the bit is 0
		c.code += c.rng & zero
		v = v<<1 + 1 + zero
	}
	return c, v
}
