package xz

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

const (
	headerMagic = "\xFD7zXZ\x00"
	footerMagic = "YZ"

	streamHeaderSize = 12
	streamFooterSize = 12
)

// stream is what must agree between the parts of one stream.
type stream struct {
	check     checkKind
	records   recordSum // of the blocks that were decoded
	indexSize int64
}

// readStreamHeader begins a stream: magic, flags, CRC32.
func readStreamHeader(z *Reader) (step, error) {
	const part = "stream header"
	b, err := z.in.peek(streamHeaderSize, part)
	if err != nil {
		return nil, err
	}
	if string(b[:6]) != headerMagic {
		return nil, z.in.corrupt("%s begins with % x, expected the magic bytes % x", part, b[:6], headerMagic)
	}
	if err := z.in.checkCRC32(part, b[6:8], b[8:12]); err != nil {
		return nil, err
	}
	check, err := z.in.streamFlags(part, b[6:8])
	if err != nil {
		return nil, err
	}
	z.in.skip(streamHeaderSize)
	z.stream = stream{check: check, records: newRecordSum()}
	return readBlockHeader, nil
}

// readStreamFooter ends a stream: CRC32, size of the index, flags again, magic.
func readStreamFooter(z *Reader) (step, error) {
	const part = "stream footer"
	b, err := z.in.peek(streamFooterSize, part)
	if err != nil {
		return nil, err
	}
	if string(b[10:]) != footerMagic {
		return nil, z.in.corrupt("%s ends with % x, expected the magic bytes % x", part, b[10:], footerMagic)
	}
	if err := z.in.checkCRC32(part, b[4:10], b[:4]); err != nil {
		return nil, err
	}
	if size := (int64(binary.LittleEndian.Uint32(b[4:8])) + 1) * 4; size != z.stream.indexSize {
		return nil, z.in.corrupt("%s says that the index has %d bytes, it has %d", part, size, z.stream.indexSize)
	}
	check, err := z.in.streamFlags(part, b[8:10])
	if err != nil {
		return nil, err
	}
	if check != z.stream.check {
		return nil, z.in.corrupt("%s says that the check is %v, the stream header said %v", part, check, z.stream.check)
	}
	z.in.skip(streamFooterSize)
	return readStreamPadding, nil
}

// streamFlags reads the two bytes that header and footer have in common.
func (in *input) streamFlags(part string, flags []byte) (checkKind, error) {
	if flags[0] != 0 || flags[1] > 0x0F {
		return 0, in.corrupt("%s has flags % x, expected 00 0?", part, flags)
	}
	check := checkKind(flags[1])
	if !check.known() {
		return 0, &UnsupportedError{in.offset, check.String()}
	}
	return check, nil
}

// readStreamPadding passes over zeros, a multiple of four, to the next stream or the end of the file.
func readStreamPadding(z *Reader) (step, error) {
	const part = "stream padding"
	more, err := z.in.more()
	if err != nil || !more {
		return nil, err
	}
	b, err := z.in.peek(4, part)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(b, []byte{0, 0, 0, 0}) {
		z.in.skip(4)
		return readStreamPadding, nil
	}
	return readStreamHeader, nil
}

// checkCRC32 compares the CRC32 of b with the one that the file has for it.
func (in *input) checkCRC32(part string, b, sum []byte) error {
	if got, want := crc32.ChecksumIEEE(b), binary.LittleEndian.Uint32(sum); got != want {
		return in.corrupt("%s has CRC32 %08x, expected %08x", part, got, want)
	}
	return nil
}
