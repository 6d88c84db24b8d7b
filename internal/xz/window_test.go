package xz

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// The window against a plain slice of all that was ever written: same bytes, same reach, same byte before each chunk, and
// never more memory than promised.
func TestWindowIsALongHistory(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var w window // reused, as blocks do
	for _, dict := range []int{4096, 6144, 1 << 20, 4096, 12288} {
		w.begin(dict, undeclared)
		var all []byte
		for range 40 {
			size := 1 + r.IntN(1<<(1+r.IntN(21)))
			if r.IntN(5) == 0 {
				size = maxChunk
			}
			if r.IntN(15) == 0 {
				w.forget()
				all = all[:0]
			}
			w.reserve(size)
			if w.pos%16 != len(all)%16 {
				t.Fatalf("after %d bytes the position is %d, which differs modulo 16", len(all), w.pos)
			}
			if got, want := w.buf[w.pos-1], lastOf(all); got != want {
				t.Fatalf("the byte before is %d, expected %d", got, want)
			}
			begin := len(all)
			all = appendChunk(t, r, &w, all, size)
			if got := w.buf[w.pos-size : w.pos]; !bytes.Equal(got, all[begin:]) {
				t.Fatalf("a chunk of %d bytes differs", size)
			}
		}
		if most := max(dict, 1<<20) + maxChunk + 256; len(w.buf) > most {
			t.Errorf("the window has %d bytes for a dictionary of %d", len(w.buf), dict)
		}
	}
}

// The largest chunk that just does not fit any more makes the shortest lap, which must still hold the dictionary.
func TestWindowWrapsLateEnough(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for first := 4096 - 20; first < 4096+80; first++ {
		var w window
		w.begin(4096, undeclared)
		w.reserve(first)
		all := appendChunk(t, r, &w, nil, first)
		w.reserve(maxChunk)
		if len(w.buf) < w.pos+maxChunk+slack {
			t.Fatalf("behind %d bytes there is no room for the largest chunk", first)
		}
		all = appendChunk(t, r, &w, all, 5000)
		if !bytes.Equal(w.buf[w.pos-5000:w.pos], all[first:]) {
			t.Fatalf("the chunk behind %d bytes differs", first)
		}
	}
}

// appendChunk writes size bytes to both, of literals and repetitions, most from as far back as may be.
func appendChunk(t *testing.T, r *rand.Rand, w *window, all []byte, size int) []byte {
	end := w.pos + size
	for w.pos < end {
		far := min(len(all), w.dict)
		if far < 1<<32-1 && w.reaches(w.pos, uint32(far)) || far > 0 && !w.reaches(w.pos, uint32(far-1)) {
			t.Fatalf("with %d bytes and a dictionary of %d, distance %d: wrong reach", len(all), w.dict, far)
		}
		if far == 0 || r.IntN(50) == 0 {
			b := byte(r.Uint32())
			w.buf[w.pos] = b
			w.pos++
			all = append(all, b)
			continue
		}
		back := far
		if r.IntN(3) == 0 {
			back = 1 + r.IntN(min(far, 1<<(1+r.IntN(20))))
		}
		length := min(2+r.IntN(272), end-w.pos)
		w.repeat(w.pos, back, length)
		w.pos += length
		for range length {
			all = append(all, all[len(all)-back])
		}
	}
	return all
}

func lastOf(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[len(b)-1]
}
