package child

import (
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is a job object: the kernel ends everything in it when its last handle goes, and that is with us.
type group struct{ job windows.Handle }

// Prepare has nothing to begin here: a job object is there at once.
func Prepare() {}

func prepare() {}

func start(path string, argv []string, attr *os.ProcAttr) (*os.Process, group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, group{}, err
	}
	g := group{job}
	if err := g.limit(windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | windows.JOB_OBJECT_LIMIT_BREAKAWAY_OK); err != nil {
		g.close()
		return nil, group{}, err
	}
	attr.Sys = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	process, err := os.StartProcess(path, argv, attr)
	if err != nil {
		g.close()
		return nil, group{}, err
	}
	err = process.WithHandle(func(handle uintptr) { windows.AssignProcessToJobObject(job, windows.Handle(handle)) })
	return process, g, err
}

func (g group) limit(flags uint32) error {
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = flags
	_, err := windows.SetInformationJobObject(g.job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	return err
}

// ask does not: there is no request to end that a program without a window would get.
func (g group) ask() { g.kill() }

// stoppedCode is the exit code of what was ended so, that of a program that Ctrl-C ended (STATUS_CONTROL_C_EXIT).
const stoppedCode = 0xc000013a

func (g group) kill() { windows.TerminateJobObject(g.job, stoppedCode) }

// forget lets a daemon live that the child has left behind.
func (g group) forget() { g.limit(0) }

func (g group) close() { windows.CloseHandle(g.job) }

// await calls atEnd when the child has ended; its handle keeps its number its own.
func (g group) await(process *os.Process, atEnd func()) (*os.ProcessState, error) {
	state, err := process.Wait()
	atEnd()
	return state, err
}
