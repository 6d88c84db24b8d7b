package ops

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
)

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
		found, err = p.run.Registries.Query(ctx, q)
		if !p.run.Config.Release().AnswersApart() {
			return found, err
		}
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

func (e *sourceError) Error() string { return e.step + ": " + e.err.Error() }

func (e *sourceError) Unwrap() error { return e.err }

func (p *Packages) queryPath(q resolve.Query) ([]*crate.Summary, error) {
	if p.lacksManifest(q.Source) {
		return nil, nil
	}
	m, err := p.ws.LoadDir(q.Source.Dir())
	if err != nil {
		return nil, err
	}
	if m.Package.Name() != q.Name || !q.Matches(m.Package.Version()) {
		return nil, nil
	}
	return []*crate.Summary{m.Package.Summary}, nil
}

// lacksManifest tells whether there is no manifest at a path, and that is no error of its own.
func (p *Packages) lacksManifest(id crate.SourceID) bool {
	if !p.run.Config.Release().NoManifestNoPackage() {
		return false
	}
	_, err := os.Stat(filepath.Join(id.Dir(), "Cargo.toml"))
	return errors.Is(err, fs.ErrNotExist)
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

// InRounds tells whether stock asks a source for one package after the other; see resolve.Rounds.
func (p *Packages) InRounds(id crate.SourceID) bool {
	real, err := p.run.Real(id)
	return err == nil && real.Kind() == crate.SparseRegistry && !p.run.Offline
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
		if p.lacksManifest(q.Source) {
			return nil, nil
		}
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
