package measure

import (
	"os"
	"syscall"
)

func flushDisks() { _ = syscall.Sync() }

// maxRSS is in bytes, as macOS counts.
func maxRSS(ended *os.ProcessState) int64 { return ended.SysUsage().(*syscall.Rusage).Maxrss }
