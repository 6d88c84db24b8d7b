package unitstore

import (
	"errors"
	"io/fs"
	"syscall"
	"time"
)

// Changed is when the file was changed last in any way, which no program can set back.
func Changed(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctimespec.Unix())
	}
	return info.ModTime()
}

// syncFileSystem: no call here waits for a whole file system.
func syncFileSystem(string) error { return errors.ErrUnsupported }
