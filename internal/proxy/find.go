package proxy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/app"
	"berth/internal/exe"
	"berth/internal/names"
	"berth/internal/store"
	"berth/internal/toolchain"
)

// find is the path of the tool to run. Where the tree lacks it that is another
// toolchain's cargo, or one on PATH that is no proxy of ours.
func (c *call) find(ctx context.Context, env *app.ChildEnv) (string, error) {
	path := bin(c.lease.Path, c.tool)
	there, err := c.Home.AwaitFile(ctx, c.lease.Place, path)
	if err != nil {
		return "", err
	}
	if there {
		if c.tool == "cargo" {
			unproxy(env, path)
		}
		return path, nil
	}
	if path, err := c.borrowCargo(ctx); path != "" || err != nil {
		return path, err
	}
	if path := standIn(env.Get("PATH"), c.tool); path != "" {
		c.sayFallback(path)
		return path, nil
	}
	return "", Missing(ctx, c.App, c.tc, c.lease.Place, c.tool)
}

// findCommand is find for any command: what is no tool of the tree is on PATH,
// or a path itself.
func (c *call) findCommand(ctx context.Context, env *app.ChildEnv) (string, error) {
	if filepath.Base(c.tool) != c.tool {
		return c.tool, nil
	}
	if IsTool(stem(c.tool)) {
		c.tool = stem(c.tool)
		return c.find(ctx, env)
	}
	if path := bin(c.lease.Path, c.tool); toolchain.IsFile(path) {
		return path, nil
	}
	if path := onPath(env.Get("PATH"), c.tool); path != "" {
		c.argv0 = c.tool // as a shell has it, and stock: it stands in the program's messages
		return path, nil
	}
	return "", &FailedError{c.tool, fs.ErrNotExist}
}

// standIn is the program on PATH for a tool that the toolchain lacks. There is none where a proxy comes first, as with
// stock: the system's rustc, which lies behind, is another release. Only a rust-analyzer is looked for behind it.
func standIn(list, tool string) string {
	if tool == "rust-analyzer" {
		return onPath(list, tool)
	}
	for _, dir := range filepath.SplitList(list) {
		if path := filepath.Join(cmp.Or(dir, "."), exe.Named(tool)); isExecutable(path) {
			return onPath(dir, tool)
		}
	}
	return ""
}

// onPath is the first program of that name on the list of directories that is no
// proxy, ours or stock's: it would only come back here.
func onPath(list, tool string) string {
	for _, dir := range filepath.SplitList(list) {
		path := filepath.Join(cmp.Or(dir, "."), exe.Named(tool))
		if isExecutable(path) && !isProxy(path) && !isSelf(path) {
			return path
		}
	}
	return ""
}

func (c *call) sayFallback(path string) {
	c.UI.Infof("`%s` is unavailable for the active toolchain", c.tool)
	c.UI.Infof("falling back to %q", path)
}

// borrowCargo is for toolchains that people build themselves, mostly without
// cargo: that of the newest channel serves, in the environment of theirs.
func (c *call) borrowCargo(ctx context.Context) (string, error) {
	if _, official := c.tc.(names.Official); official || c.tool != "cargo" {
		return "", nil
	}
	host, err := c.Host(ctx)
	if err != nil {
		return "", err
	}
	for _, channel := range []names.Channel{names.Nightly(), names.Beta(), names.Stable()} {
		tc, err := (names.Partial{Channel: channel}).Official(host)
		if err != nil {
			return "", err
		}
		lease, err := c.Home.Use(ctx, tc.String())
		if err != nil {
			return "", err
		}
		c.others = append(c.others, lease)
		if path := bin(lease.Path, c.tool); lease.Kind != store.None && toolchain.IsFile(path) {
			c.sayFallback(path)
			return path, nil
		}
	}
	return "", nil
}

// Missing says why a toolchain lacks a tool, and what to do about it.
func Missing(ctx context.Context, a *app.App, tc names.Toolchain, place store.Place, tool string) error {
	if _, err := os.Lstat(bin(place.Path, tool)); errors.Is(err, fs.ErrPermission) {
		return &FailedError{tool, err} // nobody knows what is in there
	}
	official, ok := tc.(names.Official)
	if !ok {
		return &MissingToolError{Tool: tool, Toolchain: tc.String(), Why: IsCustom}
	}
	e := &MissingToolError{Tool: tool, Toolchain: tc.String(), Component: componentOf(tool)}
	if e.Component == "" {
		e.Why = IsUnknown
		return e
	}
	in, err := a.Home.Inspect(tc.String())
	if err != nil {
		return errors.Join(&FailedError{tool, fs.ErrNotExist}, err)
	}
	view, err := in.View(official)
	if err != nil {
		return errors.Join(&FailedError{tool, fs.ErrNotExist}, err)
	}
	component, err := view.Find(e.Component, "")
	if err == nil {
		component, err = view.Added(component)
	}
	_, available := view.Manifest.Archive(component)
	switch {
	case err != nil || !available:
		e.Why = IsUnavailable
	case in.Config.Has(component):
		e.Why = IsNotApplicable
	default:
		e.Why = IsNotInstalled
		e.ByDefault = isDefault(ctx, a, tc)
	}
	return e
}

func isDefault(ctx context.Context, a *app.App, tc names.Toolchain) bool {
	s, err := a.Settings(ctx)
	if err != nil || s.DefaultToolchain == "" {
		return false
	}
	ref, err := names.ParseNamed(s.DefaultToolchain)
	if err != nil {
		return false
	}
	resolved, err := a.Resolve(ctx, ref)
	return err == nil && resolved == tc
}

// Why says why a tool is missing.
type Why uint8

const (
	IsNotInstalled  Why = iota // its component could be added
	IsUnavailable              // the release does not have the component
	IsNotApplicable            // the component is there and does not bring it
	IsUnknown                  // no component brings it
	IsCustom                   // nobody knows what a custom toolchain should have
)

// MissingToolError is a tool that the toolchain does not have.
type MissingToolError struct {
	Tool, Toolchain, Component string
	Why                        Why
	ByDefault                  bool // the toolchain is the default one
}

func (e *MissingToolError) Error() string {
	switch e.Why {
	case IsUnavailable:
		return fmt.Sprintf("the '%s' component which provides the command '%s' is not available for the '%s' toolchain", e.Component, e.Tool, e.Toolchain)
	case IsNotApplicable:
		return fmt.Sprintf("the '%s' binary, normally provided by the '%s' component, is not applicable to the '%s' toolchain", e.Tool, e.Component, e.Toolchain)
	case IsUnknown:
		return fmt.Sprintf("unknown binary '%s' in official toolchain '%s'", e.Tool, e.Toolchain)
	case IsCustom:
		return fmt.Sprintf("'%s' is not installed for the custom toolchain '%s'.", e.Tool, e.Toolchain)
	}
	return fmt.Sprintf("'%s' is not installed for the toolchain '%s'.", e.Tool, e.Toolchain)
}

// Hint is the next step.
func (e *MissingToolError) Hint() string {
	switch {
	case e.Why == IsCustom:
		return "note: components can be added to official toolchains only; build the tool into this one, or choose another toolchain with +<name>"
	case e.Tool == "rust-analyzer":
		return "run `rustup component add rust-analyzer`, or put one on PATH"
	case e.Why != IsNotInstalled:
		return ""
	case e.ByDefault:
		return fmt.Sprintf("run `rustup component add %s` to install it", e.Component)
	}
	return fmt.Sprintf("run `rustup component add --toolchain %s %s` to install it", e.Toolchain, e.Component)
}
