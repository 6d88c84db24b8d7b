package gzip

import "hash/crc32"

// Flags of a header, RFC 1952 section 2.3.1. Others are passed over, as other decoders do.
const (
	hasChecksum = 1 << 1
	hasExtra    = 1 << 2
	hasName     = 1 << 3
	hasComment  = 1 << 4
)

// header reads a member's header; nothing in it is kept.
type header struct {
	in  *input
	sum uint32
}

func (h *header) next() (byte, error) {
	b, err := h.in.byte()
	if err == nil {
		h.sum = crc32.Update(h.sum, crc32.IEEETable, []byte{b})
	}
	return b, err
}

func (h *header) read(first byte) error {
	fixed := [10]byte{first}
	for i := 1; i < len(fixed); i++ {
		b, err := h.next()
		if err != nil {
			return err
		}
		fixed[i] = b
		if i == 1 && (fixed[0] != 0x1f || fixed[1] != 0x8b) {
			return corrupt("it does not begin as gzip does, but with %02x %02x", fixed[0], fixed[1])
		}
	}
	if fixed[2] != 8 {
		return corrupt("compression method %d is not known", fixed[2])
	}
	return h.optional(fixed[3])
}

func (h *header) optional(flags byte) error {
	if flags&hasExtra != 0 {
		if err := h.skipExtra(); err != nil {
			return err
		}
	}
	for _, text := range []byte{hasName, hasComment} {
		if flags&text == 0 {
			continue
		}
		for b := byte(1); b != 0; {
			var err error
			if b, err = h.next(); err != nil {
				return err
			}
		}
	}
	if flags&hasChecksum == 0 {
		return nil
	}
	expected := uint16(h.sum)
	got, err := h.short()
	if err == nil && got != expected {
		return corrupt("the header's checksum is %04x, expected %04x", expected, got)
	}
	return err
}

func (h *header) skipExtra() error {
	n, err := h.short()
	for ; err == nil && n > 0; n-- {
		_, err = h.next()
	}
	return err
}

func (h *header) short() (uint16, error) {
	low, err := h.next()
	if err != nil {
		return 0, err
	}
	high, err := h.next()
	return uint16(low) | uint16(high)<<8, err
}
