//go:build !linux && !windows

package archive

import "syscall"

const errFull = syscall.ENOSPC
