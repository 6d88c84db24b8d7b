package cargo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/exe"
	"berth/internal/installed"
	"berth/internal/manifest"
	"berth/internal/ops/install"
	"berth/internal/workspace"
)

// installation is a package that is to be installed.
type installation struct {
	crate install.Crate
	ws    *workspace.Workspace
	pkg   *manifest.Package
	want  *installed.Package
	names []string // of everything that the package could install
}

// prepare finds the package that a crate means. It is nil where that is installed already.
func (i *installer) prepare(ctx context.Context, c *install.Crate) (*installation, error) {
	if c != nil && c.Name == "." {
		return nil, errors.New("to install the program of the package in the current working directory use `cargo install --path .`;\nuse `cargo build` if it is only to be built")
	}
	if is, err := i.isThereExactly(ctx, c); is || err != nil {
		return nil, err
	}
	it, err := i.find(ctx, c)
	if err != nil {
		return nil, err
	}
	if c != nil {
		it.crate = *c
	}
	if err := i.check(it); err != nil {
		return nil, err
	}
	if i.flags.noTrack {
		return it, i.checkUntracked(it)
	}
	is, err := i.isThere(ctx, it)
	if is || err != nil {
		return nil, err
	}
	return it, nil
}

// find chooses the package.
func (i *installer) find(ctx context.Context, c *install.Crate) (*installation, error) {
	switch {
	case i.source.IsGit():
		return i.findGit(ctx, c)
	case i.source.IsPath():
		return i.findPath(ctx, c)
	case c == nil:
		return nil, errors.New("must specify a crate to install from a registry, or use --path or --git to specify another source")
	}
	packages := i.run.Packages(nil)
	s, err := install.Best(ctx, packages, i.source, *c, i.rust)
	if err != nil {
		return nil, err
	}
	return i.unpacked(ctx, s)
}

// unpacked is a package of a registry.
func (i *installer) unpacked(ctx context.Context, s *crate.Summary) (*installation, error) {
	dir, err := i.run.Registries.Directory(ctx, s)
	if err != nil {
		return nil, err
	}
	ws, err := workspace.Alone(dir, s, i.run.Options())
	if err != nil {
		return nil, err
	}
	return &installation{ws: ws, pkg: ws.Current.Package}, nil
}

func (i *installer) findGit(ctx context.Context, c *install.Crate) (*installation, error) {
	packages := i.run.Packages(nil)
	all, err := packages.All(ctx, i.source)
	if err != nil {
		return nil, err
	}
	if c != nil {
		s, err := install.Best(ctx, install.Listed(all), i.source, *c, i.rust)
		if err != nil {
			return nil, err
		}
		all = []*crate.Summary{s}
	}
	manifests := make([]*manifest.Manifest, len(all))
	for n, s := range all {
		if manifests[n], err = packages.Manifest(ctx, s); err != nil {
			return nil, err
		}
	}
	m := manifests[0]
	if c == nil {
		if m, err = install.Only(manifests, i.source); err != nil {
			return nil, err
		}
	}
	ws, err := i.run.LoadAt(m.Path)
	return &installation{ws: ws, pkg: m.Package}, err
}

func (i *installer) findPath(ctx context.Context, c *install.Crate) (*installation, error) {
	dir := i.source.Dir()
	if err := i.checkDir(dir); err != nil {
		return nil, err
	}
	ws, err := i.run.LoadAt(filepath.Join(dir, "Cargo.toml"))
	if err != nil {
		return nil, err
	}
	m, err := ws.CurrentPackage()
	if err != nil {
		return nil, err
	}
	if c == nil {
		_, err = install.Only([]*manifest.Manifest{m}, i.source)
	} else {
		_, err = install.Best(ctx, install.Listed{m.Package.Summary}, i.source, *c, i.rust)
	}
	return &installation{ws: ws, pkg: m.Package}, err
}

func (i *installer) checkDir(dir string) error {
	info, err := os.Stat(dir)
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	switch {
	case err != nil || !info.IsDir():
		//lint:ignore ST1005 the sentence is as stock has it
		return fmt.Errorf("`%s` is not a directory. --path must point to a directory containing a Cargo.toml file.", dir)
	case there("Cargo.toml"):
		return nil
	case i.here:
		return fmt.Errorf("`%s` is not a crate root; specify a crate to install from a registry, or use --path or --git to specify another source", dir)
	case there("cargo.toml"):
		//lint:ignore ST1005 the sentence is as stock has it
		return fmt.Errorf("`%s` does not contain a Cargo.toml file, but found cargo.toml please try to rename it to Cargo.toml. --path must point to a directory containing a Cargo.toml file.", dir)
	}
	//lint:ignore ST1005 the sentence is as stock has it
	return fmt.Errorf("`%s` does not contain a Cargo.toml file. --path must point to a directory containing a Cargo.toml file.", dir)
}

// check looks whether the package is one that can be installed, and notes what would be recorded.
func (i *installer) check(it *installation) error {
	for _, m := range append(it.ws.Members(), it.ws.Root) {
		if len(m.CargoFeatures) > 0 {
			return errHandOver
		}
	}
	id := it.pkg.ID()
	if i.run.LockKept != "" && !it.ws.HasLock() {
		i.UI.Warnf("no Cargo.lock file published in %s", id)
	}
	if i.here {
		const sentence = "using `cargo install` to install the binaries from the package in current working directory is %s, use `cargo install --path .` instead. note: use `cargo build` if you want to simply build the package."
		if it.pkg.Edition != manifest.Edition2015 {
			//lint:ignore ST1005 the sentence is as stock has it
			return fmt.Errorf(sentence, "no longer supported")
		}
		i.UI.Warnf(sentence, "deprecated")
	}
	filter := i.flags.targets.filter()
	if !filter.IsSpecific() && !slices.ContainsFunc(it.pkg.Targets, func(t manifest.Target) bool { return t.Kind == manifest.Bin }) {
		return install.NothingError(id)
	}
	f, err := i.flags.features.parse()
	if err != nil {
		return err
	}
	everything := filter
	everything.AllTargets = true
	it.names = install.Programs(it.pkg, everything, exe.Suffix)
	it.want = &installed.Package{
		ID: id, Target: &i.triple, Compiler: &i.said, Programs: install.Programs(it.pkg, filter, exe.Suffix),
		AllFeatures: f.All, NoDefault: f.NoDefault, Profile: i.profile,
	}
	if it.crate.Req != nil {
		text := it.crate.Req.String()
		it.want.Requirement = &text
	}
	for _, v := range f.Named {
		it.want.Features = append(it.want.Features, v.String())
	}
	slices.Sort(it.want.Features)
	return nil
}

// isThere tells whether the package is installed as it is wanted, and says so.
func (i *installer) isThere(ctx context.Context, it *installation) (bool, error) {
	packages, err := i.root.List(ctx)
	if err != nil {
		return false, err
	}
	present := install.Present{Packages: packages, Exists: i.root.Exists}
	fresh, _, err := present.Check(it.want, i.flags.force)
	if fresh {
		i.UI.Statusf("Ignored", "package `%s` is already installed, use --force to override", it.want.ID)
	}
	return fresh, err
}

// checkUntracked refuses to replace what is there: without a record nobody knows what it is.
func (i *installer) checkUntracked(it *installation) error {
	taken := install.Present{Exists: i.root.Exists}.Taken(it.want.Programs)
	if i.flags.force || len(taken) == 0 {
		return nil
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(taken)) {
		fmt.Fprintf(&text, "binary `%s` already exists in destination `%s`\n", name, filepath.Join(i.programsDir(), name))
	}
	return errors.New(text.String() + "Add --force to overwrite")
}

// isThereExactly tells whether the one version that may be installed is: then no registry is asked for news.
func (i *installer) isThereExactly(ctx context.Context, c *install.Crate) (bool, error) {
	if c == nil || i.source.IsGit() || i.source.IsPath() || !c.IsExact() {
		return false, nil
	}
	s := &session{
		App: i.App, tool: i.tool, asker: i.asker, cargo: i.session.cargo, config: i.session.config, began: i.session.began,
		verbose: i.session.verbose, quiet: i.session.quiet, locked: i.session.locked, offline: true,
	}
	s.mute.Store(true)
	run, err := s.work()
	if err != nil {
		return false, err
	}
	known := *i
	known.run = run
	summary, err := install.Best(ctx, run.Packages(nil), i.source, *c, i.rust)
	if err != nil {
		return false, nil // it is asked for with the network
	}
	it, err := known.unpacked(ctx, summary)
	if err != nil || !slices.ContainsFunc(it.pkg.Targets, func(t manifest.Target) bool { return install.IsProgram(&t) }) {
		return false, nil
	}
	it.crate = *c
	if known.run.LockKept = ""; known.check(it) != nil {
		return false, nil
	}
	if packages, err := i.root.List(ctx); err != nil || len(packages) == 0 {
		return false, nil
	}
	fresh, err := i.isThere(ctx, it)
	return fresh && err == nil, nil
}
