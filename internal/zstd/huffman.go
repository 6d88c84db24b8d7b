package zstd

import "math/bits"

const (
	maxHuffmanBits = 11
	maxWeights     = 255 // that of the last symbol follows from the others
)

// huffman decodes literals: an entry for all that the next bits can be.
type huffman struct {
	bits  int
	table [1 << maxHuffmanBits]huffmanEntry
}

type huffmanEntry struct{ symbol, bits uint8 }

// read reads a tree's description and returns what lies behind it.
func (h *huffman) read(data []byte) ([]byte, error) {
	if len(data) == 0 {
		return nil, corrupt("the description of a Huffman tree is missing")
	}
	head := int(data[0])
	data = data[1:]
	size := head
	if head >= 128 {
		size = (head - 127 + 1) / 2
	}
	if size > len(data) {
		return nil, corrupt("the description of a Huffman tree has %d bytes, expected %d", len(data), size)
	}
	var weights []uint8
	var err error
	if head >= 128 {
		for i := range head - 127 {
			weights = append(weights, data[i/2]>>(4*(1-i&1))&15)
		}
	} else if weights, err = compressedWeights(data[:size:size]); err != nil {
		return nil, err
	}
	return data[size:], h.build(weights)
}

// compressedWeights decodes weights by two states that take turns. They end where a state asks for more bits than there are.
func compressedWeights(data []byte) ([]uint8, error) {
	table, rest, err := readFSE(data, maxHuffmanBits+2, 6)
	if err != nil {
		return nil, err
	}
	// The bits are read in whole words; behind this part of the block its next part lies.
	padded := append(append(make([]byte, 0, len(rest)+pad), rest...), make([]byte, pad)...)
	b, err := newBackward(padded[:len(rest)])
	if err != nil {
		return nil, err
	}
	states := [2]fseState{table.start(&b), table.start(&b)}
	if b.left < 0 {
		return nil, corrupt("the weights of a Huffman tree end too early")
	}
	var weights []uint8
	for i := 0; len(weights) <= maxWeights; i ^= 1 {
		weights = append(weights, states[i].symbol)
		need := int(states[i].bits)
		if need > b.left {
			return append(weights, states[i^1].symbol), nil
		}
		states[i] = table.follow(states[i], &b)
	}
	return nil, corrupt("a Huffman tree has more than %d weights", maxWeights)
}

// build makes the table. A weight w stands for a code that takes up 1<<(w-1) of its entries; 0 for a symbol that does not
// occur.
func (h *huffman) build(weights []uint8) error {
	if len(weights) > maxWeights {
		return corrupt("a Huffman tree has more than %d weights", maxWeights)
	}
	sum := 0
	for _, w := range weights {
		if w > maxHuffmanBits {
			return corrupt("a Huffman tree has a weight of %d, at most %d are allowed", w, maxHuffmanBits)
		}
		sum += 1 << w >> 1
	}
	h.bits = bits.Len(uint(sum))
	left := 1<<h.bits - sum
	if sum == 0 || h.bits > maxHuffmanBits || left&(left-1) != 0 {
		return corrupt("the weights of a Huffman tree add up to %d", sum)
	}
	weights = append(weights, uint8(bits.Len(uint(left))))
	at := 0
	for w := uint8(1); int(w) <= h.bits; w++ {
		for s, of := range weights {
			if of != w {
				continue
			}
			for range 1 << (w - 1) {
				h.table[at] = huffmanEntry{uint8(s), uint8(h.bits) + 1 - w}
				at++
			}
		}
	}
	return nil
}

// decode fills out from one stream, which must end with it.
func (h *huffman) decode(data, out []byte) error {
	b, err := newBackward(data)
	if err != nil {
		return err
	}
	n := h.bits
	for i := range out {
		e := h.table[b.peek(n)&(1<<maxHuffmanBits-1)]
		out[i] = e.symbol
		b.left -= int(e.bits)
	}
	if b.left != 0 {
		return corrupt("a stream of literals has %d bits left, expected 0", b.left)
	}
	return nil
}
