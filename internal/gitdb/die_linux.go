package gitdb

import (
	"os/exec"
	"runtime"
	"syscall"
)

// dieTogether has the kernel end cmd when this process dies. The signal follows the thread that starts cmd, so that
// thread is kept until release.
func dieTogether(cmd *exec.Cmd) (release func()) {
	runtime.LockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	return runtime.UnlockOSThread
}
