package build

import (
	"testing"

	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// waiter hears of waits, and nothing else; what is waited for comes as soon as it was told.
type waiter struct {
	Voice
	free         chan struct{}
	begun, ended int
}

func (w *waiter) Wait(string, lockfs.Holder) func() {
	w.begun++
	close(w.free)
	return func() { w.ended++ }
}

func (w *waiter) Lost() error { return nil }

type noBar struct{ Bar }

func (noBar) Wanted() bool { return false }

// TestTheLastUnitIsAnothers: what was said of a wait does not stay on the terminal when what was waited for is the end of the build.
func TestTheLastUnitIsAnothers(t *testing.T) {
	g := &graphMaker{}
	g.add("tests", unit.Doctest, manifest.Lib)
	g.units[0].ID = crate.PackageID{Name: "p", Source: crate.PathSource(t.TempDir())}
	w := &waiter{free: make(chan struct{})}
	b := &builder{Request: &Request{Say: w, Bar: noBar{}}, queue: g.queue(), jobs: make([]job, 1), events: make(chan func()), speech: newSpeech(&unit.Graph{})}
	b.queue.next()
	b.parkUntil(t.Context(), 0, w.free)
	b.jobs[0].behind = &lockfs.Lock{}
	if err := b.drain(t.Context()); err != nil || w.begun != 1 || w.ended != 1 || b.queue.done != 1 {
		t.Errorf("%d waits were told and %d ended, %d units done: %v", w.begun, w.ended, b.queue.done, err)
	}
}
