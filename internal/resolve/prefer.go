package resolve

import (
	"cmp"
	"slices"

	"berth/internal/crate"
	"berth/internal/semver"
)

// preferences decide which version is tried first: one that is in Cargo.lock or comes by [patch], then one that fits
// the most of the workspace's Rust versions, then the highest.
type preferences struct {
	kept    map[crate.PackageKey]bool
	patched map[string][]*crate.Dependency // by name of the package
	rust    []semver.Version
}

func newPreferences(rust []semver.Partial) *preferences {
	p := &preferences{kept: map[crate.PackageKey]bool{}, patched: map[string][]*crate.Dependency{}}
	for _, r := range rust {
		v := r.Version()
		v.Pre, v.Build = "", "" // a nightly 1.90 has all that 1.90 has
		p.rust = append(p.rust, v)
	}
	return p
}

func (p *preferences) prefers(id crate.PackageID) bool {
	return len(p.kept) > 0 && p.kept[id.Key()] ||
		slices.ContainsFunc(p.patched[id.Name], func(d *crate.Dependency) bool { return d.MatchesID(id) })
}

// fits counts the Rust versions that can build a package.
func (p *preferences) fits(s *crate.Summary) int {
	if s.RustVersion.IsZero() {
		return len(p.rust)
	}
	n := 0
	for _, v := range p.rust {
		n += bit(Builds(v, s.RustVersion))
	}
	return n
}

// Builds tells whether Rust of a version can build a package that asks for a rust-version: it is that or newer, of the
// same major version. A pre-release counts as what it comes before.
func Builds(rust semver.Version, wants semver.Partial) bool {
	rust.Pre, rust.Build = "", ""
	return wants.IsZero() || wants.CaretReq().Matches(rust)
}

func (p *preferences) sort(sums []*crate.Summary) {
	if len(p.kept) == 0 && len(p.patched) == 0 && len(p.rust) == 0 {
		slices.SortFunc(sums, higher)
		return
	}
	type ranked struct {
		sum       *crate.Summary
		preferred bool
		fits      int
	}
	list := make([]ranked, len(sums))
	for i, s := range sums {
		list[i] = ranked{s, p.prefers(s.ID), p.fits(s)}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(bit(b.preferred)-bit(a.preferred), b.fits-a.fits, higher(a.sum, b.sum))
	})
	for i := range list {
		sums[i] = list[i].sum
	}
}

func higher(a, b *crate.Summary) int { return b.ID.Version.Compare(a.ID.Version) }
