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

func (l *lzma) decode(in *[inputSize]byte, at uint32, w *window, n int) (used uint32, bad string) {
	var (
		pr                     = &l.model
		win                    = w.buf
		pos                    = w.pos
		end                    = pos + n
		state                  = l.state
		rep0, rep1, rep2, rep3 = l.reps[0], l.reps[1], l.reps[2], l.reps[3]
		posMask                = l.posMask
		dict                   = uint32(w.dict)
	)
	c := newCoder(in, at)
	_ = win[:end+slack]

	for pos < end {
		posState := uint32(pos) & posMask
		var bit bool
		if c, bit = c.normal().flag(&pr.isMatch[(state<<4|posState)&0xFF]); !bit {
			prev := uint32(win[pos-1])
			lit := &pr.literal[((uint32(pos)&l.lpMask)<<(l.lc&31)|prev>>((8-l.lc)&31))&15]
			var m uint32
			if state < 7 {
				c, m = c.literal(lit)
			} else {
				i := pos - int(rep0) - 1
				if i < w.start {
					i += w.end - w.start
				}
				c, m = c.matched(lit, win[i])
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

		var ln *lengths
		if c, bit = c.normal().flag(&pr.isRep[state&15]); !bit {
			ln = &pr.match
		} else {
			ln = &pr.rep
			if c, bit = c.normal().flag(&pr.isRepG0[state&15]); !bit {
				if c, bit = c.normal().flag(&pr.isRep0Long[(state<<4|posState)&0xFF]); !bit {
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
			} else {
				dist := rep1
				if c, bit = c.normal().flag(&pr.isRepG1[state&15]); bit {
					dist = rep2
					if c, bit = c.normal().flag(&pr.isRepG2[state&15]); bit {
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
		var length int
		var v uint32
		if c, bit = c.normal().flag(&ln.choice); !bit {
			c, v = c.tree3(&ln.low[posState&15])
			length = int(v) + 2
		} else if c, bit = c.normal().flag(&ln.choice2); !bit {
			c, v = c.tree3(&ln.mid[posState&15])
			length = int(v) + 10
		} else {
			c, v = c.tree8(&ln.high)
			length = int(v) + 18
		}
		if ln == &pr.match {
			rep3, rep2, rep1 = rep2, rep1, rep0
			var slot uint32
			c, slot = c.tree6(&pr.slot[min(length-2, 3)&3])
			rep0 = slot
			if slot >= 4 {
				low := slot>>1 - 1
				rep0 = (2 | slot&1)
				if slot < 14 {
					rep0 <<= low
					c, v = c.low(&pr.special, rep0-slot, low)
					rep0 += v
				} else {
					c, rep0 = c.direct(low-4, rep0)
					c, v = c.align(&pr.align)
					rep0 = rep0<<4 + v
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
	c = c.normal()
	if c.code != 0 {
		return 0, "range coder's last state is not zero"
	}
	l.state = state
	l.reps = [4]uint32{rep0, rep1, rep2, rep3}
	w.pos = pos
	return c.at, ""
}
