package diskread

import (
	"io"
	"os"
	"slices"
)

// Append appends the content of the file at a path. The buffer comes back also with an error.
func Append(buf []byte, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return buf, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		buf = grow(buf, info.Size())
	}
	for ; ; buf = slices.Grow(buf, room) {
		n, err := f.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
}
