package xz

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/crc32"
)

// recordSum stands for the list of a stream's blocks. The index repeats that list; a digest of each is compared, because a
// file may have very many blocks and remembering them would cost memory.
type recordSum struct {
	count  uint64
	digest hash.Hash
}

func newRecordSum() recordSum { return recordSum{digest: sha256.New()} }

// add takes the size of a block without its padding, and of what it decodes to.
func (s *recordSum) add(unpadded, uncompressed uint64) {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], unpadded)
	binary.LittleEndian.PutUint64(b[8:], uncompressed)
	s.digest.Write(b[:])
	s.count++
}

func (s *recordSum) equal(o recordSum) bool {
	return s.count == o.count && string(s.digest.Sum(nil)) == string(o.digest.Sum(nil))
}

// indexReader consumes an index and keeps its size and CRC32.
type indexReader struct {
	in   *input
	size int64
	crc  uint32
}

// readIndex holds the index against the blocks: indicator, number of records, records, padding, CRC32.
func readIndex(z *Reader) (step, error) {
	r := &indexReader{in: &z.in}
	if _, err := r.bytes(1); err != nil { // the indicator; readBlockHeader has seen it
		return nil, err
	}
	if err := r.records(&z.stream.records); err != nil {
		return nil, err
	}
	if err := r.padding(); err != nil {
		return nil, err
	}
	crc := r.crc
	b, err := r.bytes(4)
	if err != nil {
		return nil, err
	}
	if want := binary.LittleEndian.Uint32(b); crc != want {
		return nil, z.in.corrupt("index has CRC32 %08x, expected %08x", crc, want)
	}
	z.stream.indexSize = r.size
	return readStreamFooter, nil
}

// records reads the list and compares it with that of the blocks.
func (r *indexReader) records(blocks *recordSum) error {
	count, err := r.varint()
	if err != nil {
		return err
	}
	if count != blocks.count {
		return r.in.corrupt("index has %d records, expected %d as there were blocks", count, blocks.count)
	}
	listed := newRecordSum()
	for range count {
		unpadded, err := r.varint()
		if err != nil {
			return err
		}
		uncompressed, err := r.varint()
		if err != nil {
			return err
		}
		listed.add(unpadded, uncompressed)
	}
	if !listed.equal(*blocks) {
		return r.in.corrupt("index has other sizes than the %d blocks before it", count)
	}
	return nil
}

// padding fills the index up to a multiple of four.
func (r *indexReader) padding() error {
	for r.size%4 != 0 {
		b, err := r.bytes(1)
		if err != nil {
			return err
		}
		if b[0] != 0 {
			return r.in.corrupt("index padding has the byte %#02x, expected 0", b[0])
		}
	}
	return nil
}

func (r *indexReader) varint() (uint64, error) {
	var b [maxVarint]byte
	for i := range b {
		p, err := r.bytes(1)
		if err != nil {
			return 0, err
		}
		if b[i] = p[0]; b[i] < 0x80 {
			if v, n := varint(b[:i+1]); n > 0 {
				return v, nil
			}
			break
		}
	}
	return 0, r.in.corrupt("index has an integer that is longer than it should be")
}

func (r *indexReader) bytes(n int) ([]byte, error) {
	b, err := r.in.next(n, "index")
	r.size += int64(len(b))
	r.crc = crc32.Update(r.crc, crc32.IEEETable, b)
	return b, err
}
