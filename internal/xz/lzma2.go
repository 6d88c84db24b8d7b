package xz

import "encoding/binary"

const (
	// maxChunk is the most that one chunk decodes to.
	maxChunk = 1 << 21

	// maxLZMA2Header is the control byte, two sizes of two bytes, and the properties.
	maxLZMA2Header = 6

	controlEnd      = 0x00
	controlRawReset = 0x01 // stored bytes, after a dictionary reset
	controlRaw      = 0x02 // stored bytes
	controlLZMA     = 0x80 // from here on the low five bits belong to the size
	controlState    = 0xA0 // with a reset of the LZMA state
	controlProps    = 0xC0 // and new properties
	controlAll      = 0xE0 // and a dictionary reset
)

// readChunk decodes the next chunk of a block into the window.
func readChunk(z *Reader) (step, error) {
	b, err := z.in.peek(1, "LZMA2 data")
	if err != nil {
		return nil, err
	}
	control := b[0]
	if control == controlEnd {
		z.in.skip(1)
		return readBlockEnd, nil
	}
	if err := z.resets(control); err != nil {
		return nil, err
	}
	if control < controlLZMA {
		err = z.storedChunk()
	} else {
		err = z.lzmaChunk(control)
	}
	if err != nil {
		return nil, err
	}
	z.block.check.add(z.out)
	return readChunk, nil
}

// resets applies what a control byte says of the dictionary, and refuses what must not stand where it stands.
func (z *Reader) resets(control byte) error {
	k := &z.block
	switch {
	case control == controlRawReset || control >= controlAll:
		z.window.forget()
		k.needDictionary, k.needProperties = false, true
	case control > controlRaw && control < controlLZMA:
		return z.in.corrupt("LZMA2 control byte is %#02x, expected 0 to 2 or from 0x80", control)
	case k.needDictionary:
		return z.in.corrupt("LZMA2 control byte is %#02x, expected a dictionary reset in a block's first chunk", control)
	}
	if control >= controlLZMA && control < controlProps && k.needProperties {
		return z.in.corrupt("LZMA2 control byte is %#02x, expected new properties after a dictionary reset", control)
	}
	return nil
}

// storedChunk takes the bytes as they are.
func (z *Reader) storedChunk() error {
	header, err := z.in.peek(3, "LZMA2 chunk header")
	if err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint16(header[1:])) + 1
	if err := z.room(size); err != nil {
		return err
	}
	z.in.skip(3)
	b, err := z.in.next(size, "stored LZMA2 chunk")
	if err != nil {
		return err
	}
	w := &z.window
	copy(w.buf[w.pos:], b)
	w.pos += size
	z.out = w.buf[w.pos-size : w.pos]
	return nil
}

// lzmaChunk decodes a chunk of LZMA, after the resets that it asks for.
func (z *Reader) lzmaChunk(control byte) error {
	size := maxLZMA2Header
	if control < controlProps {
		size--
	}
	header, err := z.in.peek(size, "LZMA2 chunk header")
	if err != nil {
		return err
	}
	decoded := int(control&0x1F)<<16 + int(binary.BigEndian.Uint16(header[1:])) + 1
	coded := int(binary.BigEndian.Uint16(header[3:])) + 1
	if control >= controlProps {
		if !z.lzma.setProperties(header[5]) {
			return z.in.corrupt("LZMA properties are %#02x, expected (pb*5+lp)*9+lc with lc+lp and pb at most 4", header[5])
		}
		z.block.needProperties = false
	}
	if control >= controlState {
		z.lzma.reset()
	}
	if err := z.room(decoded); err != nil {
		return err
	}
	z.in.skip(size)
	return z.decodeChunk(coded, decoded)
}

// decodeChunk decodes coded bytes of LZMA to decoded bytes.
func (z *Reader) decodeChunk(coded, decoded int) error {
	b, err := z.in.peek(coded, "LZMA chunk")
	if err != nil {
		return err
	}
	if coded < coderHead || b[0] != 0 {
		return z.in.corrupt("LZMA chunk begins with % x, expected 0 and at least 4 bytes more", b[:min(coded, coderHead)])
	}
	w, begin := &z.window, z.window.pos
	c, wrong := z.lzma.decode(newCoder(&z.in.buf, uint32(z.in.r)), w, decoded)
	if wrong != "" {
		return z.in.corrupt("LZMA chunk: %s", wrong)
	}
	if c = c.normal(); c.code != 0 || int(c.at) != z.in.r+coded {
		return z.in.corrupt("LZMA chunk of %d bytes decodes from %d and leaves %#x in the range decoder, expected 0",
			coded, int(c.at)-z.in.r, c.code)
	}
	z.in.skip(coded)
	z.out = w.buf[begin:w.pos]
	return nil
}

// room reserves the next n bytes of the window, if the block may still have as many.
func (z *Reader) room(n int) error {
	k := &z.block
	k.decoded += int64(n)
	if k.uncompressed != undeclared && k.decoded > k.uncompressed {
		return z.in.corrupt("block has more data than the %d bytes that its header declares", k.uncompressed)
	}
	if size := z.in.offset - k.begin; k.compressed != undeclared && size >= k.compressed {
		return z.in.corrupt("block has more compressed data than the %d bytes that its header declares", k.compressed)
	}
	z.window.reserve(n)
	return nil
}
