package zstd

import "slices"

// blockDecoder decodes compressed blocks: literals, and sequences that each say how many of them to take and what to repeat
// behind them. Tables live on from block to block within a frame.
type blockDecoder struct {
	data    []byte // of the block, and pad
	literal [maxBlock]byte
	tree    huffman
	hasTree bool
	tables  [3]*fseTable // of literals lengths, offsets, match lengths; nil before the first
	reps    [3]int       // the last offsets, newest first

	// What the format itself defines, made when first wanted.
	standard                 [3]*fseTable
	literalCodes, matchCodes []code
}

func (d *blockDecoder) reset() {
	d.hasTree, d.tables, d.reps = false, [3]*fseTable{}, [3]int{1, 4, 8}
}

// input is the place for a block's bytes.
func (d *blockDecoder) input(size int) []byte {
	if cap(d.data) < size+pad {
		d.data = make([]byte, size+pad)
	}
	return d.data[:size]
}

// The three kinds of codes, in the order in which their tables come.
const (
	ofLiterals = iota
	ofOffset
	ofMatch
)

// code is what one code stands for: the least value, and how many bits are added to it.
type code struct{ base, bits int }

// codes lists what the codes of lengths stand for: the first count as they are, and then steps of more bits.
func codes(first, count int, width []int) []code {
	list := make([]code, 0, count+len(width))
	for i := range count {
		list = append(list, code{first + i, 0})
	}
	base := first + count
	for _, w := range width {
		list = append(list, code{base, w})
		base += 1 << w
	}
	return list
}

func (d *blockDecoder) makeCodes() {
	if d.matchCodes == nil {
		d.literalCodes = codes(0, 16, []int{1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
		d.matchCodes = codes(3, 32, []int{1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	}
}

// predefined are the tables of section 3.1.1.3.2.2 of the RFC.
func predefined(kind int) *fseTable {
	ones := func(n, v int) []int { return slices.Repeat([]int{v}, n) }
	switch kind {
	case ofLiterals:
		return newFSE(slices.Concat([]int{4, 3}, ones(11, 2), ones(3, 1), ones(9, 2), []int{3, 2}, ones(5, 1), ones(4, -1)), 6)
	case ofOffset:
		return newFSE(slices.Concat(ones(6, 1), ones(3, 2), ones(15, 1), ones(5, -1)), 5)
	default:
		return newFSE(slices.Concat([]int{1, 4, 3}, ones(6, 2), ones(37, 1), ones(7, -1)), 6)
	}
}

// decode appends a block's data to out, whose end is the history. After an error out is as it was.
func (d *blockDecoder) decode(data, out []byte, window int) ([]byte, error) {
	literals, data, err := d.literals(data)
	if err != nil {
		return out, err
	}
	count, data, err := d.header(data)
	if err != nil {
		return out, err
	}
	begin := len(out)
	if count > 0 {
		if out, literals, err = d.execute(count, data, literals, out, window); err != nil {
			return out[:begin], err
		}
	} else if len(data) > 0 {
		return out, corrupt("a block has %d bytes behind its end", len(data))
	}
	if len(out)-begin+len(literals) > maxBlock {
		return out[:begin], corrupt("a block decodes to more than %d bytes", maxBlock)
	}
	return append(out, literals...), nil
}

// header reads how many sequences there are, and their tables.
func (d *blockDecoder) header(data []byte) (count int, rest []byte, err error) {
	bad := corrupt("the header of a sequences section is cut off")
	if len(data) == 0 {
		return 0, nil, bad
	}
	switch first := int(data[0]); {
	case first == 0:
		return 0, data[1:], nil
	case first < 128:
		count, data = first, data[1:]
	case first < 255 && len(data) > 1:
		count, data = (first-128)<<8+int(data[1]), data[2:]
	case first == 255 && len(data) > 2:
		count, data = int(data[1])+int(data[2])<<8+0x7F00, data[3:]
	default:
		return 0, nil, bad
	}
	if len(data) == 0 {
		return 0, nil, bad
	}
	modes := data[0]
	data = data[1:]
	if modes&3 != 0 {
		return 0, nil, corrupt("the modes of a sequences section are %#02x, their reserved bits must be 0", modes)
	}
	for kind := range d.tables {
		if data, err = d.readTable(kind, modes>>(6-2*kind)&3, data); err != nil {
			return 0, nil, err
		}
	}
	return count, data, nil
}

func (d *blockDecoder) readTable(kind int, mode byte, data []byte) (rest []byte, err error) {
	symbols, maxLog := [...]int{36, 32, 53}[kind], [...]int{9, 8, 9}[kind]
	switch mode {
	case 0:
		if d.standard[kind] == nil {
			d.standard[kind] = predefined(kind)
		}
		d.tables[kind] = d.standard[kind]
	case 1:
		if len(data) == 0 || int(data[0]) >= symbols {
			return nil, corrupt("the only symbol of a table is missing or too large")
		}
		d.tables[kind], data = always(data[0]), data[1:]
	case 2:
		d.tables[kind], data, err = readFSE(data, symbols, maxLog)
	case 3:
		if d.tables[kind] == nil {
			err = corrupt("a sequences section goes on with a table that does not exist")
		}
	}
	return data, err
}

// execute carries the sequences out and returns the literals that are left.
func (d *blockDecoder) execute(count int, data, literals, out []byte, window int) (_, _ []byte, err error) {
	b, err := newBackward(data)
	if err != nil {
		return out, nil, err
	}
	var now [3]fseState
	for kind, t := range d.tables {
		now[kind] = t.start(&b)
	}
	d.makeCodes()
	limit := len(out) + maxBlock
	for i := range count {
		offsetBits := int(now[ofOffset].symbol)
		value := 1<<offsetBits + int(b.read(offsetBits))
		m, l := d.matchCodes[now[ofMatch].symbol], d.literalCodes[now[ofLiterals].symbol]
		match := m.base + int(b.read(m.bits))
		length := l.base + int(b.read(l.bits))
		if i < count-1 {
			for _, kind := range [...]int{ofLiterals, ofMatch, ofOffset} {
				now[kind] = d.tables[kind].follow(now[kind], &b)
			}
		}
		offset := d.offset(value, length)
		if b.left < 0 || length > len(literals) || len(out)+length+match > limit {
			return out, nil, corrupt("a sequence takes more bits, literals or room than there are")
		}
		out = append(out, literals[:length]...)
		literals = literals[length:]
		if offset <= 0 || offset > len(out) || offset > window {
			return out, nil, corrupt("a match begins before the data or the window")
		}
		out = repeat(out, offset, match)
	}
	if b.left != 0 {
		return out, nil, corrupt("the sequences have %d bits left, expected 0", b.left)
	}
	return out, literals, nil
}

// offset takes up to three values for the last offsets, which move by one where there are no literals.
func (d *blockDecoder) offset(value, length int) int {
	r := &d.reps
	if value > 3 {
		r[0], r[1], r[2] = value-3, r[0], r[1]
		return r[0]
	}
	if length == 0 {
		value++
	}
	switch value {
	case 2:
		r[0], r[1] = r[1], r[0]
	case 3:
		r[0], r[1], r[2] = r[2], r[0], r[1]
	case 4:
		r[0], r[1], r[2] = r[0]-1, r[0], r[1]
	}
	return r[0]
}

// repeat appends length bytes from offset before the end. The two may overlap: then the bytes repeat.
func repeat(out []byte, offset, length int) []byte {
	from := len(out) - offset
	for length > 0 {
		n := min(length, len(out)-from) // as much again each time round
		out = append(out, out[from:from+n]...)
		length -= n
	}
	return out
}
