package workspace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/nearest"
)

// Features are what -F, --all-features and --no-default-features ask for.
type Features struct {
	Named     []crate.FeatureValue // sorted, none twice
	All       bool
	NoDefault bool
}

// ParseFeatures reads the values of -F, separated by commas and spaces.
func ParseFeatures(flags []string, all, noDefault bool) (Features, error) {
	f := Features{All: all, NoDefault: noDefault}
	for _, flag := range flags {
		for _, text := range strings.FieldsFunc(flag, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
			v := crate.ParseFeatureValue(text)
			switch {
			case v.IsDep():
				return f, fmt.Errorf("feature `%s` is not allowed to use explicit `dep:` syntax", text)
			case v.IsDepFeature() && strings.Contains(v.Feature, "/"):
				return f, fmt.Errorf("multiple slashes in feature `%s` is not allowed", text)
			}
			f.add(v)
		}
	}
	return f, nil
}

func (f *Features) add(v crate.FeatureValue) {
	i, found := slices.BinarySearchFunc(f.Named, v, compareValues)
	if !found {
		f.Named = slices.Insert(f.Named, i, v)
	}
}

// compareValues: plain features come first.
func compareValues(a, b crate.FeatureValue) int {
	weak := func(v crate.FeatureValue) int {
		if v.Weak {
			return 1
		}
		return 0
	}
	return cmp.Or(strings.Compare(a.Dep, b.Dep), strings.Compare(a.Feature, b.Feature), cmp.Compare(weak(a), weak(b)))
}

func (f Features) isDefault() bool { return len(f.Named) == 0 && !f.All && !f.NoDefault }

// MemberFeatures is a member, and the features that the flags mean for it.
type MemberFeatures struct {
	Member   *manifest.Manifest
	Features Features
}

// WithFeatures deals the flags out to the members that the specifications mean. With resolver 1 they are for the
// package in the current directory, whichever is chosen; else for all that are chosen, each taking those that it has.
func (w *Workspace) WithFeatures(specs []crate.Spec, f Features) ([]MemberFeatures, error) {
	if w.IsVirtual() || w.Resolver >= 2 {
		return w.featuresOfChosen(specs, f)
	}
	return w.featuresOfCurrent(specs, f), nil
}

func chosen(specs []crate.Spec, m *manifest.Manifest) bool {
	return slices.ContainsFunc(specs, func(s crate.Spec) bool { return s.Matches(m.Package.ID()) })
}

func (w *Workspace) featuresOfChosen(specs []crate.Spec, f Features) ([]MemberFeatures, error) {
	var members []MemberFeatures
	var found Features
	for _, m := range w.members {
		if chosen(specs, m) {
			members = append(members, MemberFeatures{m, ownFeatures(m, f, &found)})
		}
	}
	switch {
	case len(members) == 0 && f.isDefault():
		// -p names a dependency: it is sought in what all members together need.
		for _, m := range w.members {
			members = append(members, MemberFeatures{m, Features{}})
		}
	case len(members) == 0:
		return nil, fmt.Errorf("cannot specify features for packages outside of workspace%s", w.similarMember(specs))
	case len(found.Named) < len(f.Named):
		return nil, w.unknownFeatures(specs, f, found)
	}
	return members, nil
}

func (w *Workspace) similarMember(specs []crate.Spec) string {
	var names []string
	for _, m := range w.members {
		names = append(names, m.Package.Name())
	}
	for _, s := range specs {
		if name := nearest.Of(s.Name, names...); name != "" {
			return "\n\nhelp: a workspace member with a similar name exists: `" + name + "`"
		}
	}
	return ""
}

// ownFeatures are those of the flags that a member has: features of its own, also as member/feature, and features of
// its dependencies, which are only looked for when those are resolved.
func ownFeatures(m *manifest.Manifest, f Features, found *Features) Features {
	own := Features{All: f.All, NoDefault: f.NoDefault}
	s := m.Package.Summary
	for _, v := range f.Named {
		switch {
		case v.IsFeature() && hasFeature(s, v.Feature), !v.IsFeature() && findDep(s, v.Dep) != nil:
			own.add(v)
			found.add(v)
		case !v.IsFeature() && v.Dep == m.Package.Name() && hasFeature(s, v.Feature):
			own.add(crate.FeatureValue{Feature: v.Feature})
			found.add(v)
		}
	}
	return own
}

// hasFeature: optional dependencies count as features here, and are refused later if they are none.
func hasFeature(s *crate.Summary, name string) bool {
	d := findDep(s, name)
	return s.Features.Has(name) || d != nil && d.Optional
}

// findDep is the last dependency of a name in the manifest.
func findDep(s *crate.Summary, name string) *crate.Dependency {
	for _, d := range slices.Backward(s.Deps) {
		if d.NameInManifest() == name {
			return d
		}
	}
	return nil
}

// featuresOfCurrent is how resolver 1 has it.
func (w *Workspace) featuresOfCurrent(specs []crate.Spec, f Features) []MemberFeatures {
	current := Features{All: f.All, NoDefault: f.NoDefault}
	others := map[string]*Features{}
	for _, v := range f.Named {
		isOther := !v.IsFeature() && slices.ContainsFunc(w.members, func(m *manifest.Manifest) bool { return m != w.Current && m.Package.Name() == v.Dep })
		if !isOther || !slices.ContainsFunc(specs, func(s crate.Spec) bool { return s.Name == v.Dep }) {
			current.add(v)
			continue
		}
		if others[v.Dep] == nil {
			others[v.Dep] = &Features{}
		}
		others[v.Dep].add(crate.FeatureValue{Feature: v.Feature})
	}
	var members []MemberFeatures
	for _, m := range w.members {
		switch own := others[m.Package.Name()]; {
		case m == w.Current:
			members = append(members, MemberFeatures{m, current})
		case !chosen(specs, m):
		case own == nil:
			members = append(members, MemberFeatures{m, Features{All: f.All}})
		default:
			own.All = f.All
			members = append(members, MemberFeatures{m, *own})
		}
	}
	return members
}

// unknownFeatures is the error about features that no chosen member has.
func (w *Workspace) unknownFeatures(specs []crate.Spec, f, found Features) error {
	var unknown, selected, having, candidates []string
	for _, v := range f.Named {
		if _, ok := slices.BinarySearchFunc(found.Named, v, compareValues); !ok {
			unknown = append(unknown, v.String())
		}
	}
	slices.Sort(unknown)
	for _, m := range w.members {
		if chosen(specs, m) {
			selected = append(selected, m.Package.Name())
			candidates = append(candidates, featureNames(m, f)...)
		} else if slices.ContainsFunc(unknown, m.Package.Summary.Features.Has) {
			having = append(having, m.Package.Name())
		}
	}
	these := "these features"
	if len(unknown) == 1 {
		these = "this feature"
	}
	var b strings.Builder
	if len(selected) == 1 {
		fmt.Fprintf(&b, "the package '%s' does not contain %s: %s", selected[0], these, strings.Join(unknown, ", "))
	} else {
		fmt.Fprintf(&b, "none of the selected packages contains %s: %s\nselected packages: %s", these, strings.Join(unknown, ", "), strings.Join(selected, ", "))
	}
	if len(having) > 0 {
		fmt.Fprintf(&b, "\nhelp: package%s with the missing feature%s: %s", plural(having), plural(unknown), strings.Join(having, ", "))
	} else if similar := similarTo(unknown, candidates, f); len(similar) > 0 {
		are := "are similarly named features"
		if len(similar) == 1 {
			are = "is a similarly named feature"
		}
		fmt.Fprintf(&b, "\nhelp: there %s: %s", are, strings.Join(similar, ", "))
	}
	return fmt.Errorf("%s", b.String())
}

func plural(list []string) string {
	if len(list) == 1 {
		return ""
	}
	return "s"
}

// featureNames are the names that could have been meant: of features, and with a slash of those of members and
// dependencies.
func featureNames(m *manifest.Manifest, f Features) []string {
	var names []string
	s := m.Package.Summary
	for _, feature := range s.Features {
		names = append(names, feature.Name, m.Package.Name()+"/"+feature.Name)
	}
	for _, d := range s.Deps {
		if d.Optional {
			names = append(names, d.NameInManifest(), m.Package.Name()+"/"+d.NameInManifest())
		}
		for _, feature := range d.Features {
			names = append(names, d.NameInManifest()+"/"+feature)
		}
	}
	return names
}

// similarTo are at most five names that are near; before and after a slash apart.
func similarTo(unknown, names []string, f Features) []string {
	var similar []string
	for _, name := range names {
		asked := slices.ContainsFunc(f.Named, func(v crate.FeatureValue) bool { return v.String() == name })
		if !asked && slices.ContainsFunc(unknown, func(u string) bool { return isNear(u, name) }) {
			similar = append(similar, name)
		}
	}
	slices.Sort(similar)
	similar = slices.Compact(similar)
	return similar[:min(len(similar), 5)]
}

func isNear(a, b string) bool {
	a1, a2, aHas := strings.Cut(a, "/")
	b1, b2, bHas := strings.Cut(b, "/")
	return aHas == bHas && nearest.Distance(a1, b1) <= nearest.Far && nearest.Distance(a2, b2) <= nearest.Far
}
