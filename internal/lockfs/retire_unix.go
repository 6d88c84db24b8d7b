//go:build unix

package lockfs

import (
	"errors"
	"os"
)

// retire unlinks first: once it is unlocked the file may be somebody else's.
func (h *FileLock) retire() error {
	err := absent(os.Remove(h.lock.file.path))
	return errors.Join(err, h.Close())
}
