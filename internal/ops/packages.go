package ops

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/workspace"
)

// Packages finds packages in all sources, for the resolver and for who reads their manifests. Each directory, checkout
// and crate is looked at once. It may be used by many goroutines.
type Packages struct {
	run *Run
	ws  *workspace.Workspace

	mu        sync.Mutex
	checkouts map[crate.SourceID]*checkout
	overrides map[crate.PackageKey]*manifest.Manifest // by `paths` of the configuration
}

// Packages are those that a workspace can reach.
func (r *Run) Packages(ws *workspace.Workspace) *Packages {
	return &Packages{run: r, ws: ws, checkouts: map[crate.SourceID]*checkout{}}
}

// override has the manifests of packages found that do not lie in the directory that is their source.
func (p *Packages) override(by []*manifest.Manifest) {
	if len(by) == 0 {
		return
	}
	p.overrides = map[crate.PackageKey]*manifest.Manifest{}
	for _, m := range by {
		p.overrides[m.Package.ID().Key()] = m
	}
}

// kind is the kind of the source that answers: a directory of vendored packages may stand in for a repository.
func (p *Packages) kind(id crate.SourceID) crate.SourceKind {
	if real, err := p.run.Real(id); err == nil && id.IsGit() {
		return real.Kind()
	}
	return id.Kind()
}

// All are the packages of a git repository.
func (p *Packages) All(ctx context.Context, source crate.SourceID) ([]*crate.Summary, error) {
	c, err := p.checkout(ctx, source)
	if err != nil {
		return nil, err
	}
	all := make([]*crate.Summary, len(c.found))
	for i, m := range c.found {
		all[i] = m.Package.Summary
	}
	return all, nil
}

// noteUnpacked notes by what a registry knows that a package is whole. Vendored packages are held against checksums of all
// their files, which is more than can be noted.
func (p *Packages) noteUnpacked(source crate.SourceID, dir string) {
	if p.run.Looked == nil {
		return
	}
	if real, err := p.run.Real(source); err != nil || real.Kind() == crate.Directory {
		p.run.Looked.Refuse()
		return
	}
	p.run.Looked.Read(filepath.Join(dir, ".cargo-ok"))
}

// Manifest reads the manifest of a package, fetching and unpacking the package where need be.
func (p *Packages) Manifest(ctx context.Context, s *crate.Summary) (*manifest.Manifest, error) {
	id := s.ID
	if m := p.overrides[id.Key()]; m != nil {
		return m, nil
	}
	switch p.kind(id.Source) {
	case crate.Path:
		return p.ws.LoadDir(id.Source.Dir())
	case crate.Git:
		c, err := p.checkout(ctx, id.Source)
		if err != nil {
			return nil, err
		}
		for _, m := range c.found {
			if m.Package.Name() == id.Name && m.Package.Version() == id.Version {
				return m, nil
			}
		}
		return nil, fmt.Errorf("package `%s` is not in `%s`", id.Name, id.Source)
	}
	dir, err := p.run.Registries.Directory(ctx, s)
	if err != nil {
		return nil, err
	}
	p.noteUnpacked(id.Source, dir)
	return workspace.OpenForeign(dir, id.Source, p.run.Options()).At()
}

// Fetch has all of the packages on the disk.
func (p *Packages) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	var versioned []*crate.Summary
	for _, s := range wanted {
		if k := p.kind(s.ID.Source); k != crate.Path && k != crate.Git {
			versioned = append(versioned, s)
		}
	}
	if len(versioned) > 0 {
		if err := p.run.Registries.Fetch(ctx, versioned); err != nil {
			return err
		}
	}
	for _, s := range wanted {
		if p.kind(s.ID.Source) == crate.Git {
			if _, err := p.checkout(ctx, s.ID.Source); err != nil {
				return err
			}
		}
	}
	return nil
}
