package xz

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// checkKind is how the blocks of a stream are protected; the number is that of the format.
type checkKind byte

const (
	checkNone   checkKind = 0
	checkCRC32  checkKind = 1
	checkCRC64  checkKind = 4
	checkSHA256 checkKind = 10
)

func (c checkKind) known() bool {
	return c == checkNone || c == checkCRC32 || c == checkCRC64 || c == checkSHA256
}

func (c checkKind) String() string {
	switch c {
	case checkNone:
		return "no check"
	case checkCRC32:
		return "CRC32"
	case checkCRC64:
		return "CRC64"
	case checkSHA256:
		return "SHA-256"
	}
	return fmt.Sprintf("check %d", byte(c))
}

func (c checkKind) size() int {
	switch c {
	case checkCRC32:
		return 4
	case checkCRC64:
		return 8
	case checkSHA256:
		return 32
	}
	return 0
}

// check sums up one block. The zero value is that of checkNone.
type check struct {
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
	flip bool // the format has CRCs with the least significant byte first, package hash the other way round
}

func (c checkKind) start() check {
	switch c {
	case checkCRC32:
		return check{crc32.NewIEEE(), true}
	case checkCRC64:
		return check{newCRC64(), true}
	case checkSHA256:
		return check{sha256.New(), false}
	}
	return check{}
}

func (c *check) add(b []byte) {
	if c.hash != nil {
		c.hash.Write(b)
	}
}

// sum returns the check as the file has it.
func (c *check) sum() []byte {
	if c.hash == nil {
		return nil
	}
	sum := c.hash.Sum(nil)
	if c.flip {
		slices.Reverse(sum)
	}
	return sum
}
