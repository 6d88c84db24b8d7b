package rustup

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"berth/internal/cli/command"
)

func (c *cli) overrideList() *command.Command {
	return &command.Command{Name: "list", About: "List the overrides of this machine", Run: c.runOverrideList}
}

func (c *cli) runOverrideList(ctx context.Context) error {
	s, err := c.Settings(ctx)
	if err != nil {
		return err
	}
	if len(s.Overrides) == 0 {
		c.UI.Print("no overrides\n")
		return nil
	}
	gone := false
	for _, key := range slices.Sorted(maps.Keys(s.Overrides)) {
		shown := key
		if !c.isDirectoryHere(key) {
			gone = true
			shown += " (not a directory)"
		}
		c.UI.Print(fmt.Sprintf("%-40s\t%-20s\n", shown, s.Overrides[key]))
	}
	if gone {
		c.UI.Print("\n")
		c.UI.Infof("overrides of directories that are gone can be removed with `rustup override unset --nonexistent`")
	}
	return nil
}

// isDirectoryHere takes a relative path, which only a hand or a directory that was
// gone puts there, for one below the working directory.
func (c *cli) isDirectoryHere(path string) bool {
	if !filepath.IsAbs(path) {
		dir, err := c.Dir()
		if err != nil {
			return false
		}
		path = filepath.Join(dir, path)
	}
	return isDirectory(path)
}
