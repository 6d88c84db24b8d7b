package rustup

import (
	"context"
	"maps"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/settings"
)

func (c *cli) overrideUnset() *command.Command {
	var path string
	var nonexistent bool
	return &command.Command{
		Name:    "unset",
		Aliases: []string{"remove", "rm", "delete", "del"},
		About:   "Remove the override of a directory",
		More: `
Discussion:
  Without --path it is that of the working directory.`,
		Flags: []command.Flag{
			pathFlag(&path),
			{Long: "nonexistent", Set: command.True(&nonexistent), About: "Remove those of all directories that are gone"},
		},
		Run: func(ctx context.Context) error {
			if nonexistent {
				return c.unsetGone(ctx)
			}
			return c.unsetOverride(ctx, path)
		},
	}
}

func (c *cli) unsetOverride(ctx context.Context, path string) error {
	shown := path
	if path == "" {
		dir, err := c.Dir()
		if err != nil {
			return err
		}
		shown = dir
	}
	key, err := c.overrideKey(shown)
	if err != nil {
		return err
	}
	removed, err := c.removeOverrides(ctx, func(k string) bool { return k == key })
	switch {
	case err != nil:
		return err
	case len(removed) > 0:
		c.UI.Infof("override toolchain for '%s' removed", shown)
	default:
		c.UI.Infof("no override toolchain for '%s'", shown)
		if path == "" {
			c.UI.Infof("that of another directory is removed with `--path <path>`")
		}
	}
	return nil
}

func (c *cli) unsetGone(ctx context.Context) error {
	removed, err := c.removeOverrides(ctx, func(key string) bool { return !c.isDirectoryHere(key) })
	if err != nil {
		return err
	}
	for _, key := range removed {
		c.UI.Infof("override toolchain for '%s' removed", key)
	}
	if len(removed) == 0 {
		c.UI.Infof("no nonexistent paths detected")
	}
	return nil
}

func (c *cli) removeOverrides(ctx context.Context, which func(key string) bool) (removed []string, err error) {
	err = c.ChangeSettings(ctx, func(s *settings.Settings) error {
		removed = nil
		for _, key := range slices.Sorted(maps.Keys(s.Overrides)) {
			if which(key) {
				removed = append(removed, key)
				delete(s.Overrides, key)
			}
		}
		return nil
	})
	return removed, err
}
