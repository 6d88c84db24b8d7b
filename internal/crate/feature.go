package crate

import (
	"fmt"
	"slices"
	"strings"
)

// FeatureValue is what a feature turns on: another feature; an optional
// dependency (dep:name); or a feature of a dependency (name/feature, and
// name?/feature, which does not turn the dependency itself on).
type FeatureValue struct {
	Feature string // of this package, or of the dependency where Dep is set
	Dep     string // a dependency's name in the manifest
	Slash   bool   // name/feature, also where one of the two is missing, which nobody has then
	Weak    bool
}

// ParseFeatureValue reads one item of a feature's list.
func ParseFeatureValue(text string) FeatureValue {
	if dep, feature, ok := strings.Cut(text, "/"); ok {
		dep, weak := strings.CutSuffix(dep, "?")
		return FeatureValue{Feature: feature, Dep: dep, Slash: true, Weak: weak}
	}
	if dep, ok := strings.CutPrefix(text, "dep:"); ok {
		return FeatureValue{Dep: dep}
	}
	return FeatureValue{Feature: text}
}

// IsFeature: the value is a feature of the same package.
func (v FeatureValue) IsFeature() bool { return v.Dep == "" && !v.Slash }

// IsDep: the value is dep:name.
func (v FeatureValue) IsDep() bool { return v.Dep != "" && !v.Slash }

// IsDepFeature: the value is name/feature or name?/feature.
func (v FeatureValue) IsDepFeature() bool { return v.Slash }

// String is the value as it is written.
func (v FeatureValue) String() string {
	switch {
	case v.IsFeature():
		return v.Feature
	case v.IsDep():
		return "dep:" + v.Dep
	case v.Weak:
		return v.Dep + "?/" + v.Feature
	}
	return v.Dep + "/" + v.Feature
}

// Feature is one entry of a package's features.
type Feature struct {
	Name   string
	Values []FeatureValue
}

// Features are a package's features by name, also those that optional
// dependencies make by being there.
type Features []Feature

// Get finds a feature.
func (f Features) Get(name string) ([]FeatureValue, bool) {
	i, ok := slices.BinarySearchFunc(f, name, func(e Feature, name string) int { return strings.Compare(e.Name, name) })
	if !ok {
		return nil, false
	}
	return f[i].Values, true
}

// Has tells whether there is a feature of that name.
func (f Features) Has(name string) bool {
	_, ok := f.Get(name)
	return ok
}

// DeclaredFeature is one entry of a [features] table, as it is written.
type DeclaredFeature struct {
	Name   string
	Values []string
}

// NewFeatures builds the features of a package out of its [features] table and
// its dependencies, and checks that they fit. The error is a *FeatureError.
func NewFeatures(declared map[string][]string, deps []*Dependency) (Features, error) {
	list := make([]DeclaredFeature, 0, len(declared))
	for name, values := range declared {
		list = append(list, DeclaredFeature{name, values})
	}
	return MakeFeatures(list, deps)
}

// MakeFeatures is NewFeatures for a table as a list in which no name is twice. It
// is what reading an index spends much of its time with: of most packages there
// are few features, and the maps that would be made of them would cost the most.
func MakeFeatures(declared []DeclaredFeature, deps []*Dependency) (Features, error) {
	check := featureCheck{deps: depsByName(deps)}
	all := make(Features, 0, len(declared)+len(check.deps))
	size := 0
	for _, d := range declared {
		size += len(d.Values)
	}
	values := make([]FeatureValue, 0, size) // one piece of memory for all
	for _, d := range declared {
		from := len(values)
		for _, text := range d.Values {
			v := ParseFeatureValue(text)
			if v.IsDep() {
				check.mark(v.Dep)
			}
			values = append(values, v)
		}
		all = append(all, Feature{Name: d.Name, Values: values[from:len(values):len(values)]})
	}
	sortFeatures(all)
	written := all
	for i := range check.deps {
		d := &check.deps[i]
		if d.optional && !d.named && !written.Has(d.name) {
			all = append(all, Feature{Name: d.name, Values: []FeatureValue{{Dep: d.name}}})
		}
	}
	if len(all) > len(written) {
		sortFeatures(all)
	}
	check.declared, check.all = declared, all
	if err := check.run(); err != nil {
		return nil, err
	}
	return all, nil
}

func sortFeatures(f Features) {
	slices.SortFunc(f, func(a, b Feature) int { return strings.Compare(a.Name, b.Name) })
}

// isPlainName knows the names of nearly all features at a glance.
func isPlainName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || c != '-') {
			return false
		}
	}
	return true
}

// CheckFeatureName tells why name cannot be a feature's, or nil.
func CheckFeatureName(name string) error {
	if name == "" {
		return fmt.Errorf("the name of a feature cannot be empty")
	}
	if strings.HasPrefix(name, "dep:") {
		return fmt.Errorf("the name of a feature cannot start with \"dep:\", as %q does", name)
	}
	if strings.Contains(name, "/") {
		return fmt.Errorf("the name of a feature cannot contain a slash, as %q does", name)
	}
	if isPlainName(name) {
		return nil
	}
	for i, r := range name {
		first := r == '_' || r >= '0' && r <= '9' || startsWord(r)
		if !first && (i == 0 || !strings.ContainsRune("-+.", r) && !goesOnWord(r)) {
			return fmt.Errorf("%q cannot stand at this place in the name of feature %q: a letter, a digit or _ comes first, then also a dot, - and +", r, name)
		}
	}
	return nil
}
