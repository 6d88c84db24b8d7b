package edit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/order"
	"berth/internal/semver"
)

// latest is the newest version, a pre-release only if there is nothing else, that the package's Rust can compile.
func (ed *Editor) latest(ctx context.Context, d *dependency, o *Add) (*dependency, error) {
	found, err := ed.query(ctx, d)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(slices.Clone(found), func(s *crate.Summary) bool { return s.Yanked })
	if len(found) == 0 {
		return nil, fmt.Errorf("the crate `%s` could not be found in registry index", d)
	}
	if found, err = ed.oldEnough(d, found); err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b *crate.Summary) int {
		return cmp.Or(order.Bools(!a.ID.Version.IsPrerelease(), !b.ID.Version.IsPrerelease()), a.ID.Version.Compare(b.ID.Version))
	})
	newest := found[len(found)-1]
	if !o.IgnoreRustVersion {
		if newest, err = ed.compatible(ctx, d, found, o.Member); err != nil {
			return nil, err
		}
	}
	latest := ofSummary(newest)
	latest.registry = d.registry
	return latest, nil
}

// oldEnough are the versions that are not newer than they may be.
func (ed *Editor) oldEnough(d *dependency, found []*crate.Summary) ([]*crate.Summary, error) {
	if ed.Age == nil || ed.Age.Allowed {
		return found, nil
	}
	slices.SortFunc(found, func(a, b *crate.Summary) int { return a.ID.Version.Compare(b.ID.Version) })
	var old []*crate.Summary
	var young strings.Builder
	for _, s := range found {
		if y, is := ed.Age.TooNew(s); is {
			fmt.Fprintf(&young, "\n  version %s is too new (%s)", s.ID.Version, y)
		} else {
			old = append(old, s)
		}
	}
	if len(old) == 0 {
		return nil, fmt.Errorf("all versions of crate `%s` are too new per `min-publish-age`%s\nhelp: wait, or add it all the same with CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=allow", d, &young)
	}
	return old, nil
}

// compatible is the newest of the versions that needs no newer Rust than the package states, or than is there.
func (ed *Editor) compatible(ctx context.Context, d *dependency, found []*crate.Summary, m *manifest.Manifest) (*crate.Summary, error) {
	rust := m.Package.Summary.RustVersion
	stated := !rust.IsZero()
	if !stated {
		version, err := ed.Rustc(ctx)
		if err != nil {
			return nil, err
		}
		version.Pre, version.Build = "", ""
		rust = semver.PartialOf(version)
	}
	newest := found[len(found)-1]
	for _, s := range slices.Backward(found) {
		if needs := s.RustVersion; !needs.IsZero() && !needs.CaretReq().Matches(semver.Version{Major: rust.Major, Minor: rust.Minor, Patch: rust.Patch}) {
			continue
		}
		if s != newest {
			why := fmt.Sprintf("as it is incompatible with rustc %s", rust)
			if stated {
				why = fmt.Sprintf("to maintain %s's rust-version of %s", m.Package.Name(), rust)
			}
			ed.Voice.Warn(fmt.Sprintf("ignoring %s@%s (which requires rustc %s) %s", d, newest.ID.Version, newest.RustVersion, why))
		}
		return s, nil
	}
	cannot := fmt.Sprintf("no version of crate `%s` is compatible with rustc %s", d.name, rust)
	if stated {
		cannot = fmt.Sprintf("no version of crate `%s` can maintain %s's rust-version of %s", d.name, m.Package.Name(), rust)
	}
	return nil, fmt.Errorf("%s\nhelp: pass `--ignore-rust-version` to select %s@%s which requires rustc %s", cannot, d.name, newest.ID.Version, newest.RustVersion)
}

// learn asks for the features of the dependency: of the oldest version that its requirement allows, so that those which
// are shown are there whatever is chosen.
func (ed *Editor) learn(ctx context.Context, d *dependency) (*candidate, error) {
	asked := d
	if d.origin == fromWorkspace {
		w, err := ed.workspaceDependency(d.key())
		if err != nil {
			return nil, err
		}
		if w == nil {
			return nil, fmt.Errorf("could not find %s in `workspace.dependencies`", d.key())
		}
		if asked = w; w.features != nil {
			d.inherited = *w.features
		}
	}
	found, err := ed.query(ctx, asked)
	if err != nil {
		return nil, err
	}
	var oldest *crate.Summary
	for _, s := range found {
		if !s.Yanked && (oldest == nil || isOlder(s, oldest)) {
			oldest = s
		}
	}
	if oldest == nil {
		return nil, fmt.Errorf("the crate `%s` could not be found in registry index", d)
	}
	return &candidate{d, oldest}, nil
}

// isOlder: pre-releases count as newer than all else.
func isOlder(a, b *crate.Summary) bool {
	return cmp.Or(order.Bools(a.ID.Version.IsPrerelease(), b.ID.Version.IsPrerelease()), a.ID.Version.Compare(b.ID.Version)) < 0
}
