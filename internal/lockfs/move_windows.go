package lockfs

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"

	"berth/internal/flock"
)

// move lets go of the lock for the rename: a directory in which anybody has a file
// open, we included, is not renamed here. For the same reason nobody can have got the
// lock meanwhile if the rename succeeds.
func (h *FileLock) move(from, to string) error {
	if h.file == nil {
		return os.Rename(from, to)
	}
	below, err := filepath.Rel(from, h.file.Name())
	if err != nil {
		return err
	}
	if err := h.letGo(); err != nil {
		return err
	}
	err = os.Rename(from, to)
	switch {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED), errors.Is(err, windows.ERROR_SHARING_VIOLATION):
		return ErrBusy
	case err != nil || h.mode == Exclusive:
		return err
	}
	f, err := os.OpenFile(filepath.Join(to, below), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := flock.Lock(context.Background(), f, h.mode); err != nil {
		return err
	}
	h.file = f
	return nil
}

// letGo releases the lock and leaves h as one that excludes nobody.
func (h *FileLock) letGo() error {
	if h.signed {
		eraseSignature(h.file)
		h.signed = false
	}
	f := h.file
	h.file = nil
	return errors.Join(flock.Unlock(f), f.Close())
}
