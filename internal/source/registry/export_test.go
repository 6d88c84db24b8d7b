package registry

import (
	"context"
	"time"

	"berth/internal/cargohome"
)

// Way is the part of one process in giving way, for tests.
type Way struct{ *way }

// NewWay has given way for some time already.
func NewWay(home *cargohome.Home, cores int, given time.Duration) Way {
	w := newWay(home, cores)
	w.given = given
	return Way{w}
}

// Lull says how long a time without answers is a lull.
func (w Way) Lull(d time.Duration) { w.lull = d }

func (w Way) Give(ctx context.Context, left func() int64) error { return w.give(ctx, left) }
func (w Way) Begin(left int64)                                  { w.begin(left) }
func (w Way) End(more bool)                                     { w.end(more) }
func (w Way) Answered(left int64)                               { w.answered(left) }

// Courtesy is for how long a process gives way.
const Courtesy = courtesy
