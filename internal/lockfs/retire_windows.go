package lockfs

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// retire closes first: a file that anybody has open, we included, cannot be
// removed here. For the same reason it cannot be removed under the next holder;
// then it stays, and is that one's to retire.
func (h *FileLock) retire() error {
	err := h.Close()
	removed := absent(os.Remove(h.lock.file.path))
	if errors.Is(removed, windows.ERROR_SHARING_VIOLATION) || errors.Is(removed, fs.ErrPermission) {
		removed = nil
	}
	return errors.Join(err, removed)
}
