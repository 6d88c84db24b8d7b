//go:build unix

package lockfs

import (
	"io"
	"os"
)

// writeSignature writes over the old one, then cuts: at no moment is it empty
// or two lines. A file with anything else in it is left alone.
func writeSignature(f *os.File, h Holder) bool {
	line := encodeSignature(h)
	if info, err := f.Stat(); err != nil || info.Size() > 0 && readSignature(f).PID == 0 && !isTorn(f) {
		return false
	}
	n, err := f.WriteAt(line, 0)
	if err == nil {
		f.Truncate(int64(n))
	}
	return true
}

// isTorn: the writer of a signature was killed, or the disk was full.
func isTorn(f *os.File) bool {
	start := make([]byte, len(`{"command":`))
	n, _ := f.ReadAt(start, 0)
	return string(start[:n]) == `{"command":`[:n]
}

func eraseSignature(f *os.File) { f.Truncate(0) }

func readSignature(f *os.File) Holder {
	return decodeSignature(io.NewSectionReader(f, 0, signatureSize))
}
