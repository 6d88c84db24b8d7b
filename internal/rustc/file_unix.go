//go:build unix

package rustc

import (
	"fmt"
	"os"
	"syscall"
)

// fileNumber tells two files apart that have path, size and time in common.
func fileNumber(info os.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d:%d", s.Dev, s.Ino, changed(s))
	}
	return ""
}
