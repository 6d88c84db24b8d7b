package unitstore

import (
	"errors"
	"io/fs"
	"time"

	"golang.org/x/sys/windows"
)

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// isWritable: making a file tells, and nothing else does.
func isWritable(string) bool { return true }

// inodeOf: what Stat gives here does not tell; size and time must do.
func inodeOf(fs.FileInfo) uint64 { return 0 }

// Changed is when the contents of the file were changed last: more is not told here.
func Changed(info fs.FileInfo) time.Time { return info.ModTime() }

// syncFileSystem: no call here waits for a whole file system.
func syncFileSystem(string) error { return errors.ErrUnsupported }
