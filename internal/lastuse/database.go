package lastuse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// database is a whole SQLite file in memory
// (https://www.sqlite.org/fileformat2.html).
type database struct {
	data     []byte
	pageSize int
	usable   int // bytes of a page without those that are reserved at its end
	dirty    map[int]bool
}

// Places in the header, which is the beginning of the first page.
const (
	headerSize     = 100
	pageSizeAt     = 16
	writeVersionAt = 18
	readVersionAt  = 19
	reservedAt     = 20
	counterAt      = 24
	encodingAt     = 56
	userVersionAt  = 60
	validForAt     = 92
)

// schema is Cargo's version of the tables, in the header's user version. A newer
// one only adds.
const schema = 7

var errMalformed = errors.New("expected the pages of an SQLite database, got something else")

func open(data []byte) (*database, error) {
	if len(data) < headerSize || !bytes.HasPrefix(data, []byte("SQLite format 3\x00")) {
		return nil, errMalformed
	}
	d := &database{data: data, dirty: map[int]bool{}}
	d.pageSize = int(binary.BigEndian.Uint16(data[pageSizeAt:]))
	if d.pageSize == 1 {
		d.pageSize = 65536
	}
	d.usable = d.pageSize - int(data[reservedAt])
	if d.pageSize < 512 || d.pageSize&(d.pageSize-1) != 0 || d.usable < 480 || len(data)%d.pageSize != 0 {
		return nil, errMalformed
	}
	version := binary.BigEndian.Uint32(data[userVersionAt:])
	switch {
	case data[writeVersionAt] != 1 || data[readVersionAt] != 1:
		return nil, errors.New("expected a database with a rollback journal, got one with a log")
	case binary.BigEndian.Uint32(data[encodingAt:]) != 1:
		return nil, errors.New("expected a database in UTF-8")
	case version < schema:
		return nil, fmt.Errorf("expected tables of version %d, got %d", schema, version)
	}
	return d, nil
}

func (d *database) pages() int { return len(d.data) / d.pageSize }

// touch notes that the bytes at offset were changed.
func (d *database) touch(offset int) {
	if len(d.dirty) == 0 {
		counter := binary.BigEndian.Uint32(d.data[counterAt:]) + 1
		binary.BigEndian.PutUint32(d.data[counterAt:], counter)
		binary.BigEndian.PutUint32(d.data[validForAt:], counter)
		d.dirty[0] = true
	}
	d.dirty[offset/d.pageSize] = true
}

// Kinds of pages, as their first byte says.
const (
	interiorTable = 5
	leafTable     = 13
)

// maxDepth is more than a table of 64 MiB can have.
const maxDepth = 12

// scan visits the rows of the table whose tree begins at page root, which counts
// from 1.
func (d *database) scan(root int, visit func(row) error) error {
	left := d.pages() // no page comes twice in a tree
	return d.scanPage(root, maxDepth, &left, visit)
}

func (d *database) scanPage(number, depth int, left *int, visit func(row) error) error {
	if *left--; number < 1 || number > d.pages() || depth == 0 || *left < 0 {
		return errMalformed
	}
	base := (number - 1) * d.pageSize
	head := base
	if number == 1 {
		head += headerSize
	}
	page := d.data[:base+d.usable]
	cells := int(binary.BigEndian.Uint16(page[head+3:]))
	switch page[head] {
	case leafTable:
		return eachCell(page, base, head+8, cells, func(at int) error { return d.leafCell(page, at, visit) })
	case interiorTable:
		err := eachCell(page, base, head+12, cells, func(at int) error {
			return d.scanPage(int(binary.BigEndian.Uint32(page[at:])), depth-1, left, visit)
		})
		if err != nil {
			return err
		}
		return d.scanPage(int(binary.BigEndian.Uint32(page[head+8:])), depth-1, left, visit)
	default:
		return errMalformed
	}
}

// eachCell calls visit with the place of each cell, of which at least 4 bytes are
// on the page.
func eachCell(page []byte, base, pointers, cells int, visit func(at int) error) error {
	for i := range cells {
		p := pointers + 2*i
		if p+2 > len(page) {
			return errMalformed
		}
		at := base + int(binary.BigEndian.Uint16(page[p:]))
		if at < pointers || at+4 > len(page) {
			return errMalformed
		}
		if err := visit(at); err != nil {
			return err
		}
	}
	return nil
}

// leafCell passes over a row that does not fit its page: names of files do.
func (d *database) leafCell(page []byte, at int, visit func(row) error) error {
	size, n := varint(page[at:])
	id, m := varint(page[at+n:])
	if n == 0 || m == 0 {
		return errMalformed
	}
	if size > uint64(d.usable-35) {
		return nil
	}
	start := at + n + m
	if start+int(size) > len(page) {
		return errMalformed
	}
	r, err := d.row(start, start+int(size))
	if err != nil {
		return err
	}
	r.id = int64(id)
	return visit(r)
}
