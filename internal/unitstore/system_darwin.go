package unitstore

import (
	"errors"
	"io/fs"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Changed is when the file was changed last in any way, which no program can set back.
func Changed(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctimespec.Unix())
	}
	return info.ModTime()
}

// isNoexec tells whether the file system of a path is mounted so that nothing in it can be run.
func isNoexec(path string) bool {
	var s unix.Statfs_t
	return unix.Statfs(path, &s) == nil && s.Flags&unix.MNT_NOEXEC != 0
}

// syncFileSystem: no call here waits for a whole file system.
func syncFileSystem(string) error { return errors.ErrUnsupported }
