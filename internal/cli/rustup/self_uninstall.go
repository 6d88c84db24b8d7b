package rustup

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"berth/internal/cli/rustup/command"
)

func (c *cli) selfUninstall() *command.Command {
	var yes, keepPath bool
	return &command.Command{
		Name:  "uninstall",
		About: "Take berth's links and environment files back; toolchains stay",
		Flags: []command.Flag{
			{Short: 'y', Set: command.True(&yes), About: "Do not ask"},
			{Long: "no-modify-path", Set: command.True(&keepPath), About: "Leave the shells' profiles as they are"},
		},
		Run: func(ctx context.Context) error { return c.runSelfUninstall(ctx, yes, keepPath) },
	}
}

// runSelfUninstall is `berth setup --undo` under the name that stock has for it.
// That verb stands above this package, so it is run as what it is: a command of
// this program.
func (c *cli) runSelfUninstall(ctx context.Context, yes, keepPath bool) error {
	if !yes {
		c.UI.Print("This takes away the links rustup, cargo, rustc and so on that `berth setup` has made, and the\n" +
			"lines in your shell's profiles. Toolchains and settings stay.\n\nContinue? (y/N) ")
		sure, err := c.confirmed()
		if err != nil {
			return err
		}
		if !sure {
			c.UI.Infof("aborting uninstallation")
			return nil
		}
	}
	if err := c.UI.Flush(); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot tell where this program is: %w", err)
	}
	undo := exec.CommandContext(ctx, program, "setup", "--undo")
	undo.Args[0] = "berth" // the name decides what the program is
	if keepPath {
		undo.Args = append(undo.Args, "--no-modify-path")
	}
	undo.Stdin, undo.Stdout, undo.Stderr = c.Stdin, c.Stdout, c.Stderr
	if err := undo.Run(); err != nil {
		if undo.ProcessState != nil && undo.ProcessState.Exited() {
			return status(undo.ProcessState.ExitCode()) // it has said why
		}
		return fmt.Errorf("berth setup --undo: %w", err)
	}
	return nil
}

// confirmed reads a line from the user; no line is no.
func (c *cli) confirmed() (bool, error) {
	if err := c.UI.Flush(); err != nil || c.Stdin == nil {
		return false, err
	}
	line, err := bufio.NewReader(c.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return false, nil
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}
