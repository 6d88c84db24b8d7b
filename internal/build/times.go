package build

import (
	"time"

	"berth/internal/unitstore"
)

// Times is what a build did when, for who wants to know why it took so long. What is told to nil is not noted. All
// durations are from Began on.
type Times struct {
	Began time.Time
	Took  time.Duration
	Units []UnitTimes // by the index of the unit
	Loads []Load      // each change of it
}

// Origin is where a unit came from.
type Origin uint8

const (
	NotBegun  Origin = iota
	Nothing          // was to be made: tests of documentation, scripts that the configuration answers for
	MadeHere         // by this build
	Kept             // in the workspace, by an earlier build
	Shared           // by an earlier build of any workspace
	Elsewhere        // by another process, while this build ran
	Failed
)

// UnitTimes is how a unit went.
type UnitTimes struct {
	Origin   Origin
	Ready    time.Duration // what it needs was there
	Begun    time.Duration // the compiler or the script was started
	Metadata time.Duration // it was there for those who need no more; 0: not before all of it
	Done     time.Duration
	Waits    []Span        // another process was at it
	Worth    time.Duration // how long it took who made it
	Why      string        // it was made again
}

// Span is a part of a build.
type Span struct{ From, To time.Duration }

// Load is how many units are what, from a moment on.
type Load struct {
	At      time.Duration
	Active  int // being made
	Asking  int // could be made as far as this build is concerned, but all slots of the machine are in use
	Parked  int // made by other processes
	Wanted  int // could be made if there were slots; those of Asking, too
	Waiting int // for other units
}

func (t *Times) begin(units int) {
	if t != nil {
		t.Began, t.Units = time.Now(), make([]UnitTimes, units)
	}
}

func (t *Times) now() time.Duration { return time.Since(t.Began) }

func (t *Times) end() {
	if t != nil {
		t.Took = t.now()
	}
}

func (t *Times) ready(i int) {
	if t != nil && t.Units[i].Ready == 0 {
		t.Units[i].Ready = t.now()
	}
}

func (t *Times) parked(i int) {
	if t != nil {
		t.Units[i].Waits = append(t.Units[i].Waits, Span{From: t.now()})
	}
}

func (t *Times) free(i int) {
	if t != nil {
		waits := t.Units[i].Waits
		waits[len(waits)-1].To = t.now()
	}
}

func (t *Times) begun(i int, why string) {
	if t != nil {
		t.Units[i].Begun, t.Units[i].Why = t.now(), why
	}
}

func (t *Times) metadata(i int) {
	if t != nil {
		t.Units[i].Metadata = t.now()
	}
}

func (t *Times) nothing(i int) {
	if t != nil {
		t.Units[i].Origin, t.Units[i].Done = Nothing, t.now()
	}
}

func (t *Times) failed(i int) {
	if t != nil {
		t.Units[i].Origin, t.Units[i].Done = Failed, t.now()
	}
}

// done notes a unit that is there. Fresh ones come from whoever made them when.
func (t *Times) done(i int, v *unitstore.Variant, fresh, shared bool) {
	if t == nil {
		return
	}
	u := &t.Units[i]
	u.Done, u.Worth = t.now(), v.Took
	switch {
	case !fresh:
		u.Origin = MadeHere
	case v.Made.After(t.Began):
		u.Origin = Elsewhere
	case shared:
		u.Origin = Shared
	default:
		u.Origin = Kept
	}
}

// load notes how many units are what.
func (t *Times) load(b *builder) {
	if t == nil {
		return
	}
	l := Load{At: t.now(), Active: b.active, Parked: len(b.parked), Wanted: len(b.wanted)}
	l.Asking = min(b.asking, l.Wanted)
	l.Waiting = max(0, len(b.queue.units)-b.queue.done-l.Active-l.Parked-l.Wanted-len(b.queue.ready))
	if n := len(t.Loads); n > 0 {
		last := t.Loads[n-1]
		last.At = l.At
		if last == l {
			return
		}
	}
	t.Loads = append(t.Loads, l)
}
