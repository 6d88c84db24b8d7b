package rustup

import (
	"context"
	"errors"

	"berth/internal/cli/command"
	"berth/internal/lockfs"
	"berth/internal/names"
)

func (c *cli) uninstall() *command.Command {
	var list []names.Ref
	return &command.Command{
		Name:    "uninstall",
		Aliases: []string{"remove", "rm", "delete", "del"},
		About:   "Uninstall toolchains",
		Args: []command.Arg{{Name: "TOOLCHAIN", Required: true, Many: true, Set: command.Append(&list, names.ParseNamed),
			About: "Installed toolchains, linked ones too"}},
		Run: func(ctx context.Context) error { return c.runUninstall(ctx, list) },
	}
}

// runUninstall removes toolchains. That one is not there is no failure: it is what
// was asked for. The settings keep the name of a default toolchain that goes.
func (c *cli) runUninstall(ctx context.Context, list []names.Ref) error {
	for _, ref := range list {
		tc, err := c.Resolve(ctx, ref)
		if err != nil {
			return err
		}
		if err := c.uninstallOne(ctx, tc); err != nil {
			return err
		}
	}
	return nil
}

func (c *cli) uninstallOne(ctx context.Context, tc names.Toolchain) error {
	name := tc.String()
	there, err := c.isListed(name)
	if err != nil {
		return err
	}
	if c.isForeign(name) {
		c.sayNotInstalled(name)
		return nil
	}
	if there {
		c.warnOfUninstall(ctx, tc)
		c.UI.Infof("uninstalling toolchain %s", name)
	}
	// Also where nothing is listed: a pointer to nothing or a stray hash goes, too.
	was, err := c.Home.Uninstall(ctx, name)
	switch {
	case !there && errors.Is(err, lockfs.ErrNoLockFile): // a home that may not be written, and need not be
		c.sayNotInstalled(name)
	case err != nil:
		return err
	case was || there: // or by somebody else at the same moment
		c.UI.Infof("toolchain %s uninstalled", name)
	default:
		c.sayNotInstalled(name)
	}
	return nil
}

func (c *cli) sayNotInstalled(name string) {
	c.UI.Infof("no toolchain installed for '%s'", name)
	if name == "self" {
		c.UI.Infof("to uninstall rustup itself run: rustup self uninstall")
	}
}

func (c *cli) isListed(name string) (bool, error) {
	list, err := c.Home.List()
	for _, tc := range list {
		if tc.String() == name {
			return true, nil
		}
	}
	return false, err
}

// isForeign tells whether what lies at the toolchain's place is neither a folder nor
// a link: somebody's file, which is left alone.
func (c *cli) isForeign(name string) bool {
	info, err := c.Home.Dir().Join("toolchains", name).Lstat()
	return err == nil && info.Mode().IsRegular()
}

// warnOfUninstall names what will be missed. What is in force is only looked up
// for that, so that it cannot be told is no reason to fail.
func (c *cli) warnOfUninstall(ctx context.Context, tc names.Toolchain) {
	name := tc.String()
	if active, err := c.Find(ctx); err == nil && active.Toolchain.String() == name {
		c.UI.Warnf("'%s' is the active toolchain; Rust tools will not run here until another one is chosen", name)
	}
	if byDefault, err := c.defaultName(ctx); err != nil || byDefault != name {
		return
	}
	next := "is installed again when it is needed"
	if _, official := tc.(names.Official); !official {
		next = "has to be linked again, or another one chosen: rustup default stable"
	}
	c.UI.Warnf("'%s' is the default toolchain; it stays the default and %s", name, next)
}
