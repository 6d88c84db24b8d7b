package faulthttp

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// Kind is one way to misbehave.
type Kind string

// The kinds, each with the fields of Fault that it reads.
const (
	Hold   Kind = "hold"   // answer nothing until Event
	Status Kind = "status" // answer with Status, and Retry-After if RetryAfter is set
	Rate   Kind = "rate"   // send Bytes a second
	Delay  Kind = "delay"  // let Millis pass before the answer: a far server, for benches; tests use Hold

	Cut      Kind = "cut"      // reset the connection after Bytes of the body; the reset may overtake the last of them
	Truncate Kind = "truncate" // announce the right length, end the connection in order after exactly Bytes
	Stall    Kind = "stall"    // stop after Bytes until Event

	Flip  Kind = "flip"  // one wrong bit at offset Bytes of the file, or of the body of what is no file
	Short Kind = "short" // be a file of the first Bytes only: the answer is well formed and its length is wrong
	Long  Kind = "long"  // be a file with Bytes more at its end

	// These apply only to requests that ask for a range.
	WrongRange  Kind = "wrong-range"  // 206 with a range that begins at Bytes, whatever was asked for
	IgnoreRange Kind = "ignore-range" // 200 and everything
	Refuse      Kind = "refuse-range" // 416

	NoRanges Kind = "no-ranges" // a server that has never heard of ranges: no Accept-Ranges, 200 and everything
)

// Fault makes requests of a pattern fail in one way. Several faults may meet in one request.
type Fault struct {
	Kind       Kind   `json:"kind"`
	Path       string `json:"path"`            // pattern: * stands for any characters; "" is every path
	Skip       int    `json:"skip,omitempty"`  // let the first so many go by
	Times      int    `json:"times,omitempty"` // how many requests suffer; 0 means all
	Bytes      int64  `json:"bytes,omitempty"`
	Event      string `json:"event,omitempty"`
	Status     int    `json:"status,omitempty"`
	RetryAfter int    `json:"retry_after,omitempty"` // seconds
	Millis     int64  `json:"millis,omitempty"`
}

func (f Fault) check() error {
	switch f.Kind {
	case Hold, Stall:
		if f.Event == "" {
			return fmt.Errorf("fault %s needs the name of an event that ends it", f.Kind)
		}
	case Status:
		if f.Status < 300 || f.Status > 599 {
			return fmt.Errorf("fault status %d, expected 300 to 599", f.Status)
		}
	case Rate:
		if f.Bytes <= 0 {
			return fmt.Errorf("fault rate of %d bytes a second, expected more than 0", f.Bytes)
		}
	case Delay:
		if f.Millis <= 0 {
			return fmt.Errorf("fault delay of %d milliseconds, expected more than 0", f.Millis)
		}
	case Cut, Truncate, Flip, Short, Long, WrongRange, IgnoreRange, Refuse, NoRanges:
	default:
		return fmt.Errorf("unknown fault %q", f.Kind)
	}
	return nil
}

func (f Fault) needsRange() bool {
	return f.Kind == WrongRange || f.Kind == IgnoreRange || f.Kind == Refuse
}

type faults struct {
	mu  sync.Mutex
	all []*pending
}

// pending is a fault with what is left of its counts.
type pending struct {
	Fault
	seen int
}

func (p *pending) take(r *http.Request) bool {
	if !Match(p.Path, r.URL.Path) || p.needsRange() && r.Header.Get("Range") == "" {
		return false
	}
	p.seen++
	return p.seen > p.Skip && (p.Times == 0 || p.seen <= p.Skip+p.Times)
}

func (f *faults) add(fault Fault) error {
	if err := fault.check(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, &pending{Fault: fault})
	return nil
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = nil
}

// take decides what a request has to suffer.
func (f *faults) take(r *http.Request) plan {
	f.mu.Lock()
	defer f.mu.Unlock()
	var p plan
	for _, pending := range f.all {
		if pending.take(r) {
			p = append(p, pending.Fault)
		}
	}
	return p
}

// plan is the faults of one request.
type plan []Fault

func (p plan) of(kinds ...Kind) []Fault {
	var some []Fault
	for _, f := range p {
		if slices.Contains(kinds, f.Kind) {
			some = append(some, f)
		}
	}
	return some
}

func (p plan) has(kinds ...Kind) bool { return len(p.of(kinds...)) > 0 }
