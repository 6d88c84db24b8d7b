package build

import (
	"context"
	"os"
)

// Slots is where the right to run a job comes from.
type Slots interface {
	// Acquire waits for one.
	Acquire(ctx context.Context) (Slot, error)
}

// Slot is the right to run one job.
type Slot interface {
	// Child is the environment of a job, and files for it, by which it finds more of them.
	Child(env []string) ([]string, []*os.File)
	Release()
}
