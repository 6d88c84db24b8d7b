package resolve

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/nearest"
)

// explainConflicts is about a requirement that versions satisfy, each of which something stands in the way of.
func (s *search) explainConflicts(b *text, t *try) {
	d := t.found.dep
	b.line("failed to select a version for `%s`", d.Name)
	s.chain(b, "required by", t.parent)
	b.line("the requirement `%s`%s is met by %s", reqText(d), lockedText(d), strings.TrimPrefix(versionsText(t.found.candidates.sums), "the "))
	for _, c := range slices.Backward(t.blocked) {
		b.line("")
		switch c.reason {
		case sameSlot:
			s.explainSlot(b, t, c)
		case sameLink:
			s.explainLink(b, t, c)
		default:
			s.explainFeature(b, t, c)
		}
	}
}

// explainSlot: a compatible version is chosen that does not meet the requirement.
func (s *search) explainSlot(b *text, t *try, c conflict) {
	d, other := t.found.dep, s.w.nodes[c.p]
	if other.id.Name != d.Name {
		// A dependency of the candidates cannot be had beside it.
		b.line("none of them can be chosen together with `%s`, which is", other.id)
		s.chainBelow(b, c.p)
		return
	}
	b.line("but `%s` is chosen already, and of compatible versions there can only be one; it is", other.id)
	s.chainBelow(b, c.p)
	for _, e := range s.parentsInOrder(c.p) {
		if e.dep.Name == d.Name {
			s.suggestCommon(b, t, e)
			return
		}
	}
}

// chainBelow goes on after "it is".
func (s *search) chainBelow(b *text, p pkg) {
	way := s.wayUp(p)
	if len(way) == 0 {
		b.line("    a package of the workspace")
		return
	}
	for i, e := range way {
		how := "    required by"
		if i > 0 {
			how = "    ... which satisfies"
		}
		b.line("%s %s of package `%s`", how, dependencyText(e.dep), s.w.nodes[e.parent].id)
	}
}

// suggestCommon says whether two requirements have a version in common, and which of the two the user can change.
func (s *search) suggestCommon(b *text, t *try, e edge) {
	d := t.found.dep
	all, err := s.everyVersion(d)
	if err != nil || !d.HasReq || !e.dep.HasReq {
		return
	}
	for _, v := range all {
		if d.MatchesVersion(v.ID.Version) && e.dep.MatchesVersion(v.ID.Version) {
			why := "but something else keeps it from being chosen"
			if v.Yanked {
				why = "but it was yanked"
			} else if e.dep.locked || d.locked {
				why = fmt.Sprintf("but Cargo.lock holds another: run `cargo update -p %s`", d.Name)
			}
			b.line("note: version %s meets both `%s` and `%s`, %s", v.ID.Version, d.Req, e.dep.Req, why)
			return
		}
	}
	b.line("note: no version meets both `%s` and `%s`", d.Req, e.dep.Req)
	for _, mine := range []struct {
		parent pkg
		own    *dep
		other  *dep
	}{{e.parent, e.dep, d}, {t.parent, d, e.dep}} {
		if !s.isRoot(mine.parent) {
			continue
		}
		i := slices.IndexFunc(all, func(v *crate.Summary) bool { return !v.Yanked && mine.other.MatchesVersion(v.ID.Version) })
		if i >= 0 {
			b.line("help: in the Cargo.toml of `%s`, `%s = \"%s\"` would do for both", s.w.nodes[mine.parent].id.Name, mine.own.NameInManifest(), requirable(all[i]))
			return
		}
	}
	b.line("help: another version of `%s` or `%s` may have another requirement", s.w.nodes[t.parent].id.Name, s.w.nodes[e.parent].id.Name)
}

// explainLink: another package links to the same library.
func (s *search) explainLink(b *text, t *try, c conflict) {
	d, other := t.found.dep, s.w.nodes[c.p]
	b.line("but `%s` links to the native library `%s`, and so does `%s`, which is", d.Name, c.feature, other.id)
	s.chainBelow(b, c.p)
	b.line("note: a native library may be linked only once, so only one package of a graph may have `links = \"%s\"`", c.feature)
	if other.id.Name == d.Name {
		b.line("help: bring both requirements to one version of `%s`", d.Name)
		return
	}
	b.line("help: do without `%s` or without `%s`, or with the feature that brings one of them in", d.Name, other.id.Name)
}

// explainFeature: the package that asks wants a feature that no candidate has.
func (s *search) explainFeature(b *text, t *try, c conflict) {
	d := t.found.dep
	asking := s.w.nodes[c.p].id.Name
	newest := t.found.candidates.sums[0]
	b.line("package `%s` depends on `%s` with feature `%s`, but `%s` does not have that feature", asking, d.Name, c.feature, newest.ID)
	switch c.reason {
	case requiredDependency:
		b.line("note: a dependency has that name, but it is always there: only optional dependencies are features")
	case hiddenDependency:
		b.line("note: an optional dependency has that name, but as `dep:%s` stands in its `[features]` it is not a feature by itself", c.feature)
		if by := enabling(newest, c.feature); len(by) > 0 {
			b.line("help: it is turned on by %s", quotedList(by, 5))
		}
	case missingFeature:
		s.suggestFeature(b, d, c.feature, newest)
	}
}

// suggestFeature names versions that have the feature, or features that may have been meant.
func (s *search) suggestFeature(b *text, d *dep, feature string, newest *crate.Summary) {
	all, err := s.everyVersion(d)
	all = slices.DeleteFunc(all, func(v *crate.Summary) bool { return v.Yanked || !v.Features.Has(feature) })
	switch near := nearest.Of(feature, featureNames(newest)...); {
	case near != "":
		b.line("help: a feature with a similar name exists: `%s`", near)
	case err == nil && len(all) > 0:
		b.line("help: of `%s`, version %s has it", d.Name, all[0].ID.Version)
	case len(newest.Features) > 0:
		b.line("help: it has the features %s", quotedList(featureNames(newest), 20))
	default:
		b.line("note: it has no features at all")
	}
}
