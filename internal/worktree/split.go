package worktree

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"strings"
)

// split is what a split index (core.splitIndex) says of the shared one that most entries are in.
type split struct {
	shared string // its digest; empty where all entries are in the index itself
	maps   []byte // which of its entries are deleted, and which are replaced
}

// findSplit looks through what follows the entries of an index.
func findSplit(extensions []byte, hash int) (split, error) {
	for len(extensions) >= 8+hash {
		size := int(binary.BigEndian.Uint32(extensions[4:]))
		if size > len(extensions)-8 {
			return split{}, errIndex
		}
		body := extensions[8 : 8+size]
		if string(extensions[:4]) != "link" {
			extensions = extensions[8+size:]
			continue
		}
		if size < hash {
			return split{}, errIndex
		}
		if digest := hex.EncodeToString(body[:hash]); strings.Trim(digest, "0") != "" {
			return split{digest, body[hash:]}, nil
		}
		return split{}, nil
	}
	return split{}, nil
}

// merge is all entries: those of the shared index that are neither deleted nor replaced, and those of the index. The ones that replace
// others come first, without names.
func (s split) merge(shared, own []entry) ([]entry, error) {
	var deleted, replaced []int
	if rest, ok := s.maps, true; len(rest) > 0 {
		if deleted, rest, ok = readBitmap(rest, len(shared)); ok {
			replaced, _, ok = readBitmap(rest, len(shared))
		}
		if !ok {
			return nil, errIndex
		}
	}
	for _, at := range replaced {
		if len(own) == 0 || own[0].name != "" {
			return nil, errIndex
		}
		own[0].name = shared[at].name
		shared[at], own = own[0], own[1:]
	}
	var all []entry
	for at, e := range shared {
		if len(deleted) > 0 && deleted[0] == at {
			deleted = deleted[1:]
			continue
		}
		all = append(all, e)
	}
	all = append(all, own...)
	sortEntries(all)
	return all, nil
}

// readBitmap reads the positions below a limit that a bitmap has, in order, in git's compressed form: a word tells how many words that are
// all alike follow, and how many that are written out.
func readBitmap(data []byte, limit int) (set []int, rest []byte, ok bool) {
	if len(data) < 8 {
		return nil, nil, false
	}
	count := int(binary.BigEndian.Uint32(data[4:]))
	if len(data)-12 < 8*count {
		return nil, nil, false
	}
	word := func(i int) uint64 { return binary.BigEndian.Uint64(data[8+8*i:]) }
	at := 0
	for i := 0; i < count; i++ {
		head := word(i)
		for end := at + 64*int(head>>1&0xffffffff); at < end; at++ {
			if head&1 == 0 || at >= limit {
				at = end
				break
			}
			set = append(set, at)
		}
		for literal := head >> 33; literal > 0 && i+1 < count; literal-- {
			i++
			for left := word(i); left != 0; left &= left - 1 {
				p := at + bits.TrailingZeros64(left)
				if p >= limit {
					return nil, nil, false
				}
				set = append(set, p)
			}
			at += 64
		}
	}
	return set, data[12+8*count:], true
}
