// Package proxy gets from a tool's name to the tool of the toolchain in force,
// and becomes it.
//
// # What holds
//
// The tool runs out of one tree from its first instruction to its last, with
// that tree's lease, which passes through exec and ends with the last process
// that inherited it: no update, uninstall or sweep takes a file from under it.
// What a build starts stays with the build's tree (see pin.go). Nothing is
// written but what an automatic installation writes, and links for the children
// of a berth that has none (links.go).
//
// # What does not
//
// A program that clears its environment, or closes descriptors that it does not
// know, gives its children no tree and no lease to inherit; they take their own
// when they call a tool by its name.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"berth/internal/app"
	"berth/internal/exe"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
)

// inherited is what the tool is to hold as long as it runs.
type inherited interface {
	Inherit() error
	Close() error
}

// maxRecursion is how deep tools may call each other.
const maxRecursion = 20

// call is one tool on its way to run.
type call struct {
	*app.App
	tool  string
	args  []string
	argv0 string // what the program is told that it was called; its path where empty

	override *settings.Override // nil for `rustup run`
	tc       names.Toolchain
	lease    *store.Lease
	others   []inherited // held besides: of the toolchain that lends its cargo, of the links
}

// Main runs the tool of the toolchain in force with args. It returns only if
// there is nothing to become: the exit code, after the error was said.
func Main(ctx context.Context, a *app.App, tool string, args []string) int {
	return a.Exit(ctx, Tool(ctx, a, tool, args))
}

// Tool is Main without the last word.
func Tool(ctx context.Context, a *app.App, tool string, args []string) error {
	p, err := Prepare(ctx, a, tool, args)
	if err != nil {
		return err
	}
	defer p.Close()
	return p.Become(ctx)
}

// Run runs any command in the environment of a toolchain, as `rustup run` does.
// It begins afresh: a tree that the environment names is not asked.
func Run(ctx context.Context, a *app.App, tc names.Toolchain, command []string) error {
	if err := checkRecursion(a); err != nil {
		return err
	}
	c := &call{App: a, tool: command[0], args: command[1:], tc: tc}
	var err error
	if c.lease, err = a.Lease(ctx, tc); err != nil {
		return err
	}
	defer c.release()
	if c.lease.Kind == store.None {
		return a.NotInstalled(tc)
	}
	return c.becomeFound(ctx, c.environment(ctx), c.findCommand)
}

// becomeFound becomes what is found, and looks for it again where stock rustup has taken it away in between.
func (c *call) becomeFound(ctx context.Context, env *app.ChildEnv, find func(context.Context, *app.ChildEnv) (string, error)) (err error) {
	for range 3 {
		var path string
		if path, err = find(ctx, env); err != nil {
			return err
		}
		if err = c.become(ctx, path, env); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

func checkRecursion(a *app.App) error {
	if a.Env.Recursion > maxRecursion {
		return errRecursion
	}
	return nil
}

var errRecursion = errors.New("infinite recursion detected")

// takePlus reads +toolchain, which stands first or is the tool's own business.
func (c *call) takePlus() error {
	if len(c.args) == 0 || !strings.HasPrefix(c.args[0], "+") {
		return nil
	}
	ref, err := names.ParseLocal(c.args[0][1:])
	if err != nil {
		return err
	}
	c.Plus, c.args = ref, c.args[1:]
	return nil
}

// choose finds the toolchain and leases its tree.
func (c *call) choose(ctx context.Context) (err error) {
	if c.override, err = c.Find(ctx); err != nil {
		return err
	}
	c.tc = c.override.Toolchain
	if c.lease = c.pinned(ctx); c.lease != nil {
		return nil
	}
	c.lease, err = c.UseFound(ctx, c.override)
	return err
}

func (c *call) release() {
	c.lease.Close()
	for _, l := range c.others {
		l.Close()
	}
}

// NotChosenError says that nothing says which toolchain to use.
type NotChosenError struct{ Tool string }

func (e *NotChosenError) Error() string {
	return fmt.Sprintf("rustup could not choose a version of %s to run, because one wasn't specified explicitly, and no default is configured", e.Tool)
}

// Hint is the next step.
func (e *NotChosenError) Hint() string {
	return "run `rustup default stable` to install the latest stable release and make it the default"
}

// bin is the path of one of the tree's programs.
func bin(tree, tool string) string { return filepath.Join(tree, "bin", exe.Named(tool)) }

// FailedError is a tool that cannot be started.
type FailedError struct {
	Tool  string
	Cause error
}

func (e *FailedError) Error() string { return fmt.Sprintf("command failed: '%s': %v", e.Tool, e.Cause) }

func (e *FailedError) Unwrap() error { return e.Cause }
