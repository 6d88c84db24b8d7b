//go:build unix

package openfiles

import (
	"math"

	"golang.org/x/sys/unix"
)

// limit is how many files this process may have open; none where the system does not say.
func limit() uint64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return math.MaxUint64
	}
	return uint64(l.Cur)
}
