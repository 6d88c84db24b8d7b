package gzip

import (
	"encoding/binary"
	"io"
)

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

// fast decodes as long as two words of input are there, and room for a match.
func (f *inflater) fast(in *input) (err error) {
	bits, count, at, end := in.bits, in.count, in.at, f.end
	buf, out := in.buf, f.out
	literals, distances := &f.literals, &f.distances
decoding:
	for at <= len(buf)-2*8 && end < capacity-slack {
		bits |= word(buf[at:]) << (count & 63)
		at += int((63 - count) >> 3)
		count |= 56
		e := literals[bits&(1<<literalRoot-1)]
		if e&isLiteral != 0 { // one, and often another one
			out[end] = byte(e >> 16)
			end++
			bits >>= e & 31
			count -= uint(e & 31)
			if e = literals[bits&(1<<literalRoot-1)]; e&isLiteral != 0 {
				out[end] = byte(e >> 16)
				end++
				bits >>= e & 31
				count -= uint(e & 31)
				continue
			}
			bits |= word(buf[at:]) << (count & 63)
			at += int((63 - count) >> 3)
			count |= 56
		}
		if e&isSpecial != 0 {
			if e&isLonger != 0 {
				bits >>= literalRoot
				count -= literalRoot
				e = literals[(uint64(e>>16)+bits&(1<<(e>>8&15)-1))&(literalSize-1)]
			}
			switch {
			case e&isLiteral != 0:
				out[end] = byte(e >> 16)
				end++
				bits >>= e & 31
				count -= uint(e & 31)
				continue
			case e&isEnd != 0:
				bits >>= e & 31
				count -= uint(e & 31)
				f.phase = atBlock
				break decoding
			case e&isSpecial != 0:
				err = corrupt("a code that stands for nothing")
				break decoding
			}
		}
		n, extra := e&31, e>>8&15
		length := int(e>>16) + int(bits>>n&(1<<extra-1))
		bits >>= n + extra
		count -= uint(n + extra)

		e = distances[bits&(1<<distanceRoot-1)]
		if e&isSpecial != 0 {
			if e&isLonger != 0 {
				bits >>= distanceRoot
				count -= distanceRoot
				e = distances[(uint64(e>>16)+bits&(1<<(e>>8&15)-1))&(distanceSize-1)]
			}
			if e&isSpecial != 0 {
				err = corrupt("a distance that stands for nothing")
				break decoding
			}
		}
		n, extra = e&31, e>>8&15
		distance := int(e>>16) + int(bits>>n&(1<<extra-1))
		bits >>= n + extra
		count -= uint(n + extra)
		if distance > end-f.low {
			err = corrupt("a match with what is before the beginning")
			break decoding
		}
		match(out, end, distance, length)
		end += length
	}
	in.bits, in.count, in.at, f.end = bits, count, at, end
	return err
}

// match writes length bytes of what is distance before them, and up to seven bytes more.
func match(out []byte, end, distance, length int) {
	from := end - distance
	switch {
	case distance >= length && length > 32:
		copy(out[end:end+length], out[from:from+length])
	case distance >= 8:
		for i := 0; i < length; i += 8 {
			binary.LittleEndian.PutUint64(out[end+i:], word(out[from+i:]))
		}
	case distance == 1:
		v := uint64(out[from]) * 0x0101010101010101
		for i := 0; i < length; i += 8 {
			binary.LittleEndian.PutUint64(out[end+i:], v)
		}
	default:
		for i := range length {
			out[end+i] = out[from+i]
		}
	}
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
