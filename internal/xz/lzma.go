package xz

// lzma is what lives on from one LZMA chunk to the next.
type lzma struct {
	model   model
	state   uint32
	reps    [4]uint32 // the last four distances less one, newest first
	lc      uint32    // how many bits of the byte before choose a literal's trees
	lpMask  uint32    // the bits of the position that choose them
	posMask uint32    // the bits of the position that choose all other probabilities
}

// The state says what the last few symbols were: a literal came last in 0 to 6, a match in 7 to 11. Each constant is a table
// of the state that follows, four bits an entry: a lookup costs less than the branches that would be guessed wrong.
const (
	afterLiteral  = 0x546543210000
	afterMatch    = 0xAAAAA7777777
	afterRep      = 0xBBBBB8888888
	afterShortRep = 0xBBBBB9999999

	firstMatchState = 7
)

func next(table uint64, state uint32) uint32 { return uint32(table>>(state*4&63)) & 15 }

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

// decode appends n bytes to the window, which has room for them, and returns the coder as it is after them. If they are not
// what an encoder writes it says what is wrong, and l and w are good for nothing but a reset.
//
// No read or write is outside the window and the model whatever the input is; that the input ended too early shows in the
// coder afterwards.
func (l *lzma) decode(c coder, w *window, n int) (_ coder, wrong string) {
	m, buf, state := &l.model, w.buf, l.state
	pos, end := w.pos, w.pos+n
	for pos < end {
		place := uint32(pos) & l.posMask
		var bit bool
		if c, bit = c.normal().flag(&m.isMatch[(state<<4|place)&0xFF]); !bit {
			trees := &m.literal[(uint32(pos)&l.lpMask<<(l.lc&7)|uint32(buf[pos-1])>>((8-l.lc)&15))&15]
			var b uint32
			if state < firstMatchState {
				c, b = c.tree((*[0x100]uint16)(trees[:0x100]), 0x100)
			} else {
				c, b = c.matched(trees, buf[w.index(pos, int(l.reps[0])+1)])
			}
			buf[pos] = byte(b)
			pos++
			state = next(afterLiteral, state)
			continue
		}
		var length int
		if c, bit = c.normal().flag(&m.isRep[state&15]); !bit {
			c, length = l.match(c, place)
			state = next(afterMatch, state)
		} else if c, length = l.rep(c, state, place); length == 1 {
			state = next(afterShortRep, state)
		} else {
			state = next(afterRep, state)
		}
		if length > end-pos {
			return c, "a match is longer than the chunk"
		}
		if !w.reaches(pos, l.reps[0]) {
			return c, "a match begins before the data or the dictionary"
		}
		w.repeat(pos, int(l.reps[0])+1, length)
		pos += length
	}
	l.state, w.pos = state, pos
	return c, ""
}

// match decodes the length of a match and its distance, which becomes the newest.
func (l *lzma) match(c coder, place uint32) (coder, int) {
	m := &l.model
	c, length := m.match.decode(c, place)
	l.reps[3], l.reps[2], l.reps[1] = l.reps[2], l.reps[1], l.reps[0]
	c, l.reps[0] = m.distance(c, length)
	return c, length
}

// rep decodes which of the last distances is used again, making it the newest, and the length: 1 is a case of its own.
func (l *lzma) rep(c coder, state, place uint32) (coder, int) {
	m, r := &l.model, &l.reps
	c, bit := c.normal().flag(&m.isRepG0[state&15])
	if !bit {
		if c, bit = c.normal().flag(&m.isRep0Long[(state<<4|place)&0xFF]); !bit {
			return c, 1
		}
		return m.rep.decode(c, place)
	}
	if c, bit = c.normal().flag(&m.isRepG1[state&15]); !bit {
		r[0], r[1] = r[1], r[0]
	} else if c, bit = c.normal().flag(&m.isRepG2[state&15]); !bit {
		r[0], r[1], r[2] = r[2], r[0], r[1]
	} else {
		r[0], r[1], r[2], r[3] = r[3], r[0], r[1], r[2]
	}
	return m.rep.decode(c, place)
}
