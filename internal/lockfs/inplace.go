package lockfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"berth/internal/crashpoint"
)

// Contents reads the lock file itself, of a lock that the stock tools have on their data. It goes through the descriptor
// that has the lock: on Windows no other one may read.
func (h *FileLock) Contents() ([]byte, error) {
	f, done, err := h.data(os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer done()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(f, 0, info.Size()))
}

// Overwrite changes the lock file itself, in place: who waits for the lock of a file that is replaced by a rename would
// write into the old one. It is for texts to which blanks at the end make no difference: what is longer than before takes
// its place on the disk first, as line ends, and what is shorter is filled up with them and cut after. So whoever is killed
// between the steps, or meets a full disk, leaves the old text or the new one. Only a power cut can tear it.
func (h *FileLock) Overwrite(p crashpoint.Point, data []byte) error {
	if h.mode != Exclusive {
		panic("lockfs: " + h.lock.name + " is written, but it is held shared")
	}
	f, done, err := h.data(os.O_RDWR)
	if err != nil {
		return err
	}
	defer done()
	err = step(p, func() error { return overwriteText(p, f, data) })
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", h.lock.file.path, err)
	}
	return nil
}

// data is the locked file; without locks it is opened for the moment.
func (h *FileLock) data(how int) (*os.File, func(), error) {
	h.check()
	if h.file != nil {
		return h.file, func() {}, nil
	}
	f, err := os.OpenFile(h.lock.file.path, how, 0)
	return f, func() { f.Close() }, err
}

func overwriteText(p crashpoint.Point, f *os.File, data []byte) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	old := info.Size()
	if more := int64(len(data)) - old; more > 0 {
		if _, err := f.WriteAt(bytes.Repeat([]byte{'\n'}, int(more)), old); err != nil {
			return errors.Join(err, f.Truncate(old))
		}
	}
	if err := crashpoint.Here(p + ".room"); err != nil {
		return err
	}
	padded := append(bytes.Clone(data), bytes.Repeat([]byte{'\n'}, max(0, int(old)-len(data)))...)
	if _, err := f.WriteAt(padded, 0); err != nil {
		return err
	}
	if err := crashpoint.Here(p + ".written"); err != nil {
		return err
	}
	return errors.Join(f.Truncate(int64(len(data))), syncFile(f))
}
