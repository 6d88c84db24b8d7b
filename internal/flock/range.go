package flock

import "os"

// Byte ranges are locked for SQLite's files only, which are locked so by every
// program that uses them. On Unix these are POSIX record locks: they belong to
// the process and not to the open file, all of them on a file go when any of its
// descriptors is closed, and they and the locks above do not see each other. So
// a file that is locked by ranges is opened once in a process, and nobody waits
// for a range.

// TryRange locks n bytes of f from offset on now, or returns ErrBusy.
func TryRange(f *os.File, offset, n int64, m Mode) error { return tryRange(f, offset, n, m) }

// UnlockRange releases what TryRange locked.
func UnlockRange(f *os.File, offset, n int64) error { return unlockRange(f, offset, n) }
