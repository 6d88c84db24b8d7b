//go:build unix

package unitstore

import (
	"errors"
	"io/fs"
	"syscall"

	"golang.org/x/sys/unix"
)

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

func isWritable(dir string) bool { return unix.Access(dir, unix.W_OK|unix.X_OK) == nil }

func inodeOf(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Ino)
	}
	return 0
}
