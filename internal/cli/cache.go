package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"berth/internal/cli/cargo"
	"berth/internal/cli/command"
	"berth/internal/unitstore"
)

func (c *cli) cache() *command.Command {
	var targetDir string
	where := command.Flag{Long: "target-dir", Value: "DIRECTORY", Set: command.To(&targetDir, command.Text), About: "Look there, and not at the target directory that is found"}
	return &command.Command{
		Name:  "cache",
		About: "What was compiled, how large it is, and who uses it",
		More: `Packages of registries and repositories are compiled once for all workspaces and kept
in CARGO_HOME; packages of a workspace are kept in its target directory. Both keep to a size:
[build] store-size or BERTH_STORE_SIZE ("30 GiB", "5%"); else a tenth of the disk, and 20 GiB at most.
`,
		Flags: []command.Flag{where},
		Commands: []*command.Command{
			c.cacheDrop(&targetDir, where),
		},
		Run: func(ctx context.Context) error { return c.showCache(ctx, targetDir) },
	}
}

func (c *cli) cacheDrop(targetDir *string, where command.Flag) *command.Command {
	var pkg string
	var dryRun bool
	return &command.Command{
		Name:  "drop",
		About: "Forget what was compiled of a package, for all workspaces",
		More:  "What a running build uses stays.\n",
		Flags: []command.Flag{where, {Long: "dry-run", Set: command.True(&dryRun), About: "Only say what would go"}},
		Args:  []command.Arg{{Name: "PACKAGE", Required: true, Set: command.To(&pkg, command.Text), About: "A name, or name@version"}},
		Run:   func(ctx context.Context) error { return c.dropUnits(ctx, *targetDir, pkg, dryRun) },
	}
}

func (c *cli) showCache(ctx context.Context, targetDir string) error {
	stores, err := cargo.StoresHere(c.App, targetDir)
	if err != nil {
		return err
	}
	for i, s := range stores {
		if i > 0 {
			c.UI.Print("\n")
		}
		if err := c.showStore(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (c *cli) showStore(ctx context.Context, s cargo.Units) error {
	sizes, err := s.Sizes(ctx)
	if err != nil {
		return err
	}
	whose := "of this workspace"
	if s.Shared {
		whose = "of all workspaces"
	}
	sum := unitstore.Size{}
	rows := [][]string{{"package", "units", "size", "compiled in", "last used"}}
	for _, p := range sizes {
		sum.Units += p.Units
		sum.Bytes += p.Bytes
		rows = append(rows, []string{p.Package, fmt.Sprint(p.Units), sizeText(p.Bytes), p.Took.Round(100 * time.Millisecond).String(), p.Used.Local().Format(time.DateTime)})
	}
	c.UI.Printf("%s, %s: %s of %s in %d units\n", s.Root().Display(), whose, sizeText(sum.Bytes), sizeText(s.Limit), sum.Units)
	if len(sizes) > 0 {
		c.UI.Print("\n" + table(rows))
	}
	if uses := s.Uses(); len(uses) > 0 {
		rows := [][]string{{"used in", "commands", "units found", "units made", "last"}}
		for _, u := range uses {
			rows = append(rows, []string{u.Dir, fmt.Sprint(u.Commands), fmt.Sprint(u.Hits), fmt.Sprint(u.Made), u.Last.Local().Format(time.DateTime)})
		}
		c.UI.Print("\n" + table(rows))
	}
	return c.showUsers(ctx, s)
}

func (c *cli) showUsers(ctx context.Context, s cargo.Units) error {
	users, err := s.Users(ctx)
	if err != nil || len(users) == 0 {
		return err
	}
	rows := [][]string{{"in use by", "pid", "units", "since"}}
	for _, u := range users {
		rows = append(rows, []string{u.Command, fmt.Sprint(u.PID), fmt.Sprint(u.Units), u.Since.Local().Format(time.DateTime)})
	}
	c.UI.Print("\n" + table(rows))
	return nil
}

func (c *cli) dropUnits(ctx context.Context, targetDir, pkg string, dryRun bool) error {
	stores, err := cargo.StoresHere(c.App, targetDir)
	if err != nil {
		return err
	}
	found := false
	for _, s := range stores {
		swept, err := s.Drop(ctx, pkg, dryRun)
		if err != nil {
			return err
		}
		found = found || len(swept.Removed)+swept.InUse > 0
		c.tellSwept(swept, dryRun)
	}
	if !found {
		return errors.New("nothing of `" + pkg + "` is kept; `berth cache` lists what is")
	}
	return nil
}

// sweepUnits is what `berth sweep` does with compiled units. It tells whether there was anything to say.
func (c *cli) sweepUnits(ctx context.Context, all, dryRun bool) (said bool, err error) {
	stores, err := cargo.StoresHere(c.App, "")
	if err != nil {
		return false, err
	}
	for _, s := range stores {
		policy := unitstore.DefaultPolicy(s.Limit)
		if all {
			policy.Limit, policy.Soft, policy.Age = 0, 0, 0
		}
		policy.DryRun = dryRun
		swept, err := s.Sweep(ctx, policy)
		if err != nil {
			return said, err
		}
		said = c.tellSwept(swept, dryRun) || said
	}
	return said, nil
}

// tellSwept says in a line a package what went.
func (c *cli) tellSwept(swept unitstore.Swept, dryRun bool) (said bool) {
	verb := "removed"
	if dryRun {
		verb = "would remove"
	}
	var order []string
	units, bytes := map[string]int{}, map[string]int64{}
	for _, r := range swept.Removed {
		if units[r.Package] == 0 {
			order = append(order, r.Package)
		}
		units[r.Package]++
		bytes[r.Package] += r.Bytes
	}
	for _, pkg := range order {
		name := pkg
		if name == "" {
			name = "damaged units"
		}
		c.UI.Printf("%s %s: %s in %s\n", verb, name, sizeText(bytes[pkg]), plural(units[pkg], "unit"))
	}
	if swept.InUse > 0 {
		c.UI.Printf("kept %s, in use\n", plural(swept.InUse, "unit"))
	}
	return len(order)+swept.InUse > 0
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func sizeText(bytes int64) string {
	size, units := float64(bytes), []string{"B", "KiB", "MiB", "GiB", "TiB"}
	for len(units) > 1 && size >= 1024 {
		size, units = size/1024, units[1:]
	}
	if units[0] == "B" {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", size, units[0])
}
