//go:build unix

package lockfs

import "os"

func (h *FileLock) move(from, to string) error { return os.Rename(from, to) }
