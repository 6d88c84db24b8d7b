// Package update is what `cargo update` decides and says: which packages of a Cargo.lock may change, and how a new one
// differs from that before.
//
// What holds: the choice of packages and the lines are stock Cargo 1.95's; generate-lockfile and every command that
// changes a Cargo.lock on the way use the same lines. Nothing here resolves, reads or writes; the caller does.
package update

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// Options are what the user asks for.
type Options struct {
	Specs     []string // packages that may change; none for all of them
	Recursive bool     // and all that they depend on
	Precise   string   // the version, or for git the commit, that they are to have
	Workspace bool     // nothing but what the workspace's manifests ask for
}

// Plan is what may change: for resolve.Input.
type Plan struct {
	Keep    func(crate.PackageID) bool
	Precise []resolve.Precise
}

// NewPlan reads the wishes against a Cargo.lock. Packages of the workspace are never let go: they are as they are.
func NewPlan(prev *resolve.Graph, members []crate.PackageID, o Options) (Plan, error) {
	if o.Recursive && o.Precise != "" {
		return Plan{}, errors.New("cannot specify both recursive and precise simultaneously")
	}
	p := planner{prev: prev, members: members, free: map[crate.PackageKey]bool{}, sources: map[crate.SourceKey]bool{}}
	if len(o.Specs) == 0 && !o.Workspace {
		for i := range prev.Packages {
			p.release(prev.Packages[i].ID)
		}
		for _, id := range prev.Unused {
			p.release(id)
		}
	}
	for _, text := range o.Specs {
		if err := p.spec(text, o); err != nil {
			return Plan{}, err
		}
	}
	return Plan{Keep: p.keep, Precise: p.precise}, nil
}

type planner struct {
	prev    *resolve.Graph
	members []crate.PackageID
	free    map[crate.PackageKey]bool
	// sources whose packages all change together: a git repository has one commit.
	sources map[crate.SourceKey]bool
	precise []resolve.Precise
}

func (p *planner) keep(id crate.PackageID) bool {
	return !p.sources[id.Source.Key()] && !p.free[id.Key()]
}

func (p *planner) release(id crate.PackageID) {
	p.free[id.Key()] = true
	if !id.Source.IsRegistry() {
		p.sources[id.Source.Key()] = true
	}
}

// spec lets go of the package that a specification means.
func (p *planner) spec(text string, o Options) error {
	spec, err := crate.ParseSpec(text)
	if err != nil {
		return err
	}
	ids := make([]crate.PackageID, len(p.prev.Packages))
	for i := range p.prev.Packages {
		ids[i] = p.prev.Packages[i].ID
	}
	id, err := spec.Query(ids)
	if err != nil {
		return err
	}
	if o.Recursive {
		p.releaseBelow(p.prev.Find(id), map[int]bool{})
	} else {
		p.releaseUnlessMember(id)
	}
	if o.Precise != "" {
		precise, err := p.preciseOf(id, o.Precise)
		if err != nil {
			return err
		}
		p.precise = append(p.precise, precise)
	}
	if unused, err := spec.Query(p.prev.Unused); err == nil {
		p.releaseUnlessMember(unused)
	}
	return nil
}

func (p *planner) releaseBelow(i int, seen map[int]bool) {
	if seen[i] {
		return
	}
	seen[i] = true
	p.releaseUnlessMember(p.prev.Packages[i].ID)
	for _, e := range p.prev.Packages[i].Edges {
		p.releaseBelow(e.To, seen)
	}
}

// releaseUnlessMember goes by name and place: the version in Cargo.lock may not be that of the manifest any more.
func (p *planner) releaseUnlessMember(id crate.PackageID) {
	if !slices.ContainsFunc(p.members, func(m crate.PackageID) bool { return m.Name == id.Name && m.Source.Same(id.Source) }) {
		p.release(id)
	}
}

func (p *planner) preciseOf(id crate.PackageID, text string) (resolve.Precise, error) {
	if !id.Source.IsRegistry() {
		return resolve.Precise{Source: id.Source.WithPrecise(text)}, nil
	}
	v, err := semver.Parse(text)
	if err != nil {
		hint := ""
		if rest, ok := strings.CutPrefix(text, "v"); ok {
			hint = fmt.Sprintf("\nhelp: try changing the version to `%s`", rest)
		}
		return resolve.Precise{}, fmt.Errorf("invalid version format for precise version `%s`: %w%s", text, err, hint)
	}
	return resolve.Precise{Source: id.Source, Name: id.Name, From: id.Version, To: v}, nil
}
