package lockfs

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"
)

// Holder is who has a lock, as written into the lock file by its exclusive
// holder: best effort, for people, never trusted. It holds the verb only; a
// whole command line could hold a token.
type Holder struct {
	Command string    `json:"command"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
	Lock    string    `json:"lock"`
}

// Waiting is what a Notice is told when an acquisition has to wait.
type Waiting struct {
	Lock   string // what is waited for, for people
	Holder Holder // zero where it is not known (shared holders, stock tools)
	// Progress describes how far the holder is, where that can be seen; may be nil.
	Progress func() string
}

// Notice is how this package speaks; the user interface implements it.
type Notice interface {
	// Waiting is called once per wait, and the returned function when it ended.
	Waiting(Waiting) (done func())
	// NoLocks is called once per session when a file system has no locks.
	NoLocks(path string)
}

// Session is what this process tells others about itself.
type Session struct {
	Command string // the verb: "rustup update"
	Notice  Notice

	noLocks sync.Once
	host    string
	started time.Time
}

type sessionKey struct{}

// WithSession makes the acquisitions below ctx speak in the name of s.
func WithSession(ctx context.Context, s *Session) context.Context {
	s.host, _ = os.Hostname()
	s.started = time.Now()
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
	return Holder{Command: s.Command, Host: s.host, PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Millisecond), Lock: lock}
}

// sign writes the holder into the lock file: over the old signature, then cut.
func sign(f *os.File, h Holder) {
	line, err := json.Marshal(h)
	if err != nil {
		return
	}
	if n, err := f.WriteAt(append(line, '\n'), 0); err == nil {
		f.Truncate(int64(n))
	}
}

// readHolder reads a signature; a torn or foreign one is nobody.
func readHolder(f *os.File) Holder {
	buf := make([]byte, 1024)
	n, _ := f.ReadAt(buf, 0)
	var h Holder
	for i, b := range buf[:n] {
		if b == '\n' {
			if json.Unmarshal(buf[:i], &h) != nil {
				return Holder{}
			}
			break
		}
	}
	return h
}
