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

func room(path string) (free, size int64, ok bool) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, 0, false
	}
	var available, total uint64
	err = windows.GetDiskFreeSpaceEx(name, &available, &total, nil)
	return int64(available), int64(total), err == nil
}
