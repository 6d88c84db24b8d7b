package flock

import (
	"os"

	"golang.org/x/sys/windows"
)

func tryRange(f *os.File, offset, n int64, m Mode) error {
	return control(f, "LockFileEx", func(h windows.Handle) error {
		return windows.LockFileEx(h, m.flags()|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, uint32(n), uint32(n>>32), at(offset))
	})
}

func unlockRange(f *os.File, offset, n int64) error {
	return control(f, "UnlockFileEx", func(h windows.Handle) error {
		return windows.UnlockFileEx(h, 0, uint32(n), uint32(n>>32), at(offset))
	})
}

func at(offset int64) *windows.Overlapped {
	return &windows.Overlapped{Offset: uint32(offset), OffsetHigh: uint32(offset >> 32)}
}
