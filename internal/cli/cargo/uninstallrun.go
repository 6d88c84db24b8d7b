package cargo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/exe"
	"berth/internal/installed"
)

// runUninstall removes programs that were installed.
func (c *cli) runUninstall(ctx context.Context, o *uninstallFlags) error {
	if o.named.listed() {
		//lint:ignore ST1005 the sentence is as stock has it
		return errors.New("\"--package <SPEC>\" requires a SPEC format value.\nRun `cargo help pkgid` for more information about SPEC format.")
	}
	specs := o.specs
	if len(specs) == 0 {
		specs = o.named.values
	}
	if len(specs) > 1 && len(o.bins) > 0 {
		//lint:ignore ST1005 the sentence is as stock has it
		return errors.New("A binary can only be associated with a single installed package, specifying multiple specs with --bin is redundant.")
	}
	dir, err := c.namedRoot(o.root)
	if err != nil {
		return err
	}
	_, root, err := c.rootAt(dir)
	if err != nil {
		return err
	}
	u := &uninstaller{c, root, strings.TrimSuffix(dir, string(filepath.Separator)) + filepath.FromSlash("/bin/"), o.bins}
	switch len(specs) {
	case 0:
		return u.one(ctx, u.here)
	case 1:
		return u.one(ctx, named(specs[0]))
	}
	var succeeded, failed []string
	for _, spec := range specs {
		err := u.one(ctx, named(spec))
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			c.UI.Report(err)
			failed = append(failed, spec)
		} else {
			succeeded = append(succeeded, spec)
		}
	}
	c.summary("uninstall", succeeded, failed)
	if len(failed) > 0 {
		return errors.New("some packages failed to uninstall")
	}
	return nil
}

type uninstaller struct {
	*cli
	root installed.Root
	dir  string // of the programs, as the user has named it
	bins []string
}

// named finds an installed package by a specification.
func named(text string) func([]crate.PackageID) (crate.PackageID, error) {
	return func(ids []crate.PackageID) (crate.PackageID, error) {
		spec, err := crate.ParseSpec(text)
		if err != nil {
			return crate.PackageID{}, err
		}
		return spec.Query(ids)
	}
}

// here is the package of the working directory.
func (u *uninstaller) here([]crate.PackageID) (crate.PackageID, error) {
	run, err := u.session.work()
	if err != nil {
		return crate.PackageID{}, err
	}
	ws, err := run.LoadAt(filepath.Join(run.Cwd, "Cargo.toml"))
	if err != nil {
		return crate.PackageID{}, err
	}
	m, err := ws.CurrentPackage()
	if err != nil {
		return crate.PackageID{}, err
	}
	return m.Package.ID(), nil
}

// one uninstalls a package, or some of its programs.
func (u *uninstaller) one(ctx context.Context, find func([]crate.PackageID) (crate.PackageID, error)) error {
	_, list, err := u.root.Change(ctx)
	if err != nil {
		return err
	}
	defer list.Close()
	var ids []crate.PackageID
	for _, p := range list.Packages() {
		ids = append(ids, p.ID)
	}
	id, err := find(ids)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(ids, id.Same)
	if at < 0 {
		return fmt.Errorf("package `%s` is not installed", id)
	}
	p := list.Packages()[at]
	for _, name := range p.Programs {
		if !list.Exists(name) {
			return fmt.Errorf("corrupt metadata, `%s` does not exist when it should", u.dir+name)
		}
	}
	remove, err := u.chosen(p)
	if err != nil {
		return err
	}
	for _, name := range remove {
		u.UI.Statusf("Removing", "%s", u.dir+name)
		if err := list.Remove(p, []string{name}); err != nil {
			return err
		}
	}
	return nil
}

// chosen are the programs that the flags name, all without them.
func (u *uninstaller) chosen(p *installed.Package) ([]string, error) {
	if len(u.bins) == 0 {
		return slices.Clone(p.Programs), nil
	}
	var chosen []string
	for _, name := range u.bins {
		if filepath.Ext(name) != exe.Suffix || exe.Suffix == "" {
			name += exe.Suffix
		}
		if !slices.Contains(p.Programs, name) {
			return nil, fmt.Errorf("binary `%s` not installed as part of `%s`", name, p.ID)
		}
		chosen = append(chosen, name)
	}
	slices.Sort(chosen)
	return slices.Compact(chosen), nil
}
