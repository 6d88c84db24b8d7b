// Package pack is `cargo package --list`: which files a package's archive has, and whether they are what was committed.
//
// What holds: the list is stock's, to the byte, and so are its refusals. Nothing is written.
//
// Where it ends: making the archive is the toolchain's Cargo's matter. Without a git command a package in a repository is
// a worktree.ErrNoGit.
package pack

import (
	"context"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	sources "berth/internal/source/path"
	"berth/internal/workspace"
)

// Voice is how this package speaks.
type Voice interface {
	Warn(text string)
	Note(text string)
}

// Options are the flags.
type Options struct {
	Selection       workspace.Selection
	Features        workspace.Features
	AllowDirty      bool
	ExcludeLockfile bool
	NoMetadata      bool // nothing is said of what the public registry wants
	OtherRegistry   bool // it is not for the public registry
	Cwd             string
	Environ         []string
	Voice           Voice
	Verbose         bool
}

// Listing is the files of one package's archive, in order.
type Listing struct {
	Package *manifest.Manifest
	Files   []File
}

// File is a file of an archive.
type File struct {
	Rel  string // in the archive, with slashes
	Path string // that it is a copy of, or made from; empty where there is none
	Made bool
}

// The names that are made.
const (
	originalName = "Cargo.toml.orig"
	vcsName      = ".cargo_vcs_info.json"
)

// List lists the packages that are chosen, each after those of them that it depends on.
func List(ctx context.Context, ws *workspace.Workspace, o Options, emit func(Listing) error) error {
	members, err := choose(ws, o)
	if err != nil {
		return err
	}
	for _, m := range inOrder(members) {
		listing, err := list(ctx, ws, m, o)
		if err != nil {
			return err
		}
		if err := emit(listing); err != nil {
			return err
		}
	}
	return nil
}

func choose(ws *workspace.Workspace, o Options) ([]*manifest.Manifest, error) {
	specs, warnings, err := ws.Specs(o.Selection)
	for _, w := range warnings {
		o.Voice.Warn(w)
	}
	if err != nil {
		return nil, err
	}
	if len(o.Selection.Names) > 0 {
		var ids []crate.PackageID
		for _, m := range ws.Members() {
			ids = append(ids, m.Package.ID())
		}
		for _, spec := range specs {
			if _, err := spec.Query(ids); err != nil {
				return nil, err
			}
		}
	}
	chosen, err := ws.WithFeatures(specs, o.Features)
	if err != nil {
		return nil, err
	}
	var members []*manifest.Manifest
	for _, c := range chosen {
		id := c.Member.Package.ID()
		if slices.ContainsFunc(specs, func(s crate.Spec) bool { return s.Matches(id) }) {
			members = append(members, c.Member)
		}
	}
	return members, nil
}

// inOrder puts what a package depends on before it, else by name.
func inOrder(members []*manifest.Manifest) []*manifest.Manifest {
	byID := func(a, b *manifest.Manifest) int { return a.Package.ID().Compare(b.Package.ID()) }
	members = slices.SortedFunc(slices.Values(members), byID)
	seen := map[*manifest.Manifest]bool{}
	var order []*manifest.Manifest
	var visit func(m *manifest.Manifest)
	visit = func(m *manifest.Manifest) {
		if seen[m] {
			return
		}
		seen[m] = true
		for _, other := range members {
			if other != m && dependsOn(m, other) {
				visit(other)
			}
		}
		order = append(order, m)
	}
	for _, m := range members {
		visit(m)
	}
	return order
}

func dependsOn(m, other *manifest.Manifest) bool {
	return slices.ContainsFunc(m.Package.Summary.Deps, func(d *crate.Dependency) bool {
		return d.Source.IsPath() && d.Source.Same(other.Package.ID().Source) && (d.Kind != crate.Dev || d.HasReq)
	})
}

func list(ctx context.Context, ws *workspace.Workspace, m *manifest.Manifest, o Options) (Listing, error) {
	pkg := m.Package
	if !o.NoMetadata && !o.OtherRegistry {
		sayMissing(pkg, o.Voice)
	}
	if len(pkg.Include) > 0 && len(pkg.Exclude) > 0 {
		o.Voice.Warn("both package.include and package.exclude are specified; the exclude list will be ignored")
	}
	entries, err := sources.List(sources.Package{Dir: pkg.Dir, Include: pkg.Include, Exclude: pkg.Exclude}, sources.Options{Environ: o.Environ, Warn: o.Voice.Warn})
	if err != nil {
		return Listing{}, err
	}
	inGit, err := checkState(ctx, ws, m, entries, o)
	if err != nil {
		return Listing{}, err
	}
	a := &archive{m: m, voice: o.Voice, names: map[string]int{}}
	if err := a.sources(entries); err != nil {
		return Listing{}, err
	}
	a.manifest()
	if !o.ExcludeLockfile {
		a.put(File{"Cargo.lock", existing(ws.LockPath()), true})
	}
	if inGit {
		a.put(File{vcsName, "", true})
	}
	if err := a.named(); err != nil {
		return Listing{}, err
	}
	if err := checkBuildScripts(m); err != nil {
		return Listing{}, err
	}
	slices.SortFunc(a.files, func(x, y File) int {
		return slices.Compare(strings.Split(x.Rel, "/"), strings.Split(y.Rel, "/"))
	})
	return Listing{m, a.files}, nil
}

// sayMissing warns of what people look for on the public registry.
func sayMissing(pkg *manifest.Package, voice Voice) {
	has := func(texts ...*string) bool {
		return slices.ContainsFunc(texts, func(t *string) bool { return t != nil && *t != "" })
	}
	var missing []string
	if !has(pkg.Description) {
		missing = append(missing, "description")
	}
	if !has(pkg.License, pkg.LicenseFile) {
		missing = append(missing, "license", "license-file")
	}
	if !has(pkg.Documentation, pkg.Homepage, pkg.Repository) {
		missing = append(missing, "documentation", "homepage", "repository")
	}
	if len(missing) == 0 {
		return
	}
	last := len(missing) - 1
	things := missing[last]
	if last > 0 {
		things = strings.Join(missing[:last], ", ") + " or " + things
	}
	voice.Warn("manifest has no " + things)
	voice.Note("the registry shows these to who looks for a package; they belong into [package]")
}
