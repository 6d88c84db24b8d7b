package child

import (
	"os"
	"syscall"
)

// start: there is no signal for a parent's death here, so the keeper does all of it.
func start(path string, argv []string, attr *os.ProcAttr) (*os.Process, group, error) {
	attr.Sys = &syscall.SysProcAttr{Setpgid: true}
	process, g, err := startProcess(path, argv, attr)
	if err == nil {
		theKeeper().watch(g.id)
	}
	return process, g, err
}

// await cannot look before it waits: for an instant the child's number may be another's while the group is not forgotten.
func (g group) await(process *os.Process, atEnd func()) (*os.ProcessState, error) {
	state, err := process.Wait()
	atEnd()
	return state, err
}
