package zstd

import "encoding/binary"

// literals decodes the first section of a block, and returns the literals and what lies behind the section.
func (d *blockDecoder) literals(data []byte) (literals, rest []byte, err error) {
	if len(data) == 0 {
		return nil, nil, corrupt("a block has no literals section")
	}
	kind, format := data[0]&3, data[0]>>2&3
	if kind < 2 {
		return d.plainLiterals(data, kind == 1, format)
	}
	size := [...]int{3, 3, 4, 5}[format]
	if len(data) < size {
		return nil, nil, corrupt("the header of a literals section is cut off")
	}
	var head [8]byte
	copy(head[:], data[:size])
	h, width := binary.LittleEndian.Uint64(head[:])>>4, [...]int{10, 10, 14, 18}[format]
	decoded, coded := int(h&(1<<width-1)), int(h>>width&(1<<width-1))
	data = data[size:]
	if decoded > maxBlock || coded > len(data) {
		return nil, nil, corrupt("a literals section declares %d bytes out of %d, of which %d are there", decoded, coded, len(data))
	}
	part, rest := data[:coded], data[coded:]
	if kind == 2 {
		d.hasTree = false
		if part, err = d.tree.read(part); err != nil {
			return nil, nil, err
		}
		d.hasTree = true
	} else if !d.hasTree {
		return nil, nil, corrupt("a literals section goes on with a Huffman tree that does not exist")
	}
	literals = d.literal[:decoded]
	if format == 0 {
		return literals, rest, d.tree.decode(part, literals)
	}
	return literals, rest, d.fourStreams(part, literals)
}

// plainLiterals are stored, or one byte that is repeated.
func (d *blockDecoder) plainLiterals(data []byte, repeated bool, format byte) (literals, rest []byte, err error) {
	size := [...]int{1, 2, 1, 3}[format]
	if len(data) < size {
		return nil, nil, corrupt("the header of a literals section is cut off")
	}
	var head [4]byte
	copy(head[:], data[:size])
	n := int(binary.LittleEndian.Uint32(head[:]) >> 4)
	if size == 1 {
		n = int(head[0] >> 3)
	}
	data = data[size:]
	switch {
	case n > maxBlock:
	case repeated && len(data) > 0:
		literals = d.literal[:n]
		for i := range literals {
			literals[i] = data[0]
		}
		return literals, data[1:], nil
	case !repeated && n <= len(data):
		return data[:n], data[n:], nil
	}
	return nil, nil, corrupt("a literals section declares %d bytes, of which %d are there", n, len(data))
}

// fourStreams are of equal length but the last, and side by side.
func (d *blockDecoder) fourStreams(data, out []byte) error {
	const jump = 6
	each := (len(out) + 3) / 4
	if len(data) < jump || 3*each > len(out) {
		return corrupt("a literals section of four streams has %d bytes for %d", len(data), len(out))
	}
	sizes, data := data[:jump], data[jump:]
	for i := range 4 {
		stream, part := data, out
		if i < 3 {
			n := int(binary.LittleEndian.Uint16(sizes[2*i:]))
			if n > len(data) {
				return corrupt("a stream of literals has %d bytes, of which %d are there", n, len(data))
			}
			stream, data, part, out = data[:n], data[n:], out[:each], out[each:]
		}
		if err := d.tree.decode(stream, part); err != nil {
			return err
		}
	}
	return nil
}
