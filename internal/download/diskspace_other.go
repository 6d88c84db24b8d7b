//go:build !linux && !darwin && !windows

package download

import (
	"errors"
	"syscall"
)

func isDiskFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }

func freeSpace(string) int64 { return -1 }
