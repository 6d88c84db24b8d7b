package ops

import (
	"context"
	"slices"

	"berth/internal/crate"
	"berth/internal/semver"
	"berth/internal/workspace"
)

// LostFeatures are what a package has by the rules of resolver 1 and has not by those of 2.
type LostFeatures struct {
	Package  crate.PackageID
	Host     bool // as something that runs while building
	Features []string
}

// ResolverChange is what the rules of resolver 2 would change of a workspace.
type ResolverChange struct {
	Always   []LostFeatures
	WithDev  []LostFeatures    // only where tests or examples are built
	Packages []crate.PackageID // all that are in use
}

// ResolverChange works out what a workspace that resolves by version 1 would be built without by version 2.
func (r *Run) ResolverChange(ctx context.Context, ws *workspace.Workspace, q PlanRequest) (*ResolverChange, error) {
	specs, _, err := ws.Specs(q.Selection)
	if err != nil {
		return nil, err
	}
	b := &planBuilder{run: r, ws: ws, request: &q, dev: true, active: map[platformUse]bool{}}
	if err := b.resolve(ctx, specs); err != nil {
		return nil, err
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	c := &ResolverChange{}
	for i := range b.graph.Packages {
		c.Packages = append(c.Packages, b.graph.Packages[i].ID)
	}
	b.dev = false
	c.Always = b.lost()
	b.dev = true
	c.WithDev = slices.DeleteFunc(b.lost(), func(l LostFeatures) bool {
		return slices.ContainsFunc(c.Always, func(a LostFeatures) bool {
			return a.Package.Same(l.Package) && a.Host == l.Host && slices.Equal(a.Features, l.Features)
		})
	})
	return c, nil
}

// lost compares the features by the two resolvers, by package.
func (b *planBuilder) lost() []LostFeatures {
	before, after := b.featuresBy(1), b.featuresBy(2)
	var lost []LostFeatures
	for _, use := range after.Uses() {
		had, _ := before.Of(use)
		has, _ := after.Of(use)
		gone := slices.DeleteFunc(had, func(name string) bool { return slices.Contains(has, name) })
		if len(gone) > 0 {
			lost = append(lost, LostFeatures{b.graph.Packages[use.Package].ID, use.Host, gone})
		}
	}
	slices.SortStableFunc(lost, func(x, y LostFeatures) int { return x.Package.Compare(y.Package) })
	return lost
}

// BreaksDiesel tells of two packages which are known to need each other's features, and say so only in newer versions.
func (c *ResolverChange) BreaksDiesel() bool {
	has := func(name string, before semver.Version) bool {
		return slices.ContainsFunc(c.Packages, func(id crate.PackageID) bool { return id.Name == name && id.Version.Compare(before) < 0 })
	}
	return has("diesel", semver.Version{Major: 1, Minor: 4, Patch: 8}) && has("diesel_migrations", semver.Version{Major: 2})
}
