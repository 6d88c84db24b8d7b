package xz

import "encoding/binary"

const (
	// slack is how far beyond the end of a match the copy may write: it moves up to sixteen bytes at a time.
	slack = 16

	// lead is kept free before a lap for the byte that precedes it, which is the context of the lap's first literal.
	lead = 16
)

// window holds what was decoded last: the output until it is handed over, and the history that matches copy from.
//
// It is circular, but no chunk ever crosses its end: a chunk that does not fit begins at the front again, so that only the
// source of a match can wrap, never its destination, and output is handed over without a copy. That costs the size of one
// chunk, 2 MiB, beyond the dictionary. Bytes of the lap before stay in place until the new lap reaches them:
//
//	0      start           pos                          end      len(buf)
//	| lead | this lap      | the lap before, still good | unused |
//
// LZMA looks at the position modulo 16, so a new lap starts at the place from 16 to 31 that keeps it.
type window struct {
	buf   []byte
	pos   int // where the next byte goes
	start int // where this lap began
	end   int // where the lap before ended; 0 if there was none since the dictionary was reset
	dict  int // the largest distance that a match may have
	full  int // the size at which the window wraps instead of growing
}

// begin prepares for a block whose dictionary is dict bytes and whose size, if it is declared, is size (else negative).
// The declarations are promises and nothing is allocated for them.
func (w *window) begin(dict int, size int64) {
	w.dict = dict
	w.full = dict + maxChunk + 2*lead + 4*slack
	if size >= 0 && size < int64(w.full)-lead-slack {
		w.full = lead + int(size) + slack
	}
	w.forget()
}

// forget makes all history unreachable. Nothing of it may still wait to be handed over.
func (w *window) forget() {
	w.pos, w.start, w.end = lead, lead, 0
	if len(w.buf) >= lead {
		w.buf[lead-1] = 0
	}
}

// reserve makes room for a chunk of n bytes, and its slack, at w.pos.
func (w *window) reserve(n int) {
	need := w.pos + n + slack
	switch {
	case need <= len(w.buf):
	case need <= w.full:
		w.grow(need)
	default:
		w.wrap()
	}
}

// wrap begins a new lap. As not even 2 MiB fitted, the lap that ends is longer than the dictionary.
func (w *window) wrap() {
	if len(w.buf) < w.full {
		w.grow(w.full)
	}
	w.end = w.pos
	w.start = lead + w.pos%16
	w.pos = w.start
	w.buf[w.start-1] = w.buf[w.end-1]
}

// grow replaces the buffer by a larger one: a 64th, then an 8th, then all of the full size. So memory follows the data and
// not what a header declares, and what is left to the collector is never more than a seventh of the window.
func (w *window) grow(need int) {
	size := w.full
	for _, part := range [...]int{64, 8} {
		if w.full/part >= need {
			size = w.full / part
			break
		}
	}
	buf := make([]byte, size)
	advise(buf)
	copy(buf, w.buf[:min(w.pos, len(w.buf))])
	w.buf = buf
}

// reaches says whether a match at pos may begin distance+1 bytes back.
func (w *window) reaches(pos int, distance uint32) bool {
	return int64(distance) < int64(w.dict) && (w.end > 0 || int(distance) < pos-w.start)
}

// index returns where the byte lies that is back bytes before pos, which must be within reach.
func (w *window) index(pos, back int) int {
	i := pos - back
	if i < w.start {
		i += w.end - w.start
	}
	return i
}

// repeat copies length bytes from back bytes before pos, which must be within reach, to pos. The two may overlap: then the
// bytes repeat.
func (w *window) repeat(pos, back, length int) {
	buf, from := w.buf, w.index(pos, back)
	switch stop := pos + length; {
	case from > pos && from+length > w.end:
		w.repeatAround(pos, from, length)
	case length > 32 && from < pos:
		for pos < stop {
			pos += copy(buf[pos:stop], buf[from:pos]) // as much again each time round
		}
	case back < 8:
		for pos < stop {
			buf[pos] = buf[from]
			pos++
			from++
		}
	case back < 16:
		for pos < stop {
			binary.LittleEndian.PutUint64(buf[pos:], binary.LittleEndian.Uint64(buf[from:]))
			pos += 8
			from += 8
		}
	default:
		*(*[16]byte)(buf[pos:]) = *(*[16]byte)(buf[from:]) // most matches have not more, so no loop is guessed wrong
		for pos += 16; pos < stop; pos += 16 {
			from += 16
			*(*[16]byte)(buf[pos:]) = *(*[16]byte)(buf[from:])
		}
	}
}

// repeatAround copies from the end of the lap before and on from the start of this one.
func (w *window) repeatAround(pos, from, length int) {
	for i := range length {
		if from == w.end {
			from = w.start
		}
		w.buf[pos+i] = w.buf[from]
		from++
	}
}
