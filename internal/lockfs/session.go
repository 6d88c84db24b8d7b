package lockfs

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Holder is who has a lock, or waits for one: as the system tells, with what an
// exclusive holder wrote into the lock file where the system confirms it. It is
// for people, never trusted. The command is the verb only; a whole command line
// could hold a token.
type Holder struct {
	Command string    `json:"command"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"` // of a process that wrote nothing: since when it runs
	Lock    string    `json:"lock"`
	Stopped bool      `json:"-"` // by Ctrl-Z or the like, as the system tells
}

// Waiting is what a Notice is told when an acquisition has to wait.
type Waiting struct {
	Lock   string // what is waited for, for people
	Holder Holder // zero where it cannot be known
	Others int    // how many hold it shared beside Holder
	// Progress describes how far the holder is, where that can be seen; may be nil.
	Progress func() string
}

// Notice is how this package speaks; the user interface implements it.
type Notice interface {
	// Waiting is called once per acquisition that has to wait, and the returned
	// function when the wait ended.
	Waiting(Waiting) (done func())
	// NoLocks is called once per session when a file system has no locks.
	NoLocks(path string)
}

// Session is what this process tells others about itself.
type Session struct {
	Command string // the verb: "rustup update"
	Notice  Notice

	noLocks sync.Once
}

type sessionKey struct{}

// WithSession makes the acquisitions below ctx speak in the name of s.
func WithSession(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

func sessionOf(ctx context.Context) *Session {
	if s, ok := ctx.Value(sessionKey{}).(*Session); ok {
		return s
	}
	return &Session{}
}

func (s *Session) waiting(w Waiting) func() {
	if s.Notice == nil {
		return func() {}
	}
	return s.Notice.Waiting(w)
}

func (s *Session) warnNoLocks(path string) {
	if s.Notice != nil {
		s.noLocks.Do(func() { s.Notice.NoLocks(path) })
	}
}

func (s *Session) holder(lock string) Holder {
	command := s.Command
	if command == "" {
		command = filepath.Base(os.Args[0])
	}
	return Holder{Command: command, Host: hostname(), PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Millisecond), Lock: lock}
}

func hostname() string {
	host, _ := os.Hostname()
	return host
}
