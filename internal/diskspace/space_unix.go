//go:build linux || darwin

package diskspace

import (
	"errors"

	"golang.org/x/sys/unix"
)

// IsFull says that err is one of a disk, or of a quota, that is full.
func IsFull(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

func ask(path string) (disk, bool) {
	var s unix.Statfs_t
	err := unix.Statfs(path, &s)
	return disk{int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize), s.Flags&noexec != 0}, err == nil
}
