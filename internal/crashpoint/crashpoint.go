// Package crashpoint names the places between two durable steps, so that a
// test can stop the real program exactly there.
//
// A point costs one atomic load when nothing is armed. What is armed comes
// from the environment and is read once:
//
//	BERTH_CRASHPOINT=<point>[#n]=<action>[,…]   act at the n-th passage (default 1)
//	BERTH_CRASHPOINT_TRACE=<file>               append the name of every point passed
//
// Actions: kill (SIGKILL to this process), error (the step fails), full (the
// step fails as on a full disk), and park:<host:port> (connect there, send the
// point's name and stay until the peer closes or sends a byte). The trace is how
// the table test learns which points an operation passes; so no list of points
// can go stale.
package crashpoint

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Point is the name of a place: <package>.<what>.<moment>.
type Point string

// ErrInjected is what a step returns at a point that is armed with error.
var ErrInjected = errors.New("injected failure")

type rule struct {
	at     int64
	action string
	seen   atomic.Int64
}

type plan struct {
	rules map[Point][]*rule
	trace string
}

var load = sync.OnceValue(func() *plan {
	spec, trace := os.Getenv("BERTH_CRASHPOINT"), os.Getenv("BERTH_CRASHPOINT_TRACE")
	if spec == "" && trace == "" {
		return nil
	}
	return parse(spec, trace)
})

// Here is passed when the step before it is done and the one behind it is not
// begun. Its error is that of the armed action; nil in every ordinary run.
func Here(p Point) error {
	armed := load()
	if armed == nil {
		return nil
	}
	return armed.pass(p)
}

func parse(spec, trace string) *plan {
	armed := &plan{rules: map[Point][]*rule{}, trace: trace}
	for _, item := range strings.Split(spec, ",") {
		name, action, ok := strings.Cut(item, "=")
		if !ok {
			continue
		}
		r := &rule{at: 1, action: action}
		name, nth, counted := strings.Cut(name, "#")
		if n, err := strconv.ParseInt(nth, 10, 64); counted && err == nil {
			r.at = n
		}
		armed.rules[Point(name)] = append(armed.rules[Point(name)], r)
	}
	return armed
}

func (a *plan) pass(p Point) error {
	if a.trace != "" {
		a.note(p)
	}
	for _, r := range a.rules[p] {
		if r.seen.Add(1) == r.at {
			if err := act(r.action, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// note appends one line; O_APPEND keeps lines of several processes whole.
func (a *plan) note(p Point) {
	f, err := os.OpenFile(a.trace, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintln(f, p)
}

func act(action string, p Point) error {
	switch verb, arg, _ := strings.Cut(action, ":"); verb {
	case "kill":
		return killSelf()
	case "error":
		return fmt.Errorf("%s: %w", p, ErrInjected)
	case "full":
		return fmt.Errorf("%s: %w", p, syscall.ENOSPC)
	case "park":
		return park(arg, p)
	default:
		return fmt.Errorf("BERTH_CRASHPOINT: unknown action %q, expected kill, error, full or park:<host:port>", action)
	}
}

func killSelf() error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	if err := self.Kill(); err != nil {
		return err
	}
	select {} // the signal is on its way; nothing more may happen here
}

func park(addr string, p Point) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprintln(conn, p)
	conn.Read(make([]byte, 1)) // any answer, also the end of the connection, sends us on
	return nil
}
