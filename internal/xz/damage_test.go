package xz

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// smallFiles are files of a few hundred bytes that have each part of the format.
func smallFiles(t *testing.T) map[string]struct{ file, data []byte } {
	data := []byte(strings.Repeat("berth moors toolchains; ", 5) + string(noise(60)))
	files := map[string]struct{ file, data []byte }{}
	for name, args := range map[string][]string{
		"crc64":    {"--check=crc64"},
		"sha256":   {"--check=sha256"},
		"blocks":   {"--check=crc32", "--block-size=50"},
		"sizes":    {"--check=crc32", "--block-size=100", "--threads=2"},
		"no check": {"--check=none"},
	} {
		files[name] = struct{ file, data []byte }{compress(t, data, args...), data}
	}
	return files
}

func TestEveryTruncationIsFound(t *testing.T) {
	for name, c := range smallFiles(t) {
		for n := range c.file {
			if _, err := decode(c.file[:n]); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: %d of %d bytes: got %v, expected %v", name, n, len(c.file), err, io.ErrUnexpectedEOF)
			}
		}
	}
}

// A flipped bit gives an error; without a check it may pass where it changes nothing that any part of the format covers,
// namely the data itself.
func TestEveryFlippedBitIsFound(t *testing.T) {
	for name, c := range smallFiles(t) {
		for i := range len(c.file) * 8 {
			file := bytes.Clone(c.file)
			file[i/8] ^= 1 << (i % 8)
			got, err := decode(file)
			var corrupt *CorruptError
			var unsupported *UnsupportedError
			switch {
			case errors.As(err, &corrupt), errors.As(err, &unsupported), errors.Is(err, io.ErrUnexpectedEOF):
			case err != nil:
				t.Errorf("%s, bit %d: unexpected kind of error: %v", name, i, err)
			case name != "no check" && !bytes.Equal(got, c.data):
				t.Errorf("%s, bit %d: other data and no error", name, i)
			case len(got) != len(c.data):
				t.Errorf("%s, bit %d: %d bytes and no error, expected %d", name, i, len(got), len(c.data))
			}
		}
	}
}

func TestErrorsNameWhatIsWrong(t *testing.T) {
	var (
		header    = streamHeader(0, 1)
		block     = blockHeader(0, filterLZMA2, 1, 0)
		data      = join(stored("abcdefghi"), []byte{0}, []byte{0, 0, 0}) // 13 bytes and padding
		crc       = withCRC([]byte("abcdefghi"))[9:]
		record    = []byte{12 + 13 + 4, 9}
		index     = blockIndex(record...)
		footer    = streamFooter(len(index), 0, 1)
		withBlock = func(fields ...byte) []byte { return join(header, blockHeader(fields...), data, crc, index, footer) }
		withData  = func(chunks ...[]byte) []byte { return join(header, block, join(chunks...)) }
		withIndex = func(b []byte) []byte { return join(header, block, data, crc, b, streamFooter(len(b), 0, 1)) }
		properHdr = append(chunkHeader(controlAll, 400, 50), 0x5D)
	)
	if got, err := decode(join(header, block, data, crc, index, footer)); err != nil || string(got) != "abcdefghi" {
		t.Fatalf("the sound file: %q, %v", got, err)
	}
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"gzip", "magic bytes", []byte("\x1f\x8b\x08\x00 this is not xz")},
		{"stream header CRC32", "stream header has CRC32", join([]byte(headerMagic), []byte{0, 1, 0, 0, 0, 0})},
		{"stream flags", "stream header has flags", join(streamHeader(1, 1))},
		{"reserved check", "needs check 7", streamHeader(0, 7)},
		{"block header CRC32", "block header has CRC32", join(header, []byte{1, 0, 0, 0, 0, 0, 0, 0})},
		{"block flags", "needs block flags", withBlock(0x04, filterLZMA2, 1, 0)},
		{"compressed size", "13 bytes of compressed data, its header declares 14", withBlock(0x40, 14, filterLZMA2, 1, 0)},
		{"compressed size", "more compressed data than the 1 bytes", join(header, blockHeader(0x40, 1, filterLZMA2, 1, 0), stored("a"), stored("b"))},
		{"compressed size", "declares a compressed size of 0", withBlock(0x40, 0, filterLZMA2, 1, 0)},
		{"uncompressed size", "has 9 bytes of data, its header declares 10", withBlock(0x80, 10, filterLZMA2, 1, 0)},
		{"uncompressed size", "more data than the 8 bytes", withBlock(0x80, 8, filterLZMA2, 1, 0)},
		{"size too long", "no valid integer as its uncompressed size", withBlock(0x80, 0x80, 0x80, 0, filterLZMA2, 1, 0)},
		{"header ends", "no valid integer as its filter id", withBlock(0x00, 0x80, 0x80)},
		{"filter", "needs filter 0x04 (BCJ x86)", withBlock(0x01, 4, 0, filterLZMA2, 1, 0)},
		{"filter", "needs filter 0x99", withBlock(0x00, 0x99, 1, 1, 0)},
		{"filter order", "LZMA2 at place 1, it must be the last of 2", withBlock(0x01, filterLZMA2, 1, 0, filterLZMA2, 1, 0)},
		{"filter size", "declares 90 bytes of filter properties", withBlock(0x00, filterLZMA2, 90, 0)},
		{"LZMA2 properties", "LZMA2 properties 29", withBlock(0x00, filterLZMA2, 1, 41)},
		{"LZMA2 properties", "LZMA2 properties 00 00", withBlock(0x00, filterLZMA2, 2, 0, 0)},
		{"header padding", "block header padding", withBlock(0x00, filterLZMA2, 1, 0, 0, 1)},
		{"dictionary", "needs a dictionary of 4294967295 bytes", withBlock(0x00, filterLZMA2, 1, 40)},
		{"control byte", "control byte is 0x03", withData([]byte{3})},
		{"no dictionary reset", "expected a dictionary reset", withData([]byte{controlRaw, 0, 0, 'a', 0})},
		{"no properties", "expected new properties", withData(stored("a"), chunkHeader(controlState, 1, 6))},
		{"bad properties", "LZMA properties are 0xff", withData(append(chunkHeader(controlAll, 1, 6), 0xFF))},
		{"lc and lp", "LZMA properties are 0x0d", withData(append(chunkHeader(controlAll, 1, 6), 13))},
		{"range coder", "begins with 01 00 00 00 00, expected 0 and", withData(properHdr, []byte{1}, make([]byte, 60))},
		{"distance", "before the data or the dictionary", withData(properHdr, []byte{0}, bytes.Repeat([]byte{0xFF}, 60))},
		{"block padding", "block padding has the byte 0x01", withData(data[:14], []byte{0, 1})},
		{"check", "block has CRC32 af 88 a9 8d, expected 00 00 00 00", join(header, block, data, []byte{0, 0, 0, 0})},
		{"record count", "index has 0 records, expected 1", withIndex(blockIndex())},
		{"record count", "index has 2 records, expected 1", withIndex(blockIndex(29, 9, 29, 9))},
		{"record", "index has other sizes", withIndex(blockIndex(28, 9))},
		{"record", "index has other sizes", withIndex(blockIndex(29, 10))},
		{"index integer", "index has an integer", withIndex(withCRC([]byte{0, 0x81, 0, 0}))},
		{"index padding", "index padding has the byte 0x01", join(header, block, data, crc, block, data, crc, withCRC([]byte{0, 2, 29, 9, 29, 9, 0, 1}))},
		{"index CRC32", "index has CRC32", withIndex([]byte{0, 1, 29, 9, 0, 0, 0, 0})},
		{"footer CRC32", "stream footer has CRC32", join(header, block, data, crc, index, make([]byte, 10), []byte(footerMagic))},
		{"footer magic", "stream footer ends with", join(header, block, data, crc, index, make([]byte, 12))},
		{"footer size", "says that the index has 16 bytes, it has 8", join(header, block, data, crc, index, streamFooter(16, 0, 1))},
		{"footer check", "check is CRC64, the stream header said CRC32", join(header, block, data, crc, index, streamFooter(8, 0, 4))},
		{"padding of 3", "inside the stream padding", join(header, block, data, crc, index, footer, make([]byte, 3))},
		{"padding first", "magic bytes", join(make([]byte, 4), header)},
		{"trailing bytes", "magic bytes", join(header, block, data, crc, index, footer, []byte("more than twelve"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, expected an error with %q", err, c.want)
			}
		})
	}
}

// A chunk must end where its header says, with nothing left in the range decoder.
func TestChunksEndWhereTheySay(t *testing.T) {
	file := compress(t, mixture(t, 2000), "--check=none")
	begin := streamHeaderSize + 12
	header := file[begin : begin+maxLZMA2Header]
	coded := int(header[3])<<8 + int(header[4]) + 1
	end := begin + maxLZMA2Header + coded

	longer := bytes.Clone(file)
	longer[begin+4]++
	longer = join(longer[:end], []byte{0}, longer[end:])
	_, err := decode(longer)
	if want := "leaves 0x0 in"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a byte too many: got %v, expected an error with %q", err, want)
	}

	other := bytes.Clone(file)
	other[end-1] ^= 1
	_, err = decode(other)
	if want := "leaves 0x1 in"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("another last byte: got %v, expected an error with %q", err, want)
	}
}

func chunkHeader(control byte, decoded, coded int) []byte {
	return []byte{control, byte((decoded - 1) >> 8), byte(decoded - 1), byte((coded - 1) >> 8), byte(coded - 1)}
}

func TestDictionaryLimit(t *testing.T) {
	file := compress(t, []byte("small"), "--lzma2=dict=2MiB")
	if _, err := NewReader(bytes.NewReader(file), Options{MaxDictionary: 2 << 20}); err != nil {
		t.Error(err)
	}
	z, err := NewReader(bytes.NewReader(file), Options{MaxDictionary: 2<<20 - 1})
	if err != nil {
		t.Fatal(err)
	}
	var tooLarge *DictionaryError
	if _, err := z.Read(make([]byte, 1)); !errors.As(err, &tooLarge) || tooLarge.Need != 2<<20 {
		t.Errorf("got %v, expected a DictionaryError over 2 MiB", err)
	}
}

// What a header declares must not be allocated before there is data.
func TestMemoryFollowsTheData(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		size  int
		limit uint64
	}{
		{"64 MiB declared, 1 KiB there", []string{"-9"}, 1 << 10, 3 << 20},
		{"64 MiB declared, 3 MiB there", []string{"-9"}, 3 << 20, 16 << 20},
		{"1 MiB dictionary, 12 MiB data", []string{"--lzma2=preset=0,dict=1MiB"}, 12 << 20, 6 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := compress(t, make([]byte, c.size), c.args...)
			got := allocated(func() {
				z, err := NewReader(bytes.NewReader(file), Options{})
				if err != nil {
					t.Fatal(err)
				}
				if n, err := z.WriteTo(readerless{io.Discard}); n != int64(c.size) || err != nil {
					t.Fatal(n, err)
				}
			})
			if got > c.limit {
				t.Errorf("allocated %d bytes, expected at most %d", got, c.limit)
			}
		})
	}
}

// readerless hides ReadFrom.
type readerless struct{ io.Writer }

func TestSourceErrorsPassThrough(t *testing.T) {
	file := compress(t, noise(100000))
	broken := errors.New("connection reset")
	_, err := decodeFrom(io.MultiReader(bytes.NewReader(file[:5000]), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, expected %v", err, broken)
	}
	_, err = decodeFrom(io.MultiReader(bytes.NewReader(file[:5000]), silent{}))
	if !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v, expected %v", err, io.ErrNoProgress)
	}
	z, err := NewReader(bytes.NewReader(file[:5000]), Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, first := io.Copy(io.Discard, z)
	if n, second := z.Read(make([]byte, 10)); n != 0 || second == nil || second.Error() != first.Error() {
		t.Errorf("after %v Read gives %d, %v", first, n, second)
	}
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }
