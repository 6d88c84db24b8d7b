package child

import (
	"os"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// start has the child started by a thread that lives as long as this process: the signal that the kernel sends a child
// when its parent dies is sent when the thread dies that forked it, and Go's threads come and go.
func start(path string, argv []string, attr *os.ProcAttr) (*os.Process, group, error) {
	attr.Sys = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	answer := make(chan startAnswer, 1)
	forker() <- startRequest{path, argv, attr, answer}
	a := <-answer
	return a.process, a.group, a.err
}

type startRequest struct {
	path   string
	argv   []string
	attr   *os.ProcAttr
	answer chan<- startAnswer
}

type startAnswer struct {
	process *os.Process
	group   group
	err     error
}

var forker = sync.OnceValue(func() chan<- startRequest {
	requests := make(chan startRequest)
	go func() {
		runtime.LockOSThread()
		failTerminalReads()
		for r := range requests {
			var a startAnswer
			a.process, a.group, a.err = startProcess(r.path, r.argv, r.attr)
			if a.err == nil {
				theKeeper().watch(a.group.id)
			}
			r.answer <- a
		}
	}()
	return requests
})

// failTerminalReads: a process of a background group that reads from the terminal is stopped, unless it blocks the
// signal, and then it gets an error. Children inherit what the forking thread blocks. Without it a build script that
// asks for a password would hang where nobody sees why.
func failTerminalReads() {
	var set unix.Sigset_t
	for _, s := range []syscall.Signal{unix.SIGTTIN, unix.SIGTTOU} {
		set.Val[0] |= 1 << (uint(s) - 1)
	}
	unix.PthreadSigmask(unix.SIG_BLOCK, &set, nil)
}

// await calls atEnd when the child has ended and has not been waited for yet.
func (g group) await(process *os.Process, atEnd func()) (*os.ProcessState, error) {
	for unix.Waitid(unix.P_PID, g.id, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	atEnd()
	return process.Wait()
}
