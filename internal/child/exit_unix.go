//go:build unix

package child

import (
	"fmt"
	"os"
	"syscall"
)

func signalOf(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return int(status.Signal())
	}
	return 0
}

func codeText(code int) string { return fmt.Sprintf("exit status: %d", code) }

// signalName is what stock says of the signals that it knows.
func signalName(number int) string {
	switch syscall.Signal(number) {
	case syscall.SIGABRT:
		return ", SIGABRT: process abort signal"
	case syscall.SIGALRM:
		return ", SIGALRM: alarm clock"
	case syscall.SIGFPE:
		return ", SIGFPE: erroneous arithmetic operation"
	case syscall.SIGHUP:
		return ", SIGHUP: hangup"
	case syscall.SIGILL:
		return ", SIGILL: illegal instruction"
	case syscall.SIGINT:
		return ", SIGINT: terminal interrupt signal"
	case syscall.SIGKILL:
		return ", SIGKILL: kill"
	case syscall.SIGPIPE:
		return ", SIGPIPE: write on a pipe with no one to read"
	case syscall.SIGQUIT:
		return ", SIGQUIT: terminal quit signal"
	case syscall.SIGSEGV:
		return ", SIGSEGV: invalid memory reference"
	case syscall.SIGTERM:
		return ", SIGTERM: termination signal"
	case syscall.SIGBUS:
		return ", SIGBUS: access to undefined memory"
	case syscall.SIGSYS:
		return ", SIGSYS: bad system call"
	case syscall.SIGTRAP:
		return ", SIGTRAP: trace/breakpoint trap"
	}
	return ""
}
