// Package textsum is a digest of texts, whose borders count: ("ab", "c") is not ("a", "bc").
//
// What holds: the same texts give the same digest, on every machine and in every release.
package textsum

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// Sum takes texts one after the other, each with its length.
type Sum struct{ hash.Hash }

// New has taken nothing yet.
func New() Sum { return Sum{sha256.New()} }

// Put takes texts, whose number is known.
func (s Sum) Put(texts ...string) {
	for _, t := range texts {
		s.Number(uint64(len(t)))
		s.Write([]byte(t))
	}
}

// List takes texts of which there may be any number, and how many they are.
func (s Sum) List(texts []string) {
	s.Number(uint64(len(texts)))
	s.Put(texts...)
}

// Number takes a number.
func (s Sum) Number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	s.Write(b[:])
}

// Digest is that of all that was taken.
func (s Sum) Digest() (d [sha256.Size]byte) {
	s.Hash.Sum(d[:0])
	return d
}

// Text is Digest in hexadecimal digits.
func (s Sum) Text() string { return hex.EncodeToString(s.Hash.Sum(nil)) }
