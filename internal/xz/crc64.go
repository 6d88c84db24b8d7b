package xz

import (
	"encoding/binary"
	"hash/crc64"
)

// lane is how many bytes each half of the data has when two halves are summed up side by side.
const lane = 8 << 10

// crc64Sum is the CRC64 of the format. Package hash/crc64 has the same, at half the speed: there each step waits for the
// step before, while here two lanes of the data take turns and are put together afterwards. As the decoder is fast the
// check matters: this saves 3 % of all.
type crc64Sum struct {
	table crc64Slices
	shift uint64 // multiplying by it appends lane zero bytes
	state uint64
}

// crc64Slices has the CRC of each byte with up to seven zero bytes behind it.
type crc64Slices [8][256]uint64

func newCRC64() *crc64Sum {
	c := &crc64Sum{state: ^uint64(0)}
	c.table[0] = *crc64.MakeTable(crc64.ECMA)
	for k := 1; k < len(c.table); k++ {
		for i, v := range c.table[k-1] {
			c.table[k][i] = c.table[0][byte(v)] ^ v>>8
		}
	}
	c.shift = 1 << 63 // one, as the highest bit is that of x to the power of 0
	for range lane {
		c.shift = c.table[0][byte(c.shift)] ^ c.shift>>8
	}
	return c
}

// step appends eight zero bytes.
func (t *crc64Slices) step(v uint64) uint64 {
	return t[7][byte(v)] ^ t[6][byte(v>>8)] ^ t[5][byte(v>>16)] ^ t[4][byte(v>>24)] ^
		t[3][byte(v>>32)] ^ t[2][byte(v>>40)] ^ t[1][byte(v>>48)] ^ t[0][v>>56]
}

// Write never fails.
func (c *crc64Sum) Write(p []byte) (int, error) {
	t, n := &c.table, len(p)
	for ; len(p) >= 2*lane; p = p[2*lane:] {
		first, second := c.state, uint64(0)
		for i := 0; i < lane; i += 8 {
			first = t.step(first ^ binary.LittleEndian.Uint64(p[i:]))
			second = t.step(second ^ binary.LittleEndian.Uint64(p[lane+i:]))
		}
		c.state = multiply(first, c.shift) ^ second
	}
	for ; len(p) >= 8; p = p[8:] {
		c.state = t.step(c.state ^ binary.LittleEndian.Uint64(p))
	}
	for _, b := range p {
		c.state = t[0][byte(c.state)^b] ^ c.state>>8
	}
	return n, nil
}

// Sum appends the CRC with the most significant byte first, as package hash has it.
func (c *crc64Sum) Sum(b []byte) []byte { return binary.BigEndian.AppendUint64(b, ^c.state) }

// multiply multiplies two polynomials over bits, lowest power in the highest bit, modulo that of the CRC.
func multiply(a, b uint64) uint64 {
	var product uint64
	for i := 63; i >= 0; i-- {
		product ^= b & -(a >> i & 1)
		b = b>>1 ^ crc64.ECMA&-(b&1)
	}
	return product
}
