package cargo

import (
	"context"
	"os"

	"berth/internal/build"
)

// slots are the right to run jobs.
func (c *cli) slots(jobs int) (build.Slots, error) { return plainSlots(make(chan struct{}, jobs)), nil }

type plainSlots chan struct{}

func (s plainSlots) Acquire(ctx context.Context) (build.Slot, error) {
	select {
	case s <- struct{}{}:
		return plainSlot{s}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type plainSlot struct{ of plainSlots }

func (s plainSlot) Child(env []string) ([]string, []*os.File) { return env, nil }
func (s plainSlot) Release()                                  { <-s.of }
