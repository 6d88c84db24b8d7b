package xz

import "fmt"

const (
	filterLZMA2 = 0x21

	flagFilters      = 0x03
	flagReserved     = 0x3C
	flagCompressed   = 0x40
	flagUncompressed = 0x80

	// maxUnpadded is the largest block that an index record can hold.
	maxUnpadded = 1<<63 - 4

	undeclared = -1
)

// block is what must agree between a block's header, data and index record.
type block struct {
	headerSize   int64
	begin        int64 // offset of the compressed data in the file
	compressed   int64 // as the header declares it, or undeclared
	uncompressed int64 // the same
	decoded      int64 // so far
	dictionary   int64
	check        check

	needDictionary bool // no chunk has reset the dictionary yet
	needProperties bool // no chunk has set lc, lp and pb yet
}

// readBlockHeader begins a block, or the index in its place: size, flags, sizes, filters, padding, CRC32.
func readBlockHeader(z *Reader) (step, error) {
	const part = "block header"
	b, err := z.in.peek(1, part)
	if err != nil {
		return nil, err
	}
	if b[0] == 0 {
		return readIndex, nil
	}
	size := (int(b[0]) + 1) * 4
	if b, err = z.in.peek(size, part); err != nil {
		return nil, err
	}
	if err := z.in.checkCRC32(part, b[:size-4], b[size-4:]); err != nil {
		return nil, err
	}
	z.block = block{headerSize: int64(size), needDictionary: true, needProperties: true}
	if err := z.block.parse(&z.in, b[1:size-4]); err != nil {
		return nil, err
	}
	if z.block.dictionary > z.limit {
		return nil, &DictionaryError{Need: z.block.dictionary, Max: z.limit}
	}
	z.in.skip(size)
	z.block.begin = z.in.offset
	z.block.check = z.stream.check.start()
	z.window.begin(int(z.block.dictionary), z.block.uncompressed)
	return readChunk, nil
}

// parse reads what is between the size of a header and its CRC32.
func (k *block) parse(in *input, b []byte) (err error) {
	flags := b[0]
	b = b[1:]
	if flags&flagReserved != 0 {
		return &UnsupportedError{in.offset, fmt.Sprintf("block flags %#02x", flags)}
	}
	k.compressed, k.uncompressed = undeclared, undeclared
	if flags&flagCompressed != 0 {
		if k.compressed, b, err = in.headerInt(b, "compressed size"); err != nil {
			return err
		}
		if k.compressed == 0 || k.compressed > maxUnpadded-k.headerSize {
			return in.corrupt("block header declares a compressed size of %d", k.compressed)
		}
	}
	if flags&flagUncompressed != 0 {
		if k.uncompressed, b, err = in.headerInt(b, "uncompressed size"); err != nil {
			return err
		}
	}
	if b, err = k.filters(in, b, int(flags&flagFilters)+1); err != nil {
		return err
	}
	for _, c := range b {
		if c != 0 {
			return in.corrupt("block header padding has the byte %#02x, expected 0", c)
		}
	}
	return nil
}

// filters reads the list of filters. Each has an id and properties.
func (k *block) filters(in *input, b []byte, count int) ([]byte, error) {
	for i := range count {
		id, rest, err := in.headerInt(b, "filter id")
		if err != nil {
			return nil, err
		}
		size, rest, err := in.headerInt(rest, "size of filter properties")
		if err != nil {
			return nil, err
		}
		if size > int64(len(rest)) {
			return nil, in.corrupt("block header declares %d bytes of filter properties, it has %d left", size, len(rest))
		}
		if id != filterLZMA2 {
			return nil, &UnsupportedError{in.offset, filterName(id)}
		}
		if i != count-1 {
			return nil, in.corrupt("block header has filter LZMA2 at place %d, it must be the last of %d", i+1, count)
		}
		if size != 1 || rest[0] > 40 {
			return nil, in.corrupt("block header has LZMA2 properties % x, expected one byte of at most 40", rest[:size])
		}
		k.dictionary = dictionarySize(rest[0])
		b = rest[size:]
	}
	return b, nil
}

// dictionarySize decodes the sizes 2^n and 2^n + 2^(n-1) from 4 KiB on, and 4 GiB - 1.
func dictionarySize(code byte) int64 {
	if code == 40 {
		return 1<<32 - 1
	}
	return int64(2|code&1) << (code/2 + 11)
}

func (in *input) headerInt(b []byte, what string) (int64, []byte, error) {
	v, n := varint(b)
	if n == 0 {
		return 0, nil, in.corrupt("block header has no valid integer as its %s", what)
	}
	return int64(v), b[n:], nil
}

// filterName is for messages.
func filterName(id int64) string {
	names := map[int64]string{
		0x03: "Delta", 0x04: "BCJ x86", 0x05: "BCJ PowerPC", 0x06: "BCJ IA-64", 0x07: "BCJ ARM",
		0x08: "BCJ ARM-Thumb", 0x09: "BCJ SPARC", 0x0A: "BCJ ARM64", 0x0B: "BCJ RISC-V",
	}
	if name, ok := names[id]; ok {
		return fmt.Sprintf("filter %#02x (%s)", id, name)
	}
	return fmt.Sprintf("filter %#02x", id)
}

// readBlockEnd holds a block's data against what was declared: sizes, padding, check.
func readBlockEnd(z *Reader) (step, error) {
	k := &z.block
	size := z.in.offset - k.begin
	if k.compressed != undeclared && size != k.compressed {
		return nil, z.in.corrupt("block has %d bytes of compressed data, its header declares %d", size, k.compressed)
	}
	if k.uncompressed != undeclared && k.decoded != k.uncompressed {
		return nil, z.in.corrupt("block has %d bytes of data, its header declares %d", k.decoded, k.uncompressed)
	}
	padding, err := z.in.next(int(-size&3), "block padding")
	if err != nil {
		return nil, err
	}
	for _, c := range padding {
		if c != 0 {
			return nil, z.in.corrupt("block padding has the byte %#02x, expected 0", c)
		}
	}
	want, err := z.in.peek(z.stream.check.size(), "check of a block")
	if err != nil {
		return nil, err
	}
	if got := k.check.sum(); string(got) != string(want) {
		return nil, z.in.corrupt("block has %v % x, expected % x", z.stream.check, got, want)
	}
	z.in.skip(len(want))
	z.stream.records.add(uint64(k.headerSize+size)+uint64(len(want)), uint64(k.decoded))
	return readBlockHeader, nil
}
