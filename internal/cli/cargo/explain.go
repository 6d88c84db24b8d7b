package cargo

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"berth/internal/child"
)

// explain lets the compiler explain one of its errors.
func (c *cli) explain(ctx context.Context, code string) error {
	compiler, err := c.session.compiler(ctx)
	if err != nil {
		return err
	}
	if err := c.UI.Flush(); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, compiler.Program, "--explain", code)
	cmd.Env = c.tool.Basic().List()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	err = cmd.Run()
	if errors.As(err, new(*exec.ExitError)) {
		return fmt.Errorf("process didn't exit successfully: `%s` (%s)", strings.Join(cmd.Args, " "), child.ExitOf(cmd.ProcessState))
	}
	return err
}
