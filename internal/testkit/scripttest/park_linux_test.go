package scripttest

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// lot is where processes stand that are parked at a crash point: they connect
// and stay until their connection is closed.
type lot struct {
	net.Listener
	mu     sync.Mutex
	parked []net.Conn
}

func openLot() (*lot, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &lot{Listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.mu.Lock()
			l.parked = append(l.parked, conn)
			l.mu.Unlock()
		}
	}()
	return l, nil
}

func (l *lot) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.parked)
}

// clear lets all of them go on.
func (l *lot) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.parked {
		conn.Close()
	}
	l.parked = nil
}

// awaitIdle waits until no thread of a process had a core between two looks.
func awaitIdle(ctx context.Context, ts *testscript.TestScript, pid int) {
	before := ""
	poll(ctx, ts, func() bool {
		now, idle := turnsOf(pid)
		was := before
		before = now
		return idle && now == was || ctx.Err() != nil
	})
}

// turnsOf counts how often each thread of a process had a core, and tells whether all of them wait for something. They are
// looked at one by one, and one may have woken another in between: that nothing ran is certain only if two counts are the same.
func turnsOf(pid int) (turns string, idle bool) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	idle = len(threads) > 0
	for _, path := range threads {
		data, _ := os.ReadFile(path)
		turns += path
		for line := range strings.Lines(string(data)) {
			switch name, value, _ := strings.Cut(line, ":"); name {
			case "State":
				idle = idle && strings.HasPrefix(strings.TrimSpace(value), "S")
			case "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches":
				turns += value
			}
		}
	}
	return turns, idle
}
