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
	Weak    bool
}

// ParseFeatureValue reads one item of a feature's list.
func ParseFeatureValue(text string) FeatureValue {
	if dep, feature, ok := strings.Cut(text, "/"); ok {
		dep, weak := strings.CutSuffix(dep, "?")
		return FeatureValue{Feature: feature, Dep: dep, Weak: weak}
	}
	if dep, ok := strings.CutPrefix(text, "dep:"); ok {
		return FeatureValue{Dep: dep}
	}
	return FeatureValue{Feature: text}
}

// IsFeature: the value is a feature of the same package.
func (v FeatureValue) IsFeature() bool { return v.Dep == "" }

// IsDep: the value is dep:name.
func (v FeatureValue) IsDep() bool { return v.Dep != "" && v.Feature == "" }

// IsDepFeature: the value is name/feature or name?/feature.
func (v FeatureValue) IsDepFeature() bool { return v.Dep != "" && v.Feature != "" }

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

// NewFeatures builds the features of a package out of its [features] table and
// its dependencies, and checks that they fit. The error is a *FeatureError.
func NewFeatures(declared map[string][]string, deps []*Dependency) (Features, error) {
	optional := map[string]bool{} // whether any dependency of that name is
	for _, d := range deps {
		optional[d.NameInManifest()] = optional[d.NameInManifest()] || d.Optional
	}
	features := make(Features, 0, len(declared))
	named := map[string]bool{} // by dep:name
	for name, values := range declared {
		f := Feature{Name: name, Values: make([]FeatureValue, len(values))}
		for i, text := range values {
			f.Values[i] = ParseFeatureValue(text)
			if f.Values[i].IsDep() {
				named[f.Values[i].Dep] = true
			}
		}
		features = append(features, f)
	}
	for name, isOptional := range optional {
		if _, taken := declared[name]; isOptional && !taken && !named[name] {
			features = append(features, Feature{Name: name, Values: []FeatureValue{{Dep: name}}})
		}
	}
	slices.SortFunc(features, func(a, b Feature) int { return strings.Compare(a.Name, b.Name) })
	check := featureCheck{declared: declared, all: features, optional: optional, named: named}
	if err := check.run(); err != nil {
		return nil, err
	}
	return features, nil
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
	for i, r := range name {
		first := r == '_' || r >= '0' && r <= '9' || startsWord(r)
		if !first && (i == 0 || !strings.ContainsRune("-+.", r) && !goesOnWord(r)) {
			return fmt.Errorf("%q cannot stand at this place in the name of feature %q: a letter, a digit or _ comes first, then also -, + and .", r, name)
		}
	}
	return nil
}
