package ops

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/ops/configpatch"
	"berth/internal/ops/update"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/workspace"
)

// Resolution is the dependency graph of a workspace, as Cargo.lock now has it.
type Resolution struct {
	Graph    *resolve.Graph
	Previous *resolve.Graph // of the Cargo.lock that was there, nil where there was none
	Changed  bool           // Cargo.lock is, or with a dry run would be, another file
	Packages *Packages
}

// Wish is what is asked of a resolution beyond keeping Cargo.lock.
type Wish struct {
	// Anew: nothing of Cargo.lock is kept.
	Anew bool
	// Keep are the packages that stay as they are if they can; nil keeps all.
	Keep    func(crate.PackageID) bool
	Precise []resolve.Precise
	DryRun  bool
	// LockOnly: packages themselves are not wanted.
	LockOnly bool
	// Occasion is what a change of Cargo.lock is said as: update.Asked says all, also that nothing changed.
	Occasion update.Occasion
	// Previous is what Keep is about where there is no Cargo.lock.
	Previous *resolve.Graph
	// From works the wish out from what was locked, where it depends on that.
	From func(previous *resolve.Graph) (Wish, error)
}

// Resolve chooses a version for every package that a workspace can lead to, with all features and for all platforms,
// and brings Cargo.lock up to date.
//
// Where another process has changed a manifest of the workspace in the meantime, it is read again: no Cargo.lock is
// written that lacks what that process added.
func (r *Run) Resolve(ctx context.Context, ws *workspace.Workspace, wish Wish) (*Resolution, error) {
	for {
		res, err := r.resolveNow(ctx, ws, wish)
		if !errors.Is(err, errStale) {
			return res, err
		}
		if err := ws.Reload(); err != nil {
			return nil, err
		}
	}
}

func (r *Run) resolveNow(ctx context.Context, ws *workspace.Workspace, wish Wish) (*Resolution, error) {
	base, err := r.input(ctx, ws)
	if err != nil {
		return nil, err
	}
	for i := range base.Patches {
		r.warnOfFields("patch", base.Patches[i].Dep)
	}
	res := &Resolution{Packages: base.Registry.(*Packages)}
	paths := base.Paths()
	final := wish
	_, graph, changed, err := r.changeLock(ctx, ws, wish.DryRun, func(ctx context.Context, was savedLock) (*resolve.Graph, error) {
		in := *base
		if res.Previous = nil; !wish.Anew {
			if res.Previous, err = previous(was, paths); err != nil {
				return nil, err
			}
		}
		final = wish
		if wish.From != nil {
			if final, err = wish.From(res.Previous); err != nil {
				return nil, err
			}
		}
		if in.Keep, in.Precise = final.Keep, final.Precise; final.Anew {
			res.Previous = nil
		} else if res.Previous == nil {
			res.Previous = final.Previous
		}
		in.Previous = res.Previous
		return resolve.Resolve(ctx, in)
	})
	if err != nil {
		return nil, err
	}
	res.Graph, res.Changed = graph, changed
	r.Looked.Read(lockFile(ws).Display())
	for _, n := range graph.Notices {
		r.Voice.Warn(n.Text + "\nhelp: " + n.Help)
	}
	r.warnOfPatches(graph)
	if err := r.report(ctx, ws, res, final); err != nil || wish.LockOnly {
		return res, err
	}
	return res, r.connects()
}

func (r *Run) connects() error {
	if r.Connects == nil {
		return nil
	}
	return r.Connects()
}

func previous(was savedLock, paths resolve.PathIndex) (*resolve.Graph, error) {
	if was.lock == nil {
		return nil, was.broken
	}
	return resolve.FromLock(was.lock, paths)
}

// Selected chooses among what Cargo.lock has what some packages need with some features: what is compiled, shown by
// tree and listed by metadata.
func (r *Run) Selected(ctx context.Context, ws *workspace.Workspace, res *Resolution, members []workspace.MemberFeatures, dev bool) (*resolve.Graph, error) {
	in, err := r.input(ctx, ws)
	if err != nil {
		return nil, err
	}
	in.Registry, in.Previous, in.Roots = res.Packages, res.Graph, nil
	for _, m := range members {
		in.Roots = append(in.Roots, resolve.Root{Summary: m.Member.Package.Summary, Features: featuresOf(m.Features), DevDeps: dev})
	}
	overrides, err := r.overrides()
	if err != nil {
		return nil, err
	}
	for _, m := range overrides {
		in.Overrides = append(in.Overrides, m.Package.Summary)
	}
	res.Packages.override(overrides)
	graph, err := resolve.Resolve(ctx, *in)
	if err != nil {
		return nil, err
	}
	r.warnOfReplacements(ws, res.Graph)
	for _, n := range graph.Notices {
		r.Voice.Warn(n.Text + "\nhelp: " + n.Help)
	}
	return graph, nil
}

func featuresOf(f workspace.Features) resolve.Features {
	return resolve.Features{Named: f.Named, All: f.All, NoDefault: f.NoDefault}
}

// roots is the part of the input that needs no source.
func (r *Run) roots(ws *workspace.Workspace) *resolve.Input {
	in := &resolve.Input{Format: cargolock.FormatFor(ws.RustVersion()), PathPackage: pathPackages(ws)}
	for _, m := range ws.Members() {
		in.Roots = append(in.Roots, resolve.Root{Summary: m.Package.Summary, Features: resolve.Everything(), DevDeps: true})
	}
	return in
}

// pathPackages finds the package in the directory of a source. It is asked for each dependency, so each is looked up once.
func pathPackages(ws *workspace.Workspace) func(crate.SourceID) *crate.Summary {
	found := map[crate.SourceID]*crate.Summary{}
	return func(source crate.SourceID) *crate.Summary {
		s, ok := found[source]
		if !ok {
			if m, err := ws.LoadDir(source.Dir()); err == nil {
				s = m.Package.Summary
			}
			found[source] = s
		}
		return s
	}
}

func (r *Run) input(ctx context.Context, ws *workspace.Workspace) (*resolve.Input, error) {
	if r.Usable != nil {
		if err := r.Usable(); err != nil {
			return nil, err
		}
	}
	in := r.roots(ws)
	in.Registry = r.Packages(ws)
	warnings, err := r.addPatches(in, ws)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		r.Voice.Warn(w)
	}
	if in.Age, err = r.Age(); err != nil {
		return nil, err
	}
	in.RustVersions, err = r.rustVersions(ctx, ws)
	return in, err
}

// Age is how old versions have to be to be chosen anew; nil where any age will do.
func (r *Run) Age() (*resolve.Age, error) {
	if r.AnyVersion || !r.Config.Release().MinPublishAge() {
		return nil, nil
	}
	settings, err := r.Config.Resolver()
	if err != nil {
		return nil, err
	}
	ages, err := r.Config.MinPublishAges()
	if err != nil || ages.All == nil && len(ages.Own) == 0 {
		return nil, err
	}
	allowed := settings.IncompatiblePublishAge.Val == "allow"
	a := &resolve.Age{Now: r.Began, All: (*resolve.MinAge)(ages.All), Own: map[string]resolve.MinAge{}, Allowed: allowed}
	for name, own := range ages.Own {
		a.Own[name] = resolve.MinAge(own)
	}
	return a, nil
}

// addPatches adds [patch] and [replace], and tells what is odd about those of the configuration.
func (r *Run) addPatches(in *resolve.Input, ws *workspace.Workspace) (warnings []string, err error) {
	for _, p := range ws.Root.Patches {
		in.Patches = append(in.Patches, resolve.Patch{Source: p.Source, Key: p.Key, Dep: p.Dep, Where: ws.Root.Path})
	}
	for _, p := range ws.Root.Replaces {
		in.Replace = append(in.Replace, resolve.Replacement{Spec: p.Spec, Dep: p.Dep})
	}
	in.Patches, warnings, err = configpatch.Add(r.Config, ws.Root.Path, in.Patches, r.Options().Manifest)
	return warnings, err
}

// honoursRust tells whether versions are preferred that build with the Rust that the workspace is for.
func (r *Run) honoursRust(ws *workspace.Workspace) (bool, error) {
	settings, err := r.Config.Resolver()
	if err != nil || r.IgnoreRustVersion || r.AnyVersion {
		return false, err
	}
	switch settings.IncompatibleRustVersions.Val {
	case "allow":
		return false, nil
	case "fallback":
		return true, nil
	}
	return ws.Resolver >= 3, nil
}

// rustVersions are those that the chosen versions should build with, nil where that is not asked for.
func (r *Run) rustVersions(ctx context.Context, ws *workspace.Workspace) ([]semver.Partial, error) {
	if honoured, err := r.honoursRust(ws); err != nil || !honoured {
		return nil, err
	}
	var versions []semver.Partial
	for _, m := range ws.Members() {
		if v := m.Package.Summary.RustVersion; !v.IsZero() {
			versions = append(versions, v)
		}
	}
	if len(versions) > 0 {
		return versions, nil
	}
	compiler, err := r.rust(ctx)
	if err != nil {
		return nil, err
	}
	return []semver.Partial{compiler}, nil
}

// rust is the version of rustc.
func (r *Run) rust(ctx context.Context) (semver.Partial, error) {
	compiler, err := r.Rustc(ctx)
	if err != nil {
		return semver.Partial{}, err
	}
	return semver.PartialOf(compiler.Release), nil
}

// overrides are the packages below the directories that `paths` of the configuration names. As with stock such a directory is the
// source of all of them, wherever below it they lie.
func (r *Run) overrides() ([]*manifest.Manifest, error) {
	dirs, err := r.Config.PathOverrides()
	if err != nil {
		return nil, err
	}
	var all []*manifest.Manifest
	for _, dir := range dirs {
		dir = filepath.Clean(dir)
		found, err := workspace.OpenForeign(dir, crate.PathSource(dir), r.Options()).Find()
		if err != nil {
			return nil, fmt.Errorf("`paths` of the configuration names `%s`: %w", dir, err)
		}
		all = append(all, found.Packages...)
		for _, broken := range found.Malformed {
			r.Voice.Warn("skipping malformed manifest below `" + dir + "`, which `paths` of the configuration names: " + broken.Error())
		}
	}
	return all, nil
}
