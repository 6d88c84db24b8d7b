package cargo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/installed"
	"berth/internal/lockfs"
	"berth/internal/ops"
	"berth/internal/ops/install"
	"berth/internal/semver"
)

// installer carries out `install`.
type installer struct {
	*cli
	flags  *installFlags
	run    *ops.Run
	source crate.SourceID
	place  string // the directory that programs are installed below
	root   installed.Root
	here   bool // neither a package nor a place was named

	profile string
	triple  string
	rust    semver.Partial // zero where nobody cares
	said    string         // by rustc -vV
}

func (c *cli) runInstall(ctx context.Context, o *installFlags) error {
	t := &o.targets
	if o.dryRun || o.asksForMore() || t.bin.listed() || t.example.listed() || o.target.listed() {
		return errHandOver
	}
	i := &installer{cli: c, flags: o}
	if err := i.moveIn(); err != nil {
		return err
	}
	crates, err := install.Crates(o.crates, o.version)
	if err != nil {
		return err
	}
	if i.run, err = c.session.work(); err != nil {
		return err
	}
	if i.source, err = i.sourceOf(len(crates)); err != nil {
		return err
	}
	if i.place, i.root, err = c.installRoot(o.root); err != nil {
		return err
	}
	if o.list {
		return c.listInstalled(ctx, i.root)
	}
	if err := i.learn(ctx); err != nil {
		return err
	}
	some, err := i.all(ctx, crates)
	if some {
		i.warnOfPath()
	}
	return err
}

// moveIn takes the configuration of the place that the package comes from: what the working directory says is about
// another project.
func (i *installer) moveIn() error {
	from, s := i.Env.CargoHome, i.session
	if path := i.flags.place.path; path != "" {
		var err error
		if from, err = s.at(path); err != nil {
			return err
		}
	}
	cfg, err := i.loadFrom(filepath.Clean(from), s.args)
	if err != nil {
		return err
	}
	s.config, s.broken = cfg, nil
	if s.asksForUnstable() {
		return errHandOver
	}
	return nil
}

// sourceOf is where the crates come from.
func (i *installer) sourceOf(crates int) (crate.SourceID, error) {
	o := i.flags
	switch p := o.place; {
	case p.git != "":
		ref := crate.GitRef{Kind: crate.DefaultBranch}
		switch {
		case p.branch != "":
			ref = crate.GitRef{Kind: crate.Branch, Name: p.branch}
		case p.tag != "":
			ref = crate.GitRef{Kind: crate.Tag, Name: p.tag}
		case p.rev != "":
			ref = crate.GitRef{Kind: crate.Rev, Name: p.rev}
		}
		url, err := crate.ParseURL(p.git)
		if err != nil {
			return crate.SourceID{}, err
		}
		return crate.GitSource(url, ref)
	case p.path != "":
		dir, err := i.session.at(p.path)
		return crate.PathSource(filepath.Clean(dir)), err
	case crates == 0:
		i.here = true
		return crate.PathSource(i.run.Cwd), nil
	case o.registry.index != "":
		return crate.RegistrySource(o.registry.index, "")
	}
	name, err := i.session.registryName(o.registry.name)
	if err != nil {
		return crate.SourceID{}, err
	}
	if name != "" {
		return i.run.Registry(name)
	}
	return crate.PublicSource(), nil
}

// learn finds out what is recorded with everything that is installed.
func (i *installer) learn(ctx context.Context) error {
	o := i.flags
	if i.profile = "release"; o.debug {
		i.profile = i.run.Config.Release().Debugging()
	}
	var err error
	if i.profile, err = o.profileName(i.profile); err != nil {
		return err
	}
	compiler, err := i.session.compiler(ctx)
	if err != nil {
		return err
	}
	i.said, i.triple = compiler.Verbose, compiler.Host
	if r := compiler.Release; !o.ignoreRustVersion {
		i.rust = semver.Partial{Parts: 3, Major: r.Major, Minor: r.Minor, Patch: r.Patch}
	}
	kinds, err := i.requestedTargets(ctx, i.run.Config, &o.compileFlags, compiler)
	switch {
	case err != nil:
		return err
	case len(kinds) > 1:
		return errOneTarget
	case len(kinds) == 1:
		i.triple = string(kinds[0])
	}
	return nil
}

// all installs crate after crate. Of several the good ones are installed whatever becomes of the others.
func (i *installer) all(ctx context.Context, crates []install.Crate) (some bool, err error) {
	if len(crates) <= 1 {
		var only *install.Crate
		if len(crates) == 1 {
			only = &crates[0]
		}
		it, err := i.prepare(ctx, only)
		if err != nil || it == nil {
			return err == nil, err
		}
		return i.installOne(ctx, it)
	}
	var succeeded, failed []string
	note := func(name string, good bool, err error) {
		switch {
		case err != nil:
			i.UI.Report(err)
			failed = append(failed, name)
		case good:
			succeeded = append(succeeded, name)
		}
	}
	var ready []*installation
	for n := range crates {
		it, err := i.prepare(ctx, &crates[n])
		if errors.Is(err, errHandOver) || ctx.Err() != nil {
			return false, err
		}
		if err != nil || it == nil {
			note(crates[n].Name, true, err)
			continue
		}
		ready = append(ready, it)
	}
	for _, it := range ready {
		good, err := i.installOne(ctx, it)
		if ctx.Err() != nil {
			return false, err
		}
		note(it.crate.Name, good, err)
	}
	i.summary("install", succeeded, failed)
	if len(failed) > 0 {
		err = errors.New("some crates failed to install")
	}
	return len(succeeded) > 0, err
}

// summary is the last line about several.
func (c *cli) summary(verb string, succeeded, failed []string) {
	var parts []string
	if len(succeeded) > 0 {
		parts = append(parts, fmt.Sprintf("Successfully %sed %s!", verb, strings.Join(succeeded, ", ")))
	}
	if len(failed) > 0 {
		parts = append(parts, fmt.Sprintf("Failed to %s %s (see error(s) above).", verb, strings.Join(failed, ", ")))
	}
	if len(parts) > 0 {
		c.UI.Statusf("Summary", "%s", strings.Join(parts, " "))
	}
}

// installRoot is the directory that programs are installed below.
func (c *cli) installRoot(flag string) (string, installed.Root, error) {
	dir, err := c.namedRoot(flag)
	if err != nil {
		return "", installed.Root{}, err
	}
	return c.rootAt(dir)
}

func (c *cli) rootAt(dir string) (string, installed.Root, error) {
	dir, err := c.session.at(dir)
	dir = filepath.Clean(dir)
	return dir, installed.At(lockfs.At(dir)), err
}

// namedRoot is that directory as the user has named it.
func (c *cli) namedRoot(flag string) (string, error) {
	dir := flag
	if dir == "" {
		dir, _ = c.Lookup("CARGO_INSTALL_ROOT")
	}
	if dir == "" {
		cfg, err := c.session.configuration()
		if err != nil {
			return "", err
		}
		configured, err := cfg.String("install.root")
		if err != nil {
			return "", err
		}
		if dir = configured.Val; dir != "" && filepath.Base(dir) != dir {
			dir = cfg.Path(configured)
		} else if dir != "" && configured.Origin.Layer == config.File {
			c.UI.Warnf("the `install.root` value `%s` defined in %s without a trailing slash is deprecated\nnote: a later Cargo takes it as relative to the configuration's directory, as it does with `%s/`", dir, configured.Origin, dir)
		}
	}
	if dir == "" {
		dir = c.Env.CargoHome
	}
	return dir, nil
}

func (i *installer) programsDir() string { return filepath.Join(i.place, "bin") }

func (i *installer) warnOfPath() {
	path, _ := i.Lookup("PATH")
	if !slices.Contains(filepath.SplitList(path), i.programsDir()) {
		i.UI.Warnf("be sure to add `%s` to your PATH to be able to run the installed binaries", i.programsDir())
	}
}

// listInstalled prints what is installed.
func (c *cli) listInstalled(ctx context.Context, root installed.Root) error {
	packages, err := root.List(ctx)
	for _, p := range packages {
		c.UI.Printf("%s:\n", p.ID)
		for _, name := range p.Programs {
			c.UI.Printf("    %s\n", name)
		}
	}
	return err
}
