package xz

import (
	"fmt"
	"io"
)

// CorruptError says that the input is not what an encoder would have written. What was decoded before it came from the
// same input and must be thrown away with it.
type CorruptError struct {
	Offset int64  // of the byte in the input at which, or just before which, the damage was seen
	Detail string // the part of the format, what was found and what was expected
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("xz data is damaged at byte %d: %s", e.Offset, e.Detail)
}

// UnsupportedError says that the input is sound as far as it was read, and needs a part of the format that this package
// leaves out.
type UnsupportedError struct {
	Offset  int64
	Feature string // for instance "filter 0x0B (RISC-V)"
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("xz data at byte %d needs %s, which is not supported; compress it with plain LZMA2", e.Offset, e.Feature)
}

// DictionaryError says that decoding would take a larger dictionary than Options.MaxDictionary allows.
type DictionaryError struct {
	Need, Max int64 // bytes
}

func (e *DictionaryError) Error() string {
	return fmt.Sprintf("xz data needs a dictionary of %d bytes and at most %d are allowed; compress it with a smaller dictionary",
		e.Need, e.Max)
}

// corrupt makes a CorruptError at the reader's place in the input.
func (in *input) corrupt(format string, args ...any) error {
	return &CorruptError{Offset: in.offset, Detail: fmt.Sprintf(format, args...)}
}

// truncated wraps io.ErrUnexpectedEOF with the place where more input was due.
func (in *input) truncated(part string) error {
	return fmt.Errorf("xz data ends at byte %d inside the %s: %w", in.offset+int64(in.w-in.r), part, io.ErrUnexpectedEOF)
}
