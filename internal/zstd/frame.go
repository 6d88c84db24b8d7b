package zstd

import (
	"encoding/binary"
	"io"
)

const (
	frameMagic    = 0xFD2FB528
	skippable     = 0x184D2A50 // and the fifteen behind it
	skippableMask = 0xFFFFFFF0

	maxBlock = 128 << 10
)

// frame is what a frame's header declares.
type frame struct {
	window  uint64
	size    uint64
	hasSize bool
	hasSum  bool
	decoded uint64
}

// next begins the next frame, or returns io.EOF where there is none.
func (z *Reader) next() error {
	for {
		var magic [4]byte
		if _, err := io.ReadFull(z.in, magic[:]); err == io.EOF {
			return io.EOF
		} else if err != nil {
			return truncated(err, "frame's magic number")
		}
		switch m := binary.LittleEndian.Uint32(magic[:]); {
		case m == frameMagic:
			return z.beginFrame()
		case m&skippableMask == skippable:
			if err := z.skip(); err != nil {
				return err
			}
		default:
			return corrupt("a frame begins with %08x, expected %08x", m, uint32(frameMagic))
		}
	}
}

func (z *Reader) skip() error {
	var size [4]byte
	_, err := io.ReadFull(z.in, size[:])
	if err == nil {
		_, err = io.CopyN(io.Discard, z.in, int64(binary.LittleEndian.Uint32(size[:])))
	}
	if err != nil {
		return truncated(err, "skippable frame")
	}
	return nil
}

func (z *Reader) beginFrame() error {
	if err := z.readHeader(); err != nil {
		return err
	}
	if z.frame.window > z.limit {
		return corrupt("a frame asks for a window of %d bytes, of which %d are allowed", z.frame.window, z.limit)
	}
	z.buf, z.out, z.inside = z.buf[:0], 0, true
	z.sum.Reset()
	z.block.reset()
	return nil
}

// readHeader reads the descriptor and the fields that it announces: window, dictionary, size of the content.
func (z *Reader) readHeader() error {
	const part = "frame header"
	descriptor, err := z.in.ReadByte()
	if err != nil {
		return truncated(err, part)
	}
	if descriptor&0x08 != 0 {
		return corrupt("frame descriptor is %#02x, its reserved bit must be 0", descriptor)
	}
	z.frame = frame{hasSum: descriptor&0x04 != 0}
	single := descriptor&0x20 != 0
	if !single {
		b, err := z.in.ReadByte()
		if err != nil {
			return truncated(err, part)
		}
		base := uint64(1) << (10 + b>>3)
		z.frame.window = base + base/8*uint64(b&7)
	}
	dictionary, err := z.integer([...]int{0, 1, 2, 4}[descriptor&3])
	if err != nil {
		return truncated(err, part)
	}
	if dictionary != 0 {
		return corrupt("a frame needs dictionary %d, and there are no dictionaries here", dictionary)
	}
	width := [...]int{0, 2, 4, 8}[descriptor>>6]
	if width == 0 && single {
		width = 1
	}
	if z.frame.size, err = z.integer(width); err != nil {
		return truncated(err, part)
	}
	if width == 2 {
		z.frame.size += 256
	}
	z.frame.hasSize = width > 0
	if single {
		z.frame.window = z.frame.size
	}
	return nil
}

// integer reads a number of so many bytes.
func (z *Reader) integer(width int) (uint64, error) {
	var b [8]byte
	_, err := io.ReadFull(z.in, b[:width])
	return binary.LittleEndian.Uint64(b[:]), err
}

// readBlock appends a block's data to buf.
func (z *Reader) readBlock() (last bool, err error) {
	const part = "block"
	header, err := z.integer(3)
	if err != nil {
		return false, truncated(err, part)
	}
	size := int(header >> 3)
	if limit := int(min(z.frame.window, maxBlock)); size > limit {
		return false, corrupt("a block has %d bytes, more than the %d that its frame allows", size, limit)
	}
	begin := len(z.buf)
	switch kind := header >> 1 & 3; kind {
	case 0: // stored
		z.buf = append(z.buf, make([]byte, size)...)
		_, err = io.ReadFull(z.in, z.buf[begin:])
	case 1: // one byte, repeated
		var b byte
		b, err = z.in.ReadByte()
		z.buf = append(z.buf, make([]byte, size)...)
		for i := range z.buf[begin:] {
			z.buf[begin+i] = b
		}
	case 2:
		data := z.block.input(size)
		if _, err = io.ReadFull(z.in, data); err == nil {
			z.buf, err = z.block.decode(data, z.buf, int(z.frame.window))
			return header&1 != 0, err
		}
	default:
		return false, corrupt("a block is of the reserved kind")
	}
	if err != nil {
		z.buf = z.buf[:begin]
		return false, truncated(err, part)
	}
	return header&1 != 0, nil
}
