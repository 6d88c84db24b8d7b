package store

import (
	"time"

	"golang.org/x/sys/unix"
)

// uptime is the time since the start of the machine; setting the clock moves
// kern.boottime along.
func uptime() time.Duration {
	tv, err := unix.SysctlTimeval("kern.boottime")
	if err != nil {
		return 0
	}
	return time.Since(time.Unix(tv.Unix()))
}
