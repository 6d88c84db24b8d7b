package child

import (
	"fmt"
	"os"
	"time"
)

// Exit is how a child ended.
type Exit struct {
	Code    int // -1 where a signal ended it
	Signal  int // 0: by itself
	Started time.Time
	Ended   time.Time
	CPU     time.Duration // of the child and of what it waited for
	text    string
}

// Success tells whether it ended by itself, with code 0.
func (e Exit) Success() bool { return e.Code == 0 && e.Signal == 0 }

// String tells it in stock Cargo's words, which people search for: "exit status: 101", "signal: 9, SIGKILL: kill".
func (e Exit) String() string { return e.text }

func exitOf(state *os.ProcessState, started, ended time.Time) Exit {
	e := Exit{Code: state.ExitCode(), Started: started, Ended: ended, CPU: state.UserTime() + state.SystemTime()}
	if e.Signal = signalOf(state); e.Signal != 0 {
		e.Code = -1
		e.text = fmt.Sprintf("signal: %d%s", e.Signal, signalName(e.Signal))
		return e
	}
	e.text = codeText(e.Code)
	return e
}

// ExitOf is how a program ended that somebody else has started.
func ExitOf(state *os.ProcessState) Exit { return exitOf(state, time.Time{}, time.Time{}) }
