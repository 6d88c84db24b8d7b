package rustup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/store"
	"berth/internal/toolchain"
)

func (c *cli) man() *command.Command {
	var page string
	var ref names.Ref
	return &command.Command{
		Name:  "man",
		About: "Show the manual page of one of the toolchain's commands",
		Flags: []command.Flag{officialFlag(&ref)},
		Args:  []command.Arg{{Name: "COMMAND", Required: true, Set: command.To(&page, command.Text), About: "A page such as 'cargo-add'"}},
		Run:   func(ctx context.Context) error { return c.runMan(ctx, page, ref) },
	}
}

// runMan lets man look into the toolchain first. That man finds nothing is between
// it and the user: as in stock it changes nothing about the exit code.
func (c *cli) runMan(ctx context.Context, page string, ref names.Ref) error {
	o, err := c.chosen(ctx, ref)
	if err != nil {
		return err
	}
	lease, err := c.Lease(ctx, o.Toolchain)
	if err != nil {
		return err
	}
	defer lease.Close()
	if lease.Kind == store.None {
		return &toolchain.NotInstalledError{Name: o.Toolchain.String()}
	}
	pages := filepath.Join(lease.Path, "share", "man")
	if !isDirectory(pages) {
		return fmt.Errorf("toolchain '%s' has no manual pages: there is no directory '%s'", o.Toolchain, pages)
	}
	if err := c.UI.Flush(); err != nil {
		return err
	}
	cmd := exec.Command("man", page)
	env := c.ChildEnv()
	// An empty entry stands for the pages of the system.
	env.Set("MANPATH", pages+string(os.PathListSeparator)+env.Get("MANPATH"))
	cmd.Env = env.List()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	err = cmd.Run()
	var status *exec.ExitError
	if err == nil || errors.As(err, &status) {
		return nil
	}
	return fmt.Errorf("could not run 'man': %w; install it, or read the pages in '%s'", err, pages)
}
