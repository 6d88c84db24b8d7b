package measure

import (
	"os"
	"syscall"
)

func flushDisks() { syscall.Sync() }

// maxRSS is in bytes; Linux counts in KiB.
func maxRSS(ended *os.ProcessState) int64 { return ended.SysUsage().(*syscall.Rusage).Maxrss << 10 }
