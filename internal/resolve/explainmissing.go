package resolve

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/semver"
)

// failed is the error for the dependency that the search could not satisfy in the end.
func (s *search) failed(t *try) error {
	var b text
	if len(t.found.candidates.sums) > 0 {
		s.explainConflicts(&b, t)
	} else {
		s.explainMissing(&b, t)
	}
	return &UnsolvableError{Text: b.String(), Parent: s.w.nodes[t.parent].id, Dep: t.found.Dependency}
}

// explainMissing is about a requirement that no version satisfies, whatever else is chosen.
func (s *search) explainMissing(b *text, t *try) {
	d := t.found.dep
	all, err := s.everyVersion(d)
	rejected := s.rejected(d)
	if len(all) == 0 && len(rejected) == 0 {
		b.line("no matching package named `%s` found", d.Name)
		b.line("location searched: %s", s.location(d))
		s.chain(b, "required by", t.parent)
		s.suggestName(b, d)
		if err != nil {
			b.line("note: a look at what there is failed: %v", err)
		}
		return
	}
	b.line("failed to select a version for the requirement `%s = \"%s\"`%s", d.Name, reqText(d), lockedText(d))
	b.line("location searched: %s", s.location(d))
	s.chain(b, "required by", t.parent)
	matching, others := split(all, d)
	if p := s.w.input.preciseFor(d.query()); p != nil {
		s.explainPrecise(b, t, p, all, matching)
		return
	}
	young := s.explainYoung(b, matching)
	switch yanked := slices.DeleteFunc(matching, func(v *crate.Summary) bool { return !v.Yanked }); len(yanked) {
	case 0:
	case 1:
		b.line("version %s matches, but it was yanked, and yanked versions are only kept where Cargo.lock has them already", yanked[0].ID.Version)
	default:
		b.line("%s match, but they were yanked, and yanked versions are only kept where Cargo.lock has them already", versionsText(yanked))
	}
	for _, r := range rejected {
		b.line("version %s matches, but it %s", r.Version, r.Why)
	}
	if len(others) > 0 {
		b.line("what is there: %s", versionsText(others))
	}
	if young {
		s.suggestOlder(b, others)
		return
	}
	s.suggestVersion(b, t, others)
}

// explainYoung names the versions that are newer than they may be, if there are any.
func (s *search) explainYoung(b *text, matching []*crate.Summary) (some bool) {
	for _, v := range matching {
		if y, is := s.w.input.Age.TooNew(v); is && !v.Yanked && s.w.input.Age.refuses(v) {
			b.line("version %s matches, but it is too new (%s)", v.ID.Version, y)
			some = true
		}
	}
	return some
}

// suggestOlder says what could be changed where versions are newer than they may be.
func (s *search) suggestOlder(b *text, others []*crate.Summary) {
	if i := slices.IndexFunc(others, func(v *crate.Summary) bool { return !s.w.input.Age.refuses(v) }); i >= 0 {
		b.line("help: %s is old enough: require it, or wait", others[i].ID.Version)
	}
	b.line("help: to take what is too new, run this once with CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=allow")
}

// explainPrecise: the user asks for another version than those that match.
func (s *search) explainPrecise(b *text, t *try, p *Precise, all, matching []*crate.Summary) {
	if !slices.ContainsFunc(all, func(v *crate.Summary) bool { return p.Is(v.ID.Version) }) {
		b.line("--precise asks for version %s in the place of %s, and there is no such version", p.To, p.From)
		b.line("what is there: %s", versionsText(all))
		return
	}
	b.line("--precise asks for version %s in the place of %s, which does not meet the requirement", p.To, p.From)
	b.line("what meets it: %s", versionsText(matching))
	if s.isRoot(t.parent) {
		b.line("help: change the requirement in your Cargo.toml")
	} else {
		b.line("help: another version of `%s` may have another requirement: choose that one first", s.w.nodes[t.parent].id.Name)
	}
}

func reqText(d *dep) string {
	if !d.HasReq {
		return "*"
	}
	return d.Req.String()
}

func lockedText(d *dep) string {
	if !d.locked {
		return ""
	}
	return fmt.Sprintf(" (locked to %s)", d.version)
}

// everyVersion are all versions of a dependency's package, the highest first.
func (s *search) everyVersion(d *dep) ([]*crate.Summary, error) {
	q := Query{Name: d.Name, Source: d.source, Any: true, AtHand: d.atHand}
	sums, err := s.w.input.Registry.Query(s.ctx, s.w.input.redirected(q))
	return slices.SortedFunc(slices.Values(sums), higher), err
}

func (s *search) location(d *dep) string {
	if l, ok := s.w.input.Registry.(Locator); ok {
		return l.Location(d.source)
	}
	return d.source.String()
}

func (s *search) rejected(d *dep) []Rejected {
	if e, ok := s.w.input.Registry.(Explainer); ok {
		list, err := e.Rejected(s.ctx, d.query())
		if err == nil {
			return list
		}
	}
	return nil
}

// split tells versions that a dependency matches from others; of those yanked ones are not worth naming.
func split(all []*crate.Summary, d *dep) (matching, others []*crate.Summary) {
	for _, v := range all {
		switch {
		case d.matches(v.ID.Version):
			matching = append(matching, v)
		case !v.Yanked:
			others = append(others, v)
		}
	}
	return matching, others
}

// versionsText is "the versions 1.2.0, 1.1.0 and 12 older ones".
func versionsText(sums []*crate.Summary) string {
	const most = 5
	if len(sums) == 1 {
		return "version " + sums[0].ID.Version.String() + " only"
	}
	var b strings.Builder
	b.WriteString("the versions ")
	for i, v := range sums {
		if i == most {
			fmt.Fprintf(&b, " and %d older", len(sums)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v.ID.Version.String())
	}
	return b.String()
}

// suggestVersion says what could be changed.
func (s *search) suggestVersion(b *text, t *try, others []*crate.Summary) {
	d := t.found.dep
	whose := "in your Cargo.toml"
	if !s.isRoot(t.parent) {
		whose = "which only another version of `" + s.w.nodes[t.parent].id.Name + "` can change"
	}
	switch pre := nearestPrerelease(others, d); {
	case d.Source.IsPath() && d.locked:
		b.line("help: the package changed since Cargo.lock was written: run `cargo update -p %s`", d.Name)
	case d.Source.IsPath() && len(others) > 0:
		b.line("help: require `%s`, %s, or change the version of the package in %s", others[0].ID.Version, whose, d.Source)
	case pre != nil:
		b.line("help: %s is a pre-release, which a requirement has to name: `%s = \"%s\"`, %s", pre.ID.Version, d.Name, requirable(pre), whose)
	case d.locked:
		b.line("help: Cargo.lock names a version that is not there: run `cargo update -p %s`", d.Name)
	default:
		if near := nearestVersion(others, d); near != nil {
			b.line("help: the nearest version is %s: require `%s = \"%s\"`, %s", near.ID.Version, d.Name, requirable(near), whose)
		}
	}
}

// requirable is a version as requirements name it: without build metadata.
func requirable(s *crate.Summary) semver.Version {
	v := s.ID.Version
	v.Build = ""
	return v
}

func (s *search) isRoot(p pkg) bool {
	return slices.ContainsFunc(s.w.input.Roots, func(r Root) bool { return r.Summary.ID.Same(s.w.nodes[p].id) })
}

// nearestPrerelease is a pre-release of a version that would match.
func nearestPrerelease(sums []*crate.Summary, d *dep) *crate.Summary {
	for _, s := range sums {
		v := s.ID.Version
		if !v.IsPrerelease() {
			continue
		}
		if v.Pre = ""; d.HasReq && d.Req.Matches(v) {
			return s
		}
	}
	return nil
}

// nearestVersion is the version whose first numbers are the nearest to those that a requirement begins with.
func nearestVersion(sums []*crate.Summary, d *dep) *crate.Summary {
	comparators := d.Req.Comparators()
	if len(comparators) == 0 || len(sums) == 0 {
		return nil
	}
	c := comparators[0]
	wanted := semver.Version{Major: c.Major, Minor: c.Minor, Patch: c.Patch}
	return slices.MinFunc(sums, func(a, b *crate.Summary) int {
		return compareDistance(distance(a.ID.Version, wanted), distance(b.ID.Version, wanted))
	})
}

// distance is how far two versions are apart in each number; a pre-release is a bit farther.
func distance(a, b semver.Version) [4]uint64 {
	return [4]uint64{apart(a.Major, b.Major), apart(a.Minor, b.Minor), apart(a.Patch, b.Patch), uint64(bit(a.Pre != ""))}
}

func apart(a, b uint64) uint64 { return max(a, b) - min(a, b) }

func compareDistance(a, b [4]uint64) int { return slices.Compare(a[:], b[:]) }

// suggestName names packages that may have been meant.
func (s *search) suggestName(b *text, d *dep) {
	if e, ok := s.w.input.Registry.(Explainer); ok {
		names, err := e.Similar(s.ctx, d.query())
		names = slices.DeleteFunc(names, func(n string) bool { return n == d.Name })
		if err == nil && len(names) > 0 {
			b.line("help: packages with similar names: %s", quotedList(names, 3))
		}
	}
}
