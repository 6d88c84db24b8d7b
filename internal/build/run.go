package build

import (
	"context"
	"errors"
	"fmt"
	"time"

	"berth/internal/buildmsg"
	"berth/internal/unitstore"
)

// ErrFailed is the end of a build whose failures were told already.
var ErrFailed = errors.New("the build has failed")

func newBuilder(r *Request) *builder {
	b := &builder{Request: r, queue: newQueue(r.Graph), jobs: make([]job, len(r.Graph.Units)), events: make(chan func()), began: time.Now(), speech: newSpeech(r.Graph), outdated: r.Own.Outdated(r.Layout.Profile)}
	for i, shared := range shareable(r.Graph) {
		b.jobs[i].shared = shared
	}
	if r.Shared != r.Own && r.Shared.NoPrograms() {
		b.allOwn, b.whyOwn = true, unitstore.ErrNoPrograms
	}
	return b
}

// Run carries out a graph. What went wrong with units is said as it happens, and the error is ErrFailed then.
func Run(ctx context.Context, r *Request) (*Result, error) {
	b, err := chooseGraph(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := b.collisions(); err != nil {
		return nil, err
	}
	b.makeDirs()
	b.noteSurroundings()
	b.Times.begin(len(r.Graph.Units))
	err = b.drain(ctx)
	b.noteHabits()
	if context.Cause(ctx) == nil && r.Unused != nil {
		b.failed += r.Unused(b.unused.Findings())
	}
	b.Times.end()
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	var result *Result
	if err == nil && b.failed == 0 {
		if result, err = b.result(); err == nil {
			result.Lints = b.lints
		}
	}
	if r.Format.JSON {
		r.Say.Out(string(buildmsg.Finished(err == nil && b.failed == 0)))
	}
	switch {
	case err != nil:
		return nil, err
	case b.failed > 0:
		return nil, ErrFailed
	case b.queue.done < len(r.Graph.Units):
		return nil, fmt.Errorf("bug: %d of %d units were never begun", len(r.Graph.Units)-b.queue.done, len(r.Graph.Units))
	}
	return result, nil
}
