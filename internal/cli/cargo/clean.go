package cargo

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/ops"
	"berth/internal/ops/clean"
	"berth/internal/unitstore"
	"berth/internal/workspace"
)

type cleanOptions struct {
	doc, dryRun, workspace, release bool
	specs                           optional
	profile                         string
	target                          optional
	targetDir, manifest             string
}

func (c *cli) clean() *command.Command {
	o := &cleanOptions{}
	return &command.Command{
		Name: "clean", About: "Remove what builds have made", More: more("clean"),
		Flags: slices.Concat([]command.Flag{
			{Long: "doc", Set: command.True(&o.doc), About: "Only the documentation"},
			silent(),
			packageFlag(&o.specs, true, "Only what belongs to this package"),
			{Long: "workspace", Heading: packageSelection, Set: command.True(&o.workspace), About: "Only what belongs to packages of the workspace"},
			{Long: "release", Short: 'r', Exclude: []string{"profile"}, Heading: compilationOptions, Set: command.True(&o.release), About: "Only what was built with --release"},
			{Long: "profile", Value: "PROFILE-NAME", Heading: compilationOptions, Set: command.To(&o.profile, command.Text), About: "Only what was built with this profile"},
		}, c.targetFlags(&o.target, "Only what was built for this target"), []command.Flag{targetDir(&o.targetDir)}, manifestPath(&o.manifest),
			[]command.Flag{dryRun(&o.dryRun, "Show what would be removed, and remove nothing")}),
		Alone: true,
		// Unstable, and so always the toolchain's.
		Commands: []*command.Command{{Name: "gc", Hidden: true, Run: func(context.Context) error { return errHandOver }}},
		Run:      func(ctx context.Context) error { return c.runClean(ctx, o) },
	}
}

func (c *cli) runClean(ctx context.Context, o *cleanOptions) error {
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	if o.specs.listed() {
		return membersError(ws)
	}
	what, err := c.whatToClean(ctx, run, ws, o)
	if err != nil {
		return err
	}
	what.Removing = func(path string) {
		switch {
		case c.session.verbose == 0:
		case o.dryRun:
			c.UI.Printf("%s\n", path)
		default:
			c.UI.Statusf("Removing", "%s", path)
		}
	}
	sum, err := clean.Clean(ctx, what)
	if err != nil {
		return err
	}
	if o.dryRun {
		c.UI.Statusf("Summary", "%s", sum)
		c.UI.Warnf("no files deleted due to --dry-run")
		return nil
	}
	c.UI.Statusf("Removed", "%s", sum)
	return nil
}

var errDocOfPackage = errors.New("--doc cannot be used with -p")

func (c *cli) whatToClean(ctx context.Context, run *ops.Run, ws *workspace.Workspace, o *cleanOptions) (w clean.Options, err error) {
	specs := slices.Clone(o.specs.values)
	if o.workspace {
		for _, m := range ws.Members() {
			specs = append(specs, m.Package.Name())
		}
	}
	w = clean.Options{Explicit: o.targetDir != "", Workspace: ws.Dir(), Doc: o.doc, DryRun: o.dryRun, LinksOnce: run.Config.Release().CleanedLinksOnce()}
	if _, err = run.Config.Env(); err != nil { // of it stock starts the compiler
		return w, err
	}
	if w.Targets, err = c.cleanedTargets(ctx, run, o); err != nil {
		return w, err
	}
	if w.TargetDir, w.BuildDir, err = c.session.outputDirs(ws, o.targetDir); err != nil {
		return w, err
	}
	w.Store = unitstore.Workspace(lockfs.At(w.BuildDir), lockfs.At(c.Env.CargoHome))
	profile, err := o.asked()
	switch {
	case err != nil:
		return w, err
	case o.doc && len(specs) > 0:
		return w, errDocOfPackage
	case o.doc:
		return w, nil
	}
	profiles, err := run.Profiles(ws, profile)
	if err != nil {
		return w, err
	}
	if len(specs) > 0 || o.release || o.profile != "" {
		w.Profile = profiles.Dir()
	}
	if len(specs) > 0 {
		w.Packages, err = c.cleanedPackages(ctx, run, ws, specs)
	}
	return w, err
}

// cleanedTargets are the directories of the targets that are meant.
func (c *cli) cleanedTargets(ctx context.Context, run *ops.Run, o *cleanOptions) ([]string, error) {
	target, release := o.target, run.Config.Release()
	if len(target.values) == 0 && !target.listed() && release.CleansConfiguredTargets() {
		b, err := run.Config.Build()
		if err != nil {
			return nil, err
		}
		target.values = b.Target.Val
	}
	dirs, err := c.session.targetDirs(ctx, target)
	if o.doc && !release.CleansTargetsDocs() {
		dirs = nil
	}
	return dirs, err
}

// asked is the profile that the flags mean.
func (o *cleanOptions) asked() (string, error) {
	if o.release {
		return "release", nil
	}
	profile := cmp.Or(o.profile, "dev")
	return profile, checkAsked(profile)
}

// cleanedPackages are the packages that -p means, of those that Cargo.lock has: by name,
// whatever else a specification says.
func (c *cli) cleanedPackages(ctx context.Context, run *ops.Run, ws *workspace.Workspace, specs []string) ([]clean.Package, error) {
	res, err := run.Resolve(ctx, ws, ops.Wish{})
	if err == nil {
		err = c.session.checkCompilers(ctx)
	}
	if err != nil {
		return nil, err
	}
	ids := make([]crate.PackageID, len(res.Graph.Packages))
	for i := range ids {
		ids[i] = res.Graph.Packages[i].ID
	}
	packages := []clean.Package{}
	for _, text := range specs {
		spec, err := crate.ParseSpec(text)
		if err != nil {
			return nil, err
		}
		if !spec.Version.IsZero() || spec.URL != "" {
			c.UI.Warnf("in `-p %s` only the name counts: all versions of `%s` are cleaned", text, spec.Name)
		}
		if !slices.ContainsFunc(ids, spec.Matches) {
			_, err := spec.Query(ids)
			return nil, err
		}
		for i, id := range ids {
			if !spec.Matches(id) {
				continue
			}
			m, err := res.Packages.Manifest(ctx, res.Graph.Packages[i].Summary)
			if err != nil {
				return nil, err
			}
			packages = append(packages, cleanedPackage(m.Package))
		}
	}
	return packages, nil
}

func cleanedPackage(p *manifest.Package) clean.Package {
	found := clean.Package{Name: p.Name(), Shared: !p.ID().Source.IsPath()}
	for _, t := range p.Targets {
		target := clean.Target{Name: t.Name, Crate: t.CrateName()}
		switch t.Kind {
		case manifest.CustomBuild:
			target.Kind = clean.Script
		case manifest.Example:
			target.Kind = clean.Example
		case manifest.Test, manifest.Bench:
			target.Kind = clean.Test
		}
		found.Targets = append(found.Targets, target)
	}
	return found
}
