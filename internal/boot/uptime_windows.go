package boot

import (
	"time"

	"golang.org/x/sys/windows"
)

// Uptime is the time since the start of the machine.
func Uptime() time.Duration { return windows.DurationSinceBoot() }
