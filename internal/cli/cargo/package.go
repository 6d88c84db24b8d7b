package cargo

import (
	"context"
	"os"
	"os/exec"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/ops"
	"berth/internal/ops/pack"
)

type packageOptions struct {
	registry                    registry
	list, noVerify, noMetadata  bool
	allowDirty, excludeLockfile bool
	format                      string
	packages                    packages
	features                    features
	target                      optional
	targetDir, jobs             string
	keepGoing                   bool
	manifest                    string
}

func (c *cli) packageVerb() *command.Command {
	o := &packageOptions{}
	return &command.Command{
		Name: "package", About: "Make the archive that would be published", More: more("package"),
		Flags: slices.Concat(o.registry.flags("Index of the registry that the package is for", "Registry that the package is for"), []command.Flag{
			{Long: "list", Short: 'l', Set: command.True(&o.list), About: "Only show which files would be in the archive"},
			{Long: "no-verify", Set: command.True(&o.noVerify), About: "Do not build what is in the archive"},
			{Long: "no-metadata", Set: command.True(&o.noMetadata), About: "Do not warn of a package that says little about itself"},
			{Long: "allow-dirty", Set: command.True(&o.allowDirty), About: "Also with changes that are not committed"},
			{Long: "exclude-lockfile", Set: command.True(&o.excludeLockfile), About: "Leave Cargo.lock out"},
			{Long: "message-format", Value: "FMT", Choices: []string{"human", "json"}, Require: []string{"list"}, Set: command.To(&o.format, command.Text), About: "Form of the list (unstable)"},
			silent(),
		}, o.packages.flags("Packages to archive", "All packages of the workspace", "Packages of the workspace to leave out"),
			o.features.flags(), c.targetFlags(&o.target, "Build what is in the archive for this target"), []command.Flag{
				targetDir(&o.targetDir),
				{Long: "jobs", Short: 'j', Value: "N", Hyphen: true, Heading: compilationOptions, Set: command.To(&o.jobs, command.Text), About: "How much is done at the same time; one job a CPU if not given."},
				{Long: "keep-going", Heading: compilationOptions, Set: command.True(&o.keepGoing), About: "Build what can be built after an error"},
			}, manifestPath(&o.manifest)),
		Run: func(ctx context.Context) error { return c.runPackage(ctx, o, len(c.globals.unstable) > 0) },
	}
}

// runPackage lists what would be in the archives, or builds what is in one. Making them is the toolchain's cargo's work, and so
// is the refusal of the format that is not stable.
func (c *cli) runPackage(ctx context.Context, o *packageOptions, unstable bool) error {
	if p := c.unverified(o); p != nil {
		return p.verify(ctx)
	}
	if !o.list || o.format != "" && !unstable {
		return errHandOver
	}
	if _, err := exec.LookPath("git"); err != nil {
		return errHandOver // whether files are as committed is asked of git
	}
	if _, err := c.session.registryName(o.registry.name); err != nil {
		return err
	}
	if o.registry.index != "" { // only its form counts here
		if _, err := crate.RegistrySource(o.registry.index, ""); err != nil {
			return err
		}
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	flags, err := o.features.parse()
	if err != nil {
		return err
	}
	if _, err := os.Stat(ws.LockPath()); err == nil && !o.excludeLockfile {
		if _, err := run.Resolve(ctx, ws, ops.Wish{}); err != nil {
			return err
		}
	}
	return pack.List(ctx, ws, pack.Options{
		Selection: o.packages.selection(), Features: flags, AllowDirty: o.allowDirty, ExcludeLockfile: o.excludeLockfile, NoMetadata: o.noMetadata,
		OtherRegistry: o.registry.index != "" || o.registry.name != "" && o.registry.name != crate.PublicKey, Cwd: run.Cwd, Environ: c.Environ(), Voice: run.Voice, Verbose: c.session.verbose > 0,
	}, func(l pack.Listing) error {
		text := []byte(l.Lines())
		if o.format == "json" {
			text = l.JSON()
		}
		_, err := c.UI.Data().Write(text)
		return err
	})
}
