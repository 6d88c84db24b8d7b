package boot

import (
	"time"

	"golang.org/x/sys/unix"
)

// Uptime is the time since the start of the machine, sleep included: it does
// not jump when the clock is set.
func Uptime() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
