package ops

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
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

// Query finds the versions of a package; see resolve.Registry.
func (p *Packages) Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error) {
	var found []*crate.Summary
	var err error
	switch p.kind(q.Source) {
	case crate.Path:
		found, err = p.queryPath(q)
	case crate.Git:
		found, err = p.queryGit(ctx, q)
	default:
		return p.run.Registries.Query(ctx, q)
	}
	if err != nil && ctx.Err() == nil {
		err = &sourceError{"failed to load source for dependency `" + q.Name + "`", &sourceError{"unable to update " + q.Source.String(), err}}
	}
	return found, err
}

// sourceError says at which step towards a package it failed.
type sourceError struct {
	step string
	err  error
}

func (e *sourceError) Headline() string { return e.step }
func (e *sourceError) Error() string    { return e.step + ": " + e.err.Error() }
func (e *sourceError) Unwrap() error    { return e.err }

// kind is the kind of the source that answers: a directory of vendored packages may stand in for a repository.
func (p *Packages) kind(id crate.SourceID) crate.SourceKind {
	if real, err := p.run.Real(id); err == nil && id.IsGit() {
		return real.Kind()
	}
	return id.Kind()
}

// IsNear tells whether a source answers from this machine; see resolve.Near.
func (p *Packages) IsNear(id crate.SourceID) bool {
	real, err := p.run.Real(id)
	if err != nil {
		return false
	}
	switch real.Kind() {
	case crate.Path, crate.Directory, crate.LocalRegistry:
		return true
	case crate.Git:
		return false // there may be a checkout to make
	}
	return p.run.Offline
}

// Rejected and Similar are what registries have to say of a search that failed.
func (p *Packages) Rejected(ctx context.Context, q resolve.Query) ([]resolve.Rejected, error) {
	if e, ok := p.run.Registries.(resolve.Explainer); ok && q.Source.IsRegistry() {
		return e.Rejected(ctx, q)
	}
	return nil, nil
}

// Similar are names of packages in q's source that are much like q's.
func (p *Packages) Similar(ctx context.Context, q resolve.Query) ([]string, error) {
	var found []*manifest.Manifest
	switch p.kind(q.Source) {
	case crate.Path:
		m, err := p.ws.LoadDir(q.Source.Dir())
		if err != nil {
			return nil, err
		}
		found = []*manifest.Manifest{m}
	case crate.Git:
		c, err := p.checkout(ctx, q.Source)
		if err != nil {
			return nil, err
		}
		found = c.found
	default:
		if e, ok := p.run.Registries.(resolve.Explainer); ok {
			return e.Similar(ctx, q)
		}
	}
	var names []string
	for _, m := range found {
		names = append(names, m.Package.Name())
	}
	return names, nil
}

// Location is where packages of a source are looked for, in stock's words.
func (p *Packages) Location(id crate.SourceID) string {
	real, err := p.run.Real(id)
	if err != nil {
		return id.String()
	}
	where := real.IndexName()
	switch real.Kind() {
	case crate.Path:
		where = real.Dir()
	case crate.Git:
		where = "Git repository " + real.String()
	case crate.Directory:
		where = "directory source `" + real.Dir() + "`"
	}
	if !real.Same(id) && !(real.IsPublic() && id.IsPublic()) {
		where += " (which is replacing " + id.String() + ")"
	}
	return where
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

func (p *Packages) queryPath(q resolve.Query) ([]*crate.Summary, error) {
	m, err := p.ws.LoadDir(q.Source.Dir())
	if err != nil {
		return nil, err
	}
	if m.Package.Name() != q.Name || !q.Matches(m.Package.Version()) {
		return nil, nil
	}
	return []*crate.Summary{m.Package.Summary}, nil
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
