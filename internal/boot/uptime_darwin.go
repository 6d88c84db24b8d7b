package boot

import (
	"time"

	"golang.org/x/sys/unix"
)

// Uptime is the time since the start of the machine; setting the clock moves
// kern.boottime along.
func Uptime() time.Duration {
	tv, err := unix.SysctlTimeval("kern.boottime")
	if err != nil {
		return 0
	}
	return time.Since(time.Unix(tv.Unix()))
}
