//go:build unix

package unitstore

import (
	"errors"
	"io/fs"
	"math"
	"path/filepath"
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

// diskSize is that of the disk that path is on, or will be on.
func diskSize(path string) int64 {
	for {
		var s unix.Statfs_t
		if unix.Statfs(path, &s) == nil {
			return int64(s.Blocks) * int64(s.Bsize)
		}
		parent := filepath.Dir(path)
		if parent == path {
			return math.MaxInt64
		}
		path = parent
	}
}
