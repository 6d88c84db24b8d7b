package unitstore

import (
	"errors"
	"io/fs"
	"math"
	"path/filepath"
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

// diskSize is that of the disk that path is on, or will be on.
func diskSize(path string) int64 {
	for {
		var total uint64
		text, err := windows.UTF16PtrFromString(path)
		if err == nil && windows.GetDiskFreeSpaceEx(text, nil, &total, nil) == nil {
			return int64(total)
		}
		parent := filepath.Dir(path)
		if parent == path {
			return math.MaxInt64
		}
		path = parent
	}
}
