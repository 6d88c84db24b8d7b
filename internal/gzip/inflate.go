package gzip

import "io"

const (
	window   = 32 << 10 // how far back a match may reach
	slack    = 258 + 16 // a match is not stopped in its middle, and is written in words
	capacity = window + 128<<10 + slack
)

// phase is what comes next in the input.
type phase uint8

const (
	atBlock phase = iota
	inStored
	inCodes
)

// inflater is the output, and what of a DEFLATE stream is known.
type inflater struct {
	out    []byte // of capacity: the history, what is decoded, and room
	end    int    // of out: behind what is decoded
	low    int    // of out: the first byte of the stream, if it is still there
	phase  phase
	last   bool // the block is
	stored int  // bytes of the block that are to come

	literals  [literalSize]entry
	distances [distanceSize]entry
}

func (f *inflater) reset() {
	if f.out == nil {
		f.out = make([]byte, capacity)
	}
	f.end, f.low, f.phase, f.last = 0, 0, atBlock, false
}

// makeRoom moves the history to the front where there is little room behind it, and tells by how much.
func (f *inflater) makeRoom() int {
	if f.end < window+64<<10 {
		return 0
	}
	shift := f.end - window
	copy(f.out, f.out[shift:f.end])
	f.end, f.low = window, max(0, f.low-shift)
	return shift
}

// inflate decodes until the room is used up or the stream ends: io.EOF, with the input at the byte behind it.
func (f *inflater) inflate(in *input) error {
	for f.end < capacity-slack {
		var err error
		switch f.phase {
		case atBlock:
			if f.last {
				in.align()
				return io.EOF
			}
			err = f.block(in)
		case inStored:
			err = f.copyStored(in)
		case inCodes:
			err = f.codes(in)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// block reads the head of a block.
func (f *inflater) block(in *input) error {
	head, err := in.take(3)
	if err != nil {
		return err
	}
	f.last = head&1 != 0
	switch head >> 1 {
	case 0:
		return f.beginStored(in)
	case 1:
		f.phase = inCodes
		f.fixedCodes()
		return nil
	case 2:
		f.phase = inCodes
		return f.readCodes(in)
	}
	return corrupt("a block of unknown kind")
}

func (f *inflater) beginStored(in *input) error {
	in.align()
	var n [2]uint32
	for i := range n {
		v, err := in.take(16)
		if err != nil {
			return err
		}
		n[i] = v
	}
	in.align()
	if n[0] != ^n[1]&0xffff {
		return corrupt("the length of a stored block is damaged")
	}
	f.phase, f.stored = inStored, int(n[0])
	return nil
}

func (f *inflater) copyStored(in *input) error {
	if f.stored > 0 && in.at == len(in.buf) && !in.refill() {
		return in.ended()
	}
	n := min(f.stored, len(in.buf)-in.at, capacity-slack-f.end)
	f.end += copy(f.out[f.end:f.end+n], in.buf[in.at:])
	in.at += n
	if f.stored -= n; f.stored == 0 {
		f.phase = atBlock
	}
	return nil
}

// codes decodes up to the end of the block or of the room: in words as long as there are enough, else with care.
func (f *inflater) codes(in *input) error {
	for f.end < capacity-slack && f.phase == inCodes {
		if len(in.buf)-in.at < 2*8 {
			in.refill()
		}
		if len(in.buf)-in.at >= 2*8 {
			if err := f.fast(in); err != nil {
				return err
			}
			continue
		}
		if err := f.symbol(in); err != nil {
			return err
		}
	}
	return nil
}

// symbol decodes one byte or match near the end of the input, where each bit may be missing.
func (f *inflater) symbol(in *input) error {
	e, err := in.code(f.literals[:], literalRoot)
	switch {
	case err != nil:
		return err
	case e&isLiteral != 0:
		f.out[f.end] = byte(e >> 16)
		f.end++
		return nil
	case e&isEnd != 0:
		f.phase = atBlock
		return nil
	case e&isSpecial != 0:
		return corrupt("a code that stands for nothing")
	}
	length, err := in.take(uint(e >> 8 & 15))
	if err != nil {
		return err
	}
	length += e >> 16
	if e, err = in.code(f.distances[:], distanceRoot); err != nil {
		return err
	}
	if e&isSpecial != 0 {
		return corrupt("a distance that stands for nothing")
	}
	distance, err := in.take(uint(e >> 8 & 15))
	if err != nil {
		return err
	}
	distance += e >> 16
	if int(distance) > f.end-f.low {
		return corrupt("a match with what is before the beginning")
	}
	match(f.out, f.end, int(distance), int(length))
	f.end += int(length)
	return nil
}

// code looks the next code up and takes it.
func (in *input) code(table []entry, root uint) (entry, error) {
	in.fill()
	e := table[in.bits&(1<<root-1)]
	n := uint(e & 31)
	if e&isLonger != 0 {
		e = table[uint64(e>>16)+in.bits>>root&(1<<(e>>8&15)-1)]
		n = root + uint(e&31)
	}
	if n > in.count {
		return 0, in.ended()
	}
	in.bits >>= n
	in.count -= n
	return e, nil
}
