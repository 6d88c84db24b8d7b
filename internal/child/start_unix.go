//go:build unix

package child

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// group is the process group of a child. It has the child's number, and nobody else gets that number before the child
// was waited for.
type group struct{ id int }

func (g group) ask()    { syscall.Kill(-g.id, syscall.SIGTERM) }
func (g group) kill()   { syscall.Kill(-g.id, syscall.SIGKILL) }
func (g group) forget() { theKeeper().forget(g.id) }
func (g group) close()  {}

// startProcess starts a program in a process group of its own. A program that was written a moment ago may still be open
// for writing in a child that another thread has just forked and that has not reached its exec yet: ETXTBSY, known of
// every program that runs what it has made. That takes milliseconds at most.
func startProcess(path string, argv []string, attr *os.ProcAttr) (*os.Process, group, error) {
	for pause := time.Millisecond; ; pause *= 2 {
		process, err := os.StartProcess(path, argv, attr)
		if err == nil {
			return process, group{process.Pid}, nil
		}
		if !errors.Is(err, syscall.ETXTBSY) || pause > time.Second {
			return nil, group{}, err
		}
		<-time.After(pause)
	}
}
