package install

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// Source is where the versions of a package are looked up.
type Source interface {
	Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error)
}

// Best is the newest version that a crate's requirement allows. One that needs a newer Rust is refused, and not passed
// over; rust is zero where nobody cares.
func Best(ctx context.Context, from Source, id crate.SourceID, c Crate, rust semver.Partial) (*crate.Summary, error) {
	q := resolve.Query{Name: c.Name, Source: id, Any: c.Req == nil && !id.IsRegistry()} // a registry's pre-releases must be asked for
	if c.Req != nil {
		q.Req = *c.Req
	}
	found, err := from.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	best, yanked := newest(found, func(s *crate.Summary) bool { return s.ID.Name == c.Name && q.Matches(s.ID.Version) })
	switch {
	case best == nil && yanked:
		return nil, fmt.Errorf("cannot install package `%s`, it has been yanked from %s", c.Name, id)
	case best == nil:
		return nil, fmt.Errorf("could not find `%s` in %s with version `%s`", c.Name, id, q.Req)
	}
	if builds(best, rust) {
		return best, nil
	}
	text := fmt.Sprintf("cannot install package `%s %s`, it requires rustc %s or newer, while the currently active rustc version is %s", best.ID.Name, best.ID.Version, best.RustVersion, rust)
	if id.IsRegistry() {
		all, err := from.Query(ctx, resolve.Query{Name: c.Name, Source: id})
		if err != nil {
			return nil, err
		}
		other, _ := newest(all, func(s *crate.Summary) bool {
			return s.ID.Name == c.Name && !s.ID.Version.IsPrerelease() && builds(s, rust)
		})
		switch {
		case other != nil && other.RustVersion.IsZero():
			text += fmt.Sprintf("\n`%s %s` has an unspecified minimum rustc version", best.ID.Name, other.ID.Version)
		case other != nil:
			text += fmt.Sprintf("\n`%s %s` supports rustc %s", best.ID.Name, other.ID.Version, other.RustVersion)
		}
	}
	return nil, errors.New(text)
}

// Listed is a source whose packages are known.
type Listed []*crate.Summary

// Query gives all of them.
func (l Listed) Query(context.Context, resolve.Query) ([]*crate.Summary, error) { return l, nil }

func builds(s *crate.Summary, rust semver.Partial) bool {
	return rust.IsZero() || resolve.Builds(rust.Version(), s.RustVersion)
}

func newest(all []*crate.Summary, fits func(*crate.Summary) bool) (best *crate.Summary, yanked bool) {
	for _, s := range all {
		switch {
		case !fits(s):
		case s.Yanked:
			yanked = true
		case best == nil || s.ID.Version.Compare(best.ID.Version) > 0:
			best = s
		}
	}
	return best, yanked
}

// Only is the one package of a repository that has programs, or else examples.
func Only(all []*manifest.Manifest, id crate.SourceID) (*manifest.Manifest, error) {
	for _, kind := range []struct {
		kind manifest.TargetKind
		noun string
	}{{manifest.Bin, "binaries"}, {manifest.Example, "examples"}} {
		var having []*manifest.Manifest
		for _, m := range all {
			if slices.ContainsFunc(m.Package.Targets, func(t manifest.Target) bool { return t.Kind == kind.kind }) {
				having = append(having, m)
			}
		}
		switch {
		case len(having) == 1:
			return having[0], nil
		case len(having) > 1:
			return nil, severalError(having, kind.noun, id.URL())
		}
	}
	return nil, errors.New("no packages found with binaries or examples")
}

func severalError(having []*manifest.Manifest, noun, url string) error {
	var names []string
	for _, m := range having {
		names = append(names, m.Package.Name())
	}
	slices.Sort(names)
	//lint:ignore ST1005 the sentence is as stock has it
	return fmt.Errorf("multiple packages with %s found: %s. When installing a git repository, cargo will always search the entire repo for any Cargo.toml.\nPlease specify a package, e.g. `cargo install --git %s %s`.",
		noun, strings.Join(names, ", "), url, names[0])
}
