package store

import (
	"time"

	"golang.org/x/sys/windows"
)

// uptime is the time since the start of the machine.
func uptime() time.Duration { return windows.DurationSinceBoot() }
