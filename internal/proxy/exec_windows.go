package proxy

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"

	"berth/internal/app"
	"berth/internal/toolchain"
)

func isExecutable(path string) bool { return toolchain.IsFile(path) }

// become runs the program at path and ends as it ended: there is no exec here.
// The leases are held until then. Ctrl-C reaches both; the child decides.
func (c *call) become(ctx context.Context, path string, env *app.ChildEnv) error {
	if err := c.Uninterruptible(); err != nil {
		return err
	}
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // and nobody reads: what is not asked for ends the program here, ignored or not
	c.UI.Close()
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, c.args...)
	cmd.Args[0] = cmp.Or(c.argv0, path)
	cmd.Env = env.List()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return &app.ExitCodeError{Code: ended.ExitCode()}
	}
	if err != nil {
		return &FailedError{c.tool, err}
	}
	return nil
}
