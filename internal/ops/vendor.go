package ops

import (
	"context"
	"fmt"
	"slices"

	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/ops/vendor"
	"berth/internal/workspace"
)

// Vendor copies everything that workspaces depend on into a directory, and is what was copied.
func (r *Run) Vendor(ctx context.Context, all []*workspace.Workspace, o vendor.Options) ([]vendor.Package, error) {
	found := map[crate.PackageKey]vendor.Package{}
	for _, ws := range all {
		if err := r.gather(ctx, ws, found, &o.Sources); err != nil {
			return nil, err
		}
	}
	packages := make([]vendor.Package, 0, len(found))
	for _, p := range found {
		packages = append(packages, p)
	}
	slices.SortFunc(packages, func(a, b vendor.Package) int { return a.ID.Compare(b.ID) })
	o.Cwd, o.Voice = r.Cwd, r.Voice
	o.Lock = func(dir string) lockfs.Lock {
		return r.Home.Outside(lockfs.RankVendor, "vendor directory "+dir, "vendor", keyOf(dir))
	}
	return packages, vendor.Copy(ctx, o, packages)
}

// gather adds the packages of one workspace, fetched.
func (r *Run) gather(ctx context.Context, ws *workspace.Workspace, found map[crate.PackageKey]vendor.Package, sources *[]string) error {
	res, err := r.Resolve(ctx, ws, Wish{})
	if err != nil {
		return fmt.Errorf("%w\nnote: this is about the dependencies of %s", err, ws.Dir())
	}
	var wanted []*crate.Summary
	for _, p := range res.Graph.Packages {
		if real, err := r.Real(p.Summary.ID.Source); err != nil {
			return err
		} else if real.IsPath() {
			*sources = append(*sources, real.Dir())
		} else {
			wanted = append(wanted, p.Summary)
		}
	}
	if err := res.Packages.Fetch(ctx, wanted); err != nil {
		return err
	}
	for _, s := range wanted {
		p, err := r.vendored(ctx, res.Packages, s)
		if err != nil {
			return err
		}
		found[s.ID.Key()] = p
	}
	return nil
}

func (r *Run) vendored(ctx context.Context, packages *Packages, s *crate.Summary) (vendor.Package, error) {
	m, err := packages.Manifest(ctx, s)
	if err != nil {
		return vendor.Package{}, err
	}
	p := vendor.Package{Manifest: m, ID: s.ID, Checksum: s.Checksum}
	if real, err := r.Real(s.ID.Source); err != nil {
		return p, err
	} else if real.IsRegistry() {
		p.Unpack = func(ctx context.Context, dir string, keep func(string) bool) error {
			return r.Registries.Unpack(ctx, s, dir, keep)
		}
	}
	return p, nil
}
