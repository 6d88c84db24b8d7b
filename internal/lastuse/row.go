package lastuse

import (
	"encoding/binary"
)

// row is one row of a table, its values still in the page.
type row struct {
	d      *database
	id     int64
	values []value
}

// value is one column of a row: its type and where its bytes are.
type value struct {
	kind   uint64
	offset int
	size   int
}

// Types of values, as the file has them.
const (
	kindInt32 = 4
	kindZero  = 8 // and one more for the number 1; neither has bytes
	kindText  = 13
)

func (d *database) row(start, end int) (row, error) {
	r := row{d: d}
	headEnd, n := varint(d.data[start:end])
	if n == 0 || headEnd < uint64(n) || headEnd > uint64(end-start) {
		return r, errMalformed
	}
	body := start + int(headEnd)
	for at := start + n; at < start+int(headEnd); {
		kind, n := varint(d.data[at : start+int(headEnd)])
		size := sizeOf(kind)
		if n == 0 || size < 0 || size > end-body {
			return r, errMalformed
		}
		r.values = append(r.values, value{kind, body, size})
		at, body = at+n, body+size
	}
	return r, nil
}

func sizeOf(kind uint64) int {
	switch {
	case kind < 5:
		return int(kind)
	case kind == 5:
		return 6
	case kind == 6 || kind == 7:
		return 8
	case kind == kindZero || kind == kindZero+1:
		return 0
	case kind < 12 || kind > 2*maxSize:
		return -1
	default:
		return int(kind-12) / 2 // a blob is even, a text odd
	}
}

// text is the value of a column, or "" where it is of another type or missing.
func (r row) text(column int) string {
	if column >= len(r.values) {
		return ""
	}
	v := r.values[column]
	if v.kind < kindText || v.kind%2 == 0 {
		return ""
	}
	return string(r.d.data[v.offset : v.offset+v.size])
}

// number is the value of a column; ok is false where it is none.
func (r row) number(column int) (n int64, ok bool) {
	if column >= len(r.values) {
		return 0, false
	}
	v := r.values[column]
	switch {
	case v.kind == kindZero || v.kind == kindZero+1:
		return int64(v.kind - kindZero), true
	case v.kind < 1 || v.kind > 6:
		return 0, false
	}
	n = int64(int8(r.d.data[v.offset])) // the first byte has the sign
	for _, b := range r.d.data[v.offset+1 : v.offset+v.size] {
		n = n<<8 | int64(b)
	}
	return n, true
}

// set writes another number of four bytes over one.
func (r row) set(column int, n int64) bool {
	v := r.values[column]
	if v.kind != kindInt32 || n != int64(int32(n)) {
		return false
	}
	binary.BigEndian.PutUint32(r.d.data[v.offset:], uint32(n))
	r.d.touch(v.offset)
	return true
}

// varint reads SQLite's numbers of one to nine bytes, the highest first; n is 0
// where b ends too early.
func varint(b []byte) (value uint64, n int) {
	for n < len(b) && n < 8 {
		value = value<<7 | uint64(b[n]&0x7f)
		if n++; b[n-1] < 0x80 {
			return value, n
		}
	}
	if n == 8 && len(b) > 8 {
		return value<<8 | uint64(b[8]), 9
	}
	return 0, 0
}
