package cargo

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"
)

// stubborn is how long is waited for a program that was asked to end.
const stubborn = 10 * time.Second

// runOrLeave runs a program, and asks it to end where the context does. One that takes longer than patience for it is left
// alone, not killed: stock waits for none, and a test may have a lot to put away.
func runOrLeave(ctx context.Context, c *exec.Cmd, patience time.Duration) (*os.ProcessState, error) {
	if err := c.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		return c.ProcessState, err
	case <-ctx.Done():
	}
	if err := c.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		c.Process.Kill() // Windows cannot ask
	}
	select {
	case err := <-ended:
		return c.ProcessState, err
	case <-time.After(patience):
		return nil, context.Cause(ctx)
	}
}
