// Package figures writes sizes and times for people as Cargo does.
//
// What holds: the texts are Cargo's, to the byte, also where it counts with few digits. Where it ends: they say less than
// the number, so nothing is read back from them.
package figures

import (
	"fmt"
	"time"
)

// Bytes is a size in its largest unit.
func Bytes(n int64) string {
	size, unit := float32(n), 0 // Cargo has no more digits either
	for size >= 1024 && unit < 6 {
		size /= 1024
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%dB", n)
	}
	return fmt.Sprintf("%.1f%s", size, [...]string{"", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}[unit])
}

// Elapsed is how long something took.
func Elapsed(d time.Duration) string {
	seconds := int(d.Seconds())
	if seconds >= 60 {
		return fmt.Sprintf("%dm %02ds", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d.%02ds", seconds, d.Milliseconds()%1000/10)
}
