package gzip

import "encoding/binary"

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
