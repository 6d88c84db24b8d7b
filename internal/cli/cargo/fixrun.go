package cargo

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/ops"
	"berth/internal/ops/fix"
	"berth/internal/ops/newpkg"
	"berth/internal/plan"
	"berth/internal/unit"
	"berth/internal/workspace"
)

func (c *cli) runFix(ctx context.Context, o *fixFlags) error {
	w, err := o.checked()
	if err != nil {
		return err
	}
	if (o.edition || o.idioms) && !o.targets.isSpecific() {
		w.filter = &plan.Filter{AllTargets: true}
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	allowed := fix.Allowed{NoVCS: o.noVCS, Dirty: o.dirty, Staged: o.staged}
	err = fix.CheckRepository(ctx, run.Cwd, c.Environ(), allowed, func() bool { return newpkg.InRepository(ctx, run.Cwd, c.Environ()) })
	if err != nil {
		return err
	}
	if o.edition {
		if err := c.migrate(ctx, run, ws, o, w); err != nil {
			return err
		}
	}
	m, err := c.compilationOf(ctx, &o.compileFlags, w, run, ws)
	if err != nil {
		return err
	}
	defer m.close()
	if err := c.fixSources(ctx, m, o); err != nil {
		return err
	}
	_, err = c.execute(ctx, m, &o.compileFlags)
	return err
}

// migrate makes the manifests ready for the next edition, and reads them again.
func (c *cli) migrate(ctx context.Context, run *ops.Run, ws *workspace.Workspace, o *fixFlags, w wish) error {
	specs, _, err := ws.Specs(o.packages.selection())
	if err != nil {
		return err
	}
	chosen := slices.DeleteFunc(slices.Clone(ws.Members()), func(m *manifest.Manifest) bool {
		return !slices.ContainsFunc(specs, func(s crate.Spec) bool { return s.Matches(m.Package.ID()) })
	})
	if err := fix.Migrate(ctx, run.Home, ws, chosen, run.Voice.Status); err != nil {
		return err
	}
	root := ws.Root.Package
	if root != nil && root.Edition == manifest.Edition2018 && ws.Root.Resolver == 0 && slices.Contains(chosen, ws.Root) {
		if err := c.warnOfResolver(ctx, run, ws, o, w); err != nil {
			return err
		}
	}
	return ws.Reload()
}

// warnOfResolver tells what packages will be built without in the edition 2021, which resolves by version 2.
func (c *cli) warnOfResolver(ctx context.Context, run *ops.Run, ws *workspace.Workspace, o *fixFlags, w wish) error {
	m := &compilation{run: run, ws: ws}
	if err := c.learn(ctx, m, &o.compileFlags); err != nil {
		return err
	}
	q, err := m.request(&o.compileFlags, w)
	if err != nil {
		return err
	}
	change, err := run.ResolverChange(ctx, ws, q)
	if err != nil || len(change.Always)+len(change.WithDev) == 0 {
		return err
	}
	text := "Switching to Edition 2021 will enable the use of the version 2 feature resolver in Cargo.\n" +
		"What is built may then have fewer features, as the edition guide tells (chapter \"Default Cargo feature resolver\").\n" +
		"These will no longer be used:\n\n" + lostFeatures(change.Always)
	if len(change.WithDev) > 0 {
		text += "The following differences only apply when building with dev-dependencies:\n\n" + lostFeatures(change.WithDev)
	}
	c.UI.Infof("%s", strings.TrimSuffix(text, "\n"))
	if change.BreaksDiesel() {
		c.UI.Infof("%s", "diesel before 1.4.8 and diesel_migrations fail to build without each other's features, which version 2 does not unify; update diesel first")
	}
	return nil
}

func lostFeatures(list []ops.LostFeatures) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString("  " + l.Package.String())
		if l.Host {
			b.WriteString(" (as host dependency)")
		}
		b.WriteString(" removed features: " + strings.Join(l.Features, ", ") + "\n")
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// fixSources has the sources fixed while they are compiled.
func (c *cli) fixSources(ctx context.Context, m *compilation, o *fixFlags) error {
	options := fix.Options{
		Edition: o.edition, Idioms: o.idioms, Broken: o.broken, Rounds: fix.DefaultRounds, Verbose: c.session.verbose > 0, Quiet: c.session.quiet, Release: m.run.Config.Release(),
		Sysroot: filepath.Join(m.settings.Targets[unit.Host].Library, "..", "..", "..", ".."), // of <sysroot>/lib/rustlib/<triple>/lib
	}
	_, options.Everything = c.Lookup("__CARGO_FIX_YOLO")
	if text, ok := c.Lookup("CARGO_FIX_MAX_RETRIES"); ok {
		if n, err := strconv.ParseUint(text, 10, 16); err == nil {
			options.Rounds = int(n)
		}
	}
	m.settings.PrimaryRustc = []string{m.settings.Rustc}
	if wrapper := m.settings.WorkspaceWrapper; wrapper != "" {
		m.settings.PrimaryRustc = []string{wrapper, m.settings.Rustc}
		name := filepath.Base(wrapper)
		options.Clippy = strings.TrimSuffix(name, filepath.Ext(name)) == "clippy-driver"
	}
	place, err := fix.Place(ctx, m.run.Home, lockfs.At(m.build))
	if err != nil {
		return err
	}
	fixer := fix.New(m.Graph, m.run.Home, place, options)
	m.settings.Extra = fixer.Args
	m.fixer = fixer
	return nil
}
