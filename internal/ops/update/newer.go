package update

import (
	"fmt"
	"slices"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// tooNewForRust says that the version that was taken needs a newer Rust.
func (r *reporter) tooNewForRust(c *Change) string {
	if c.ID.Source.IsPath() || c.rust.IsZero() {
		return ""
	}
	wants := r.summary(c).RustVersion
	if builds(c.rust, wants) {
		return ""
	}
	return fmt.Sprintf(" (requires Rust %s)", wants)
}

// summary is of the package that a change leaves in Cargo.lock.
func (r *reporter) summary(c *Change) *crate.Summary {
	return r.After.Packages[r.After.Find(c.ID)].Summary
}

// builds: a pre-release of Rust has all that the release has.
func builds(rust, wants semver.Partial) bool {
	return rust.IsZero() || resolve.Builds(rust.Version(), wants)
}

// newer says which version could be had instead: a compatible one first, and for what the workspace names itself also
// one that is not; first of those that the Rust in use can build.
func (r *reporter) newer(c *Change) (Line, error) {
	id := c.ID
	if !id.Source.IsRegistry() {
		return Line{}, nil
	}
	q := resolve.Query{Name: id.Name, Source: id.Source, Req: notOlder(c), AtHand: r.After.Settles(id.Source)}
	all, err := r.Registry.Query(r.ctx, q)
	if err != nil {
		return Line{}, err
	}
	all = append(r.After.Patches(id.Source, id.Name), r.asPrecise(id.Name, all)...)
	caret := semver.PartialOf(id.Version).CaretReq()
	compatible := func(s *crate.Summary) bool { return s.ID.Version != id.Version && caret.Matches(s.ID.Version) }
	later := func(s *crate.Summary) bool { return c.Direct && isLater(s.ID.Version, id.Version) }
	for _, buildable := range []bool{true, false} {
		for _, fits := range []func(*crate.Summary) bool{compatible, later} {
			best := highest(all, func(s *crate.Summary) bool {
				return r.isAvailable(s) && (!buildable || builds(c.rust, s.RustVersion)) && fits(s)
			})
			if best == nil {
				continue
			}
			ago := ""
			if young, is := r.Age.TooNew(best); is {
				ago = ", published " + young.Ago() + " ago"
			}
			if buildable {
				return Line{Note: fmt.Sprintf(" (available: v%s%s)", best.ID.Version, ago), Tone: Warn}, nil
			}
			needs := ""
			if !best.RustVersion.IsZero() {
				needs = fmt.Sprintf(", requires Rust %s", best.RustVersion)
			}
			return Line{Note: fmt.Sprintf(" (available: v%s%s%s)", best.ID.Version, needs, ago)}, nil
		}
	}
	return Line{}, nil
}

// notOlder is met by all versions that newer looks at, and by few others: an index may hold thousands, and each that is
// looked at has to be read.
func notOlder(c *Change) semver.Req {
	v := c.ID.Version
	op := semver.Caret
	if c.Direct {
		op = semver.GreaterEq
	}
	return semver.NewReq(semver.Comparator{Op: op, Parts: 3, Major: v.Major, Minor: v.Minor, Patch: v.Patch, Pre: v.Pre})
}

// isAvailable: stock also counts yanked versions that Cargo.lock had and that were to be kept.
func (r *reporter) isAvailable(s *crate.Summary) bool {
	return !s.Yanked || r.Before != nil && r.Before.Find(s.ID) >= 0 && (r.Keep == nil || r.Keep(s.ID))
}

// asPrecise: of a package that is asked for in one version stock sees no other, here too.
func (r *reporter) asPrecise(name string, all []*crate.Summary) []*crate.Summary {
	for _, p := range r.Precise {
		if p.Name == name {
			return slices.DeleteFunc(slices.Clone(all), func(s *crate.Summary) bool { return !p.Is(s.ID.Version) })
		}
	}
	return all
}

func highest(all []*crate.Summary, fits func(*crate.Summary) bool) *crate.Summary {
	var best *crate.Summary
	for _, s := range all {
		if fits(s) && (best == nil || best.ID.Version.Compare(s.ID.Version) <= 0) {
			best = s
		}
	}
	return best
}

// isLater: pre-releases count only for the same three numbers.
func isLater(v, than semver.Version) bool {
	return than.Compare(v) < 0 && (v.Pre == "" || v.Major == than.Major && v.Minor == than.Minor && v.Patch == than.Patch)
}
