// Package gzip decodes gzip (RFC 1952) and the DEFLATE streams in it (RFC 1951).
//
// Bytes that a Reader hands out come from input that was sound up to there; that they are all, and undamaged, is known only
// at io.EOF: by then checksum and length of every member have agreed. A Reader reads ahead of what it decodes, and is not
// safe for use by several goroutines at once.
//
// The input may be hostile. Memory is fixed, some 200 KiB a Reader; output is not bounded. Damage is a *CorruptError, input
// that stops early is io.ErrUnexpectedEOF, and an error of the source is passed on as it is.
//
// It is here because inflating is what a cold fetch spends most of its time on, and the modules decode byte by byte: this
// package takes the input in words and looks codes of up to ten bits up in one step.
package gzip

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// CorruptError says what is wrong with the input.
type CorruptError struct{ Reason string }

func (e *CorruptError) Error() string { return "gzip: " + e.Reason }

func corrupt(format string, args ...any) error { return &CorruptError{fmt.Sprintf(format, args...)} }

// Reader decodes members one after another.
type Reader struct {
	input
	inflater
	handed int    // of out: what Read has given away
	summed int    // of out: what is in sum
	sum    uint32 // CRC-32 of the member
	size   uint32 // of the member, modulo 2^32, as it stands in its trailer
	single bool
	done   bool // the member is, and what is behind it was not looked at
	err    error
}

// NewReader reads the header of the first member, so that a file of another format is found out here.
func NewReader(r io.Reader) (*Reader, error) {
	z := &Reader{}
	return z, z.Reset(r)
}

// Reset begins anew with another source, in the memory that is there.
func (z *Reader) Reset(r io.Reader) error {
	z.input.reset(r)
	z.single, z.done = false, false
	z.err = z.begin()
	if z.err == io.EOF {
		return io.ErrUnexpectedEOF // there is no empty gzip file
	}
	return z.err
}

// FirstOnly makes the end of the first member the end. What follows it is not looked at.
func (z *Reader) FirstOnly() { z.single = true }

// Close has nothing to do.
func (z *Reader) Close() error { return nil }

func (z *Reader) Read(p []byte) (int, error) {
	for z.handed == z.end {
		if z.err != nil {
			return 0, z.err
		}
		z.err = z.more()
	}
	n := copy(p, z.out[z.handed:z.end])
	z.handed += n
	return n, nil
}

// more decodes what fits, or looks for the next member behind one that has ended.
func (z *Reader) more() error {
	if z.done {
		return z.begin()
	}
	shift := z.makeRoom()
	z.handed -= shift
	z.summed -= shift
	err := z.inflate(&z.input)
	fresh := z.out[z.summed:z.end]
	z.sum = crc32.Update(z.sum, crc32.IEEETable, fresh)
	z.size += uint32(len(fresh))
	z.summed = z.end
	if err != io.EOF {
		return err
	}
	if err := z.trailer(); err != nil {
		return early(err)
	}
	if z.single {
		return io.EOF
	}
	z.done = true
	return nil
}

func (z *Reader) trailer() error {
	sum, err := z.word()
	if err != nil {
		return err
	}
	size, err := z.word()
	switch {
	case err != nil:
		return err
	case sum != z.sum:
		return corrupt("checksum is %08x, expected %08x", z.sum, sum)
	case size != z.size:
		return corrupt("%d bytes (modulo 2^32), expected %d", z.size, size)
	}
	return nil
}

// word is a number of four bytes.
func (z *Reader) word() (v uint32, err error) {
	for i := range 4 {
		b, err := z.byte()
		if err != nil {
			return 0, err
		}
		v |= uint32(b) << (8 * i)
	}
	return v, nil
}

// begin reads the header of a member, or finds that there is none any more: io.EOF.
func (z *Reader) begin() error {
	h := header{in: &z.input}
	first, err := h.next()
	if err != nil {
		return err
	}
	if err := h.read(first); err != nil {
		return early(err)
	}
	z.inflater.reset()
	z.handed, z.summed, z.sum, z.size, z.done = 0, 0, 0, 0, false
	return nil
}

func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
