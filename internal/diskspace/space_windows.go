package diskspace

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// IsFull says that err is one of a disk, or of a quota, that is full.
func IsFull(err error) bool {
	for _, full := range []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED, syscall.ENOSPC} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}

// ask: there is no disk here that keeps programs from being run.
func ask(path string) (disk, bool) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return disk{}, false
	}
	var free, size uint64
	err = windows.GetDiskFreeSpaceEx(name, &free, &size, nil)
	return disk{free: int64(free), size: int64(size)}, err == nil
}
