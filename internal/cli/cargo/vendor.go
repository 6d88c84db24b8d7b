package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type vendorOptions struct {
	path                          string
	noDelete, respectSourceConfig bool
	sync                          []string
	versionedDirs                 bool
	manifest                      string
}

func (c *cli) vendor() *command.Command {
	o := &vendorOptions{path: "vendor"}
	return &command.Command{
		Name: "vendor", About: "Copy everything that a project depends on into a directory", More: more("vendor"),
		Args: []command.Arg{{Name: "path", Set: command.To(&o.path, command.Text), About: "The directory (`vendor` if none is given)"}},
		Flags: slices.Concat([]command.Flag{
			{Long: "no-delete", Set: command.True(&o.noDelete), About: "Leave what is in the directory already"},
			{Long: "sync", Short: 's', Value: "TOML", Filled: true, Many: true, Set: command.Append(&o.sync, command.Text), About: "Another `Cargo.toml` that is served from there"},
			{Long: "respect-source-config", Set: command.True(&o.respectSourceConfig), About: "Look at `[source]` of the configuration"},
			{Long: "versioned-dirs", Set: command.True(&o.versionedDirs), About: "Put the version into every directory's name"},
		}, gone("no-merge-sources", "relative-path", "only-git-deps", "disallow-duplicates"), manifestPath(&o.manifest)),
		Run: func(context.Context) error { return errHandOver },
	}
}

// gone are flags of the program cargo-vendor of old.
func gone(names ...string) (flags []command.Flag) {
	for _, name := range names {
		flags = append(flags, command.Flag{Long: name, Hidden: true, Unknown: []string{
			"the program cargo-vendor had the flag `--" + name + "`; cargo's own `vendor` does not have it",
			"where cargo-vendor is installed, `cargo-vendor vendor ...` still does",
		}})
	}
	return flags
}
