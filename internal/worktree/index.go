package worktree

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// entry is a path in git's index.
type entry struct {
	name  string
	mode  uint32
	stage uint8 // 0 unless the path is in conflict
}

// The modes that matter here.
const (
	modeType   = 0o170000
	modeLink   = 0o120000
	modeModule = 0o160000
)

func (e entry) isLink() bool   { return e.mode&modeType == modeLink }
func (e entry) isModule() bool { return e.mode&modeType == modeModule }

var errIndex = errors.New("expected an index of version 2, 3 or 4")

// parseIndex reads the entries of an index, sorted by name, and what it says of a shared one; hash is the length of an object's name in bytes.
func parseIndex(data []byte, hash int) ([]entry, split, error) {
	if len(data) < 12 || string(data[:4]) != "DIRC" {
		return nil, split{}, errIndex
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	if version < 2 || version > 4 {
		return nil, split{}, errIndex
	}
	var entries []entry
	last := ""
	at := 12
	for ; count > 0; count-- {
		fixed := 40 + hash + 2 // times, device, inode, mode, owner, size; the object's name; flags
		if len(data)-at < fixed {
			return nil, split{}, errIndex
		}
		flags := binary.BigEndian.Uint16(data[at+40+hash:])
		e := entry{mode: binary.BigEndian.Uint32(data[at+24:]), stage: uint8(flags >> 12 & 3)}
		if version >= 3 && flags&0x4000 != 0 {
			fixed += 2
		}
		name, size, ok := readName(data[min(at+fixed, len(data)):], version, last, fixed)
		if !ok {
			return nil, split{}, errIndex
		}
		e.name, last = name, name
		entries = append(entries, e)
		at += fixed + size
	}
	sortEntries(entries)
	s, err := findSplit(data[min(at, len(data)):], hash)
	if err != nil {
		return nil, split{}, err
	}
	return entries, s, nil
}

func sortEntries(entries []entry) {
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
}

// readName reads a path: with padding to eight bytes, or since version 4 as what differs from the one before.
func readName(data []byte, version uint32, last string, fixed int) (name string, size int, ok bool) {
	prefix, used := "", 0
	if version == 4 {
		drop, n := readOffset(data)
		if n == 0 || drop > len(last) {
			return "", 0, false
		}
		prefix, used = last[:len(last)-drop], n
	}
	end := bytes.IndexByte(data[used:], 0)
	if end < 0 {
		return "", 0, false
	}
	name = prefix + string(data[used:used+end])
	size = used + end + 1
	if version < 4 {
		size = (fixed+end+8)&^7 - fixed
	}
	return name, size, size <= len(data) || version < 4 && used+end < len(data)
}

// readOffset reads a number as packs hold offsets; n is 0 where there is none.
func readOffset(data []byte) (value, n int) {
	for n < len(data) && n < 5 {
		b := int(data[n])
		n++
		value |= b & 0x7f
		if b&0x80 == 0 {
			return value, n
		}
		value = (value + 1) << 7
	}
	return 0, 0
}
