package xz

import "encoding/binary"

// lzma is the state that lives on from one LZMA chunk to the next.
type lzma struct {
	model   model
	state   uint32    // what the last few symbols were: 0-6 a literal came last, 7-11 a match
	reps    [4]uint32 // the last four distances less one, newest first
	lc      uint32
	lpMask  uint32
	posMask uint32
}

// setProperties takes the byte (pb*5+lp)*9+lc, and says whether it is one that LZMA2 allows.
func (l *lzma) setProperties(b byte) bool {
	lc, lp, pb := b%9, b/9%5, b/45
	if pb > 4 || lc+lp > 4 {
		return false
	}
	l.lc, l.lpMask, l.posMask = uint32(lc), 1<<lp-1, 1<<pb-1
	return true
}

func (l *lzma) reset() {
	l.model.reset()
	l.state = 0
	l.reps = [4]uint32{}
}

// rcHeader is how many bytes start the range decoder at the head of a chunk.
const rcHeader = 5

func normalize(in *[inputSize]byte, rng, code, at uint32) (uint32, uint32, uint32) {
	if rng < 1<<24 {
		return rng << 8, code<<8 | uint32(in[at&inputMask]), at + 1
	}
	return rng, code, at
}

func treeBit(p *uint16, rng, code, m uint32) (uint32, uint32, uint32) {
	v := uint32(*p)
	bound := rng >> probBits * v
	mask := uint32(int64(uint64(code)-uint64(bound)) >> 63) // all ones if the bit is 0
	*p = uint16(v + uint32(int32((mask&(1<<probBits-31))+31-v)>>moveBits))
	code -= bound &^ mask
	rng -= bound
	rng = rng&^mask | bound&mask
	return rng, code, m<<1 + 1 + mask
}

func (l *lzma) decode(in *[inputSize]byte, at uint32, w *window, n int) (used uint32, bad string) {
	var (
		pr                     = &l.model
		win                    = w.buf
		pos                    = w.pos
		end                    = pos + n
		state                  = l.state
		rep0, rep1, rep2, rep3 = l.reps[0], l.reps[1], l.reps[2], l.reps[3]
		posMask                = l.posMask
		rng                    = uint32(0xFFFFFFFF)
		code                   = binary.BigEndian.Uint32(in[(at+1)&inputMask:])
		bound                  uint32
		dict                   = uint32(w.dict)
	)
	if in[at&inputMask] != 0 {
		return 0, "range coder's first byte is not zero"
	}
	at += rcHeader
	_ = win[:end+slack]

	for pos < end {
		posState := uint32(pos) & posMask
		p := &pr.isMatch[(state<<4|posState)&0xFF]
		rng, code, at = normalize(in, rng, code, at)
		bound = rng >> probBits * uint32(*p)
		if code < bound {
			rng = bound
			*p += (1<<probBits - *p) >> moveBits
			prev := uint32(win[pos-1])
			lit := &pr.literal[((uint32(pos)&l.lpMask)<<l.lc|prev>>(8-l.lc))&15]
			m := uint32(1)
			if state < 7 {
				for m < 0x100 {
					rng, code, at = normalize(in, rng, code, at)
					rng, code, m = treeBit(&lit[m], rng, code, m)
				}
			} else {
				i := pos - int(rep0) - 1
				if i < w.start {
					i += w.end - w.start
				}
				mb := uint32(win[i]) << 1
				offs := uint32(0x100)
				for m < 0x100 {
					rng, code, at = normalize(in, rng, code, at)
					bit := mb & offs
					rng, code, m = treeBit(&lit[offs+bit+m], rng, code, m)
					if m&1 == 0 {
						bit ^= offs
					}
					offs &= bit
					mb <<= 1
				}
			}
			win[pos] = byte(m)
			pos++
			switch {
			case state < 4:
				state = 0
			case state < 10:
				state -= 3
			default:
				state -= 6
			}
			continue
		}
		rng -= bound
		code -= bound
		*p -= *p >> moveBits

		var ln *lengths
		p = &pr.isRep[state&15]
		rng, code, at = normalize(in, rng, code, at)
		bound = rng >> probBits * uint32(*p)
		if code < bound {
			rng = bound
			*p += (1<<probBits - *p) >> moveBits
			ln = &pr.match
		} else {
			rng -= bound
			code -= bound
			*p -= *p >> moveBits
			ln = &pr.rep
			p = &pr.isRepG0[state&15]
			rng, code, at = normalize(in, rng, code, at)
			bound = rng >> probBits * uint32(*p)
			if code < bound {
				rng = bound
				*p += (1<<probBits - *p) >> moveBits
				p = &pr.isRep0Long[(state<<4|posState)&0xFF]
				rng, code, at = normalize(in, rng, code, at)
				bound = rng >> probBits * uint32(*p)
				if code < bound { // short rep
					rng = bound
					*p += (1<<probBits - *p) >> moveBits
					i := pos - int(rep0) - 1
					if i < w.start {
						if w.end == 0 {
							return 0, "distance"
						}
						i += w.end - w.start
					}
					win[pos] = win[i]
					pos++
					if state < 7 {
						state = 9
					} else {
						state = 11
					}
					continue
				}
				rng -= bound
				code -= bound
				*p -= *p >> moveBits
			} else {
				rng -= bound
				code -= bound
				*p -= *p >> moveBits
				dist := rep1
				p = &pr.isRepG1[state&15]
				rng, code, at = normalize(in, rng, code, at)
				bound = rng >> probBits * uint32(*p)
				if code < bound {
					rng = bound
					*p += (1<<probBits - *p) >> moveBits
				} else {
					rng -= bound
					code -= bound
					*p -= *p >> moveBits
					dist = rep2
					p = &pr.isRepG2[state&15]
					rng, code, at = normalize(in, rng, code, at)
					bound = rng >> probBits * uint32(*p)
					if code < bound {
						rng = bound
						*p += (1<<probBits - *p) >> moveBits
					} else {
						rng -= bound
						code -= bound
						*p -= *p >> moveBits
						dist = rep3
						rep3 = rep2
					}
					rep2 = rep1
				}
				rep1 = rep0
				rep0 = dist
			}
		}

		// length
		length := 0
		rng, code, at = normalize(in, rng, code, at)
		p = &ln.choice
		bound = rng >> probBits * uint32(*p)
		m := uint32(1)
		if code < bound {
			rng = bound
			*p += (1<<probBits - *p) >> moveBits
			t := &ln.low[posState&15]
			for m < 8 {
				rng, code, at = normalize(in, rng, code, at)
				rng, code, m = treeBit(&t[m], rng, code, m)
			}
			length = int(m) - 8 + 2
		} else {
			rng -= bound
			code -= bound
			*p -= *p >> moveBits
			rng, code, at = normalize(in, rng, code, at)
			p = &ln.choice2
			bound = rng >> probBits * uint32(*p)
			if code < bound {
				rng = bound
				*p += (1<<probBits - *p) >> moveBits
				t := &ln.mid[posState&15]
				for m < 8 {
					rng, code, at = normalize(in, rng, code, at)
					rng, code, m = treeBit(&t[m], rng, code, m)
				}
				length = int(m) - 8 + 10
			} else {
				rng -= bound
				code -= bound
				*p -= *p >> moveBits
				t := &ln.high
				for m < 256 {
					rng, code, at = normalize(in, rng, code, at)
					rng, code, m = treeBit(&t[m], rng, code, m)
				}
				length = int(m) - 256 + 18
			}
		}
		if ln == &pr.match {
			rep3, rep2, rep1 = rep2, rep1, rep0
			t := &pr.slot[min(length-2, 3)&3]
			m := uint32(1)
			for m < 64 {
				rng, code, at = normalize(in, rng, code, at)
				rng, code, m = treeBit(&t[m], rng, code, m)
			}
			slot := m - 64
			rep0 = slot
			if slot >= 4 {
				low := slot>>1 - 1
				rep0 = (2 | slot&1)
				if slot < 14 {
					rep0 <<= low
					base := rep0 - slot
					m := uint32(1)
					for i := uint32(0); i < low; i++ {
						rng, code, at = normalize(in, rng, code, at)
						var mm uint32
						rng, code, mm = treeBit(&pr.special[(base+m)&127], rng, code, m)
						rep0 += (mm & 1) << i
						m = mm
					}
				} else {
					for i := uint32(4); i < low; i++ {
						rng, code, at = normalize(in, rng, code, at)
						rng >>= 1
						code -= rng
						mask := 0 - code>>31
						rep0 = rep0<<1 + mask + 1
						code += rng & mask
					}
					rep0 <<= 4
					m := uint32(1)
					for i := uint32(0); i < 4; i++ {
						rng, code, at = normalize(in, rng, code, at)
						var mm uint32
						rng, code, mm = treeBit(&pr.align[m&15], rng, code, m)
						rep0 += (mm & 1) << i
						m = mm
					}
				}
			}
			if state < 7 {
				state = 7
			} else {
				state = 10
			}
		} else {
			if state < 7 {
				state = 8
			} else {
				state = 11
			}
		}

		// copy
		if rep0 >= dict || length > end-pos {
			return 0, "distance"
		}
		i := pos - int(rep0) - 1
		if i < w.start {
			if w.end == 0 {
				return 0, "distance"
			}
			i += w.end - w.start
			if i+length <= w.end {
				goto inside
			}
			for length > 0 && i < w.end {
				win[pos] = win[i]
				pos++
				i++
				length--
			}
			i = w.start
		}
	inside:
		stop := pos + length
		if rep0 >= 7 {
			for pos < stop {
				binary.LittleEndian.PutUint64(win[pos:], binary.LittleEndian.Uint64(win[i:]))
				pos += 8
				i += 8
			}
			pos = stop
		} else {
			for pos < stop {
				win[pos] = win[i]
				pos++
				i++
			}
		}
	}
	rng, code, at = normalize(in, rng, code, at)
	if code != 0 {
		return 0, "range coder's last state is not zero"
	}
	l.state = state
	l.reps = [4]uint32{rep0, rep1, rep2, rep3}
	w.pos = pos
	return at, ""
}
