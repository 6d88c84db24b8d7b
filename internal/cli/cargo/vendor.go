package cargo

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/ops/vendor"
	"berth/internal/workspace"
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
		Run: func(ctx context.Context) error { return c.runVendor(ctx, o) },
	}
}

func (c *cli) runVendor(ctx context.Context, o *vendorOptions) error {
	c.session.plainSources = !o.respectSourceConfig
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	var all []*workspace.Workspace
	for _, path := range o.sync {
		path, err := c.session.at(path)
		if err != nil {
			return err
		}
		other, err := run.LoadAt(filepath.Clean(path))
		if err != nil {
			return err
		}
		all = append(all, other)
	}
	all = append(all, ws)
	if o.path == "" {
		return errors.New("the directory to copy to has no name; leave it out for `vendor`")
	}
	packages, err := run.Vendor(ctx, all, vendor.Options{Dir: o.path, NoDelete: o.noDelete, VersionedDirs: o.versionedDirs, Environ: c.Environ(), Release: run.Config.Release()})
	if err != nil || c.session.quiet {
		return err
	}
	if len(packages) == 0 {
		c.UI.Aside("Nothing is vendored: the project depends on nothing that is elsewhere.")
		return nil
	}
	c.UI.Aside("For the project to use what is vendored, its .cargo/config.toml has to say:\n")
	_, err = io.WriteString(c.UI.Data(), vendor.Snippet(packages, o.path))
	return err
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
