package crate

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"path/filepath"
	"strings"
)

// shortHash is the hash that ends the names of directories in CARGO_HOME:
// SipHash-1-3 with 128 bits of output under the key 0, of which Cargo keeps 64
// bits, written in hexadecimal from the lowest byte on. (rustc-stable-hash 0.1;
// checked against directories that Cargo made.)
func shortHash(input []byte) string {
	low, high := sipHash128(input)
	var out [8]byte
	binary.LittleEndian.PutUint64(out[:], low*3+high)
	return hex.EncodeToString(out[:])
}

// hashString adds a string as Rust hashes one: its bytes and a 0xff.
func hashString(buf []byte, s string) []byte { return append(append(buf, s...), 0xff) }

func sipHash128(input []byte) (low, high uint64) {
	s := sipState{0x736f6d6570736575, 0x646f72616e646f6d ^ 0xee, 0x6c7967656e657261, 0x7465646279746573}
	length := uint64(len(input))
	for ; len(input) >= 8; input = input[8:] {
		s.word(binary.LittleEndian.Uint64(input))
	}
	last := length << 56
	for i, b := range input {
		last |= uint64(b) << (8 * i)
	}
	s.word(last)
	s.v2 ^= 0xee
	low = s.finish()
	s.v1 ^= 0xdd
	high = s.finish()
	return low, high
}

type sipState struct{ v0, v1, v2, v3 uint64 }

func (s *sipState) word(w uint64) {
	s.v3 ^= w
	s.round()
	s.v0 ^= w
}

func (s *sipState) finish() uint64 {
	for range 3 {
		s.round()
	}
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3
}

func (s *sipState) round() {
	s.v0 += s.v1
	s.v1 = bits.RotateLeft64(s.v1, 13) ^ s.v0
	s.v0 = bits.RotateLeft64(s.v0, 32)
	s.v2 += s.v3
	s.v3 = bits.RotateLeft64(s.v3, 16) ^ s.v2
	s.v0 += s.v3
	s.v3 = bits.RotateLeft64(s.v3, 21) ^ s.v0
	s.v2 += s.v1
	s.v1 = bits.RotateLeft64(s.v1, 17) ^ s.v2
	s.v2 = bits.RotateLeft64(s.v2, 32)
}

// PathHash is the hash of a path in names of directories, as Rust hashes a path:
// its parts without the separators, then a number made of their lengths, so that
// a/b and ab are told apart.
func PathHash(path string) string {
	var buf []byte
	var lengths uint64
	part := func(s string) {
		if s != "" && s != "." {
			buf = append(buf, s...)
			lengths = bits.RotateLeft64(lengths+uint64(len(s)), -2)
		}
	}
	for s := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		part(s)
	}
	buf = binary.LittleEndian.AppendUint64(buf, lengths)
	return shortHash(buf)
}
