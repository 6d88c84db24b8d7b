package child

import (
	"errors"
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
		f := fork{tell: func(group int) { theKeeper().watch(group) }, holds: true}
		for r := range requests {
			r.answer <- f.start(r)
		}
	}()
	return requests
})

// fork is what one thread does, and no other may do: it forks, and traces what it has forked for a moment.
type fork struct {
	tell func(group int)
	// holds: a child stands at its exec until the keeper knows its group. If it ran at once, then on a busy machine it could
	// do so for milliseconds before this thread gets a core again, and what it starts would outlive us if we are killed just
	// then. Where tracing is refused (a container, a debugger around us) children start at once.
	holds bool
}

func (f *fork) start(r startRequest) (a startAnswer) {
	r.attr.Sys.Ptrace = f.holds
	a.process, a.group, a.err = startProcess(r.path, r.argv, r.attr)
	if f.holds && isRefusal(a.err) {
		r.attr.Sys.Ptrace = false
		a.process, a.group, a.err = startProcess(r.path, r.argv, r.attr)
		f.holds = a.err != nil // or else it was the file that was refused
	}
	if a.err != nil {
		return a
	}
	f.tell(a.group.id)
	if r.attr.Sys.Ptrace {
		a.group.release()
	}
	return a
}

func isRefusal(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENOSYS)
}

// release lets a child go on that stands at its exec, unless it was killed there.
func (g group) release() {
	for unix.Waitid(unix.P_PID, g.id, nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	unix.PtraceDetach(g.id)
}

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
