package crate

import (
	"fmt"
	"slices"
	"strings"
)

// FeatureError says which entry of [features] does not fit, so that whoever has
// the text of the manifest can point at it.
type FeatureError struct {
	Feature string // the entry
	Value   string // the item in its list; empty where the entry itself is wrong
	Reason  string
	Hint    string // what to do, or empty
	// Unknown is the name that nothing is called by, where that is the trouble;
	// Known are the names that could have been meant.
	Unknown string
	Known   []string
}

func (e *FeatureError) Error() string {
	text := e.Reason
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

type featureCheck struct {
	declared []DeclaredFeature
	all      Features
	deps     []depName // by name
}

// depName is a name of dependencies, in whatever tables.
type depName struct {
	name     string
	optional bool // any of them is
	named    bool // by dep:name
	used     bool // by some feature
}

func depsByName(deps []*Dependency) []depName {
	names := make([]depName, len(deps))
	for i, d := range deps {
		names[i] = depName{name: d.NameInManifest(), optional: d.Optional}
	}
	slices.SortStableFunc(names, func(a, b depName) int { return strings.Compare(a.name, b.name) })
	unique := names[:0]
	for _, d := range names {
		if n := len(unique); n > 0 && unique[n-1].name == d.name {
			unique[n-1].optional = unique[n-1].optional || d.optional
		} else {
			unique = append(unique, d)
		}
	}
	return unique
}

// dep is a name among the dependencies, nil if it is none.
func (c *featureCheck) dep(name string) *depName {
	i, ok := slices.BinarySearchFunc(c.deps, name, func(d depName, name string) int { return strings.Compare(d.name, name) })
	if !ok {
		return nil
	}
	return &c.deps[i]
}

func (c *featureCheck) mark(name string) {
	if d := c.dep(name); d != nil {
		d.named = true
	}
}

func (c *featureCheck) run() error {
	for _, f := range c.all {
		if err := CheckFeatureName(f.Name); err != nil {
			return &FeatureError{Feature: f.Name, Reason: err.Error()}
		}
		for _, v := range f.Values {
			if err := c.value(f.Name, v); err != nil {
				err.Feature, err.Value = f.Name, v.String()
				return err
			}
			if v.Dep != "" {
				c.dep(v.Dep).used = true // else value would have failed
			}
		}
	}
	for _, d := range c.deps {
		if d.optional && !d.used {
			return &FeatureError{Feature: d.name, Reason: fmt.Sprintf("optional dependency `%s` is in no feature", d.name),
				Hint: fmt.Sprintf("put \"dep:%s\" into one of the features, as a feature has its name", d.name)}
		}
	}
	return nil
}

// declaredNames and depNames are what could have been meant by a name.
func (c *featureCheck) declaredNames() []string {
	names := make([]string, len(c.declared))
	for i, f := range c.declared {
		names[i] = f.Name
	}
	slices.Sort(names)
	return names
}

func (c *featureCheck) depNames() []string {
	names := make([]string, len(c.deps))
	for i, d := range c.deps {
		names[i] = d.name
	}
	return names
}

func (c *featureCheck) value(feature string, v FeatureValue) *FeatureError {
	switch {
	case v.IsFeature():
		return c.feature(feature, v)
	case v.IsDep():
		return c.depValue(feature, v)
	}
	return c.depFeature(feature, v)
}

func (c *featureCheck) feature(feature string, v FeatureValue) *FeatureError {
	if c.all.Has(v.Feature) {
		return nil
	}
	d := c.dep(v.Feature)
	switch {
	case d == nil:
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, which is neither a feature nor a dependency", feature, v),
			Unknown: v.Feature, Known: c.declaredNames()}
	case !d.optional:
		return c.notOptional(feature, v, v.Feature)
	}
	return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, an optional dependency that makes no feature of its name", feature, v),
		Hint: fmt.Sprintf("write \"dep:%s\" to turn the dependency on", v.Feature)}
}

func (c *featureCheck) depValue(feature string, v FeatureValue) *FeatureError {
	d := c.dep(v.Dep)
	switch {
	case d == nil:
		return c.noDependency(feature, v)
	case !d.optional:
		return c.notOptional(feature, v, v.Dep)
	}
	return nil
}

func (c *featureCheck) depFeature(feature string, v FeatureValue) *FeatureError {
	d := c.dep(v.Dep)
	bare, prefixed := strings.CutPrefix(v.Dep, "dep:")
	switch {
	case strings.Contains(v.Feature, "/"):
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, which has more than one slash", feature, v)}
	case prefixed:
		hint := "leave out the dep:"
		if meant := c.dep(bare); !v.Weak && meant != nil && !meant.named && meant.optional {
			hint = fmt.Sprintf("leave out the dep:, or write two values, \"dep:%s\" and \"%s/%s\", if the dependency is to make no feature of its name", bare, bare, v.Feature)
		}
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, which has both dep: and a slash", feature, v), Hint: hint}
	case d == nil:
		return c.noDependency(feature, v)
	case v.Weak && !d.optional:
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, but `%s` is not an optional dependency", feature, v, v.Dep),
			Hint: "leave out the ?, or make the dependency optional"}
	}
	return nil
}

func (c *featureCheck) noDependency(feature string, v FeatureValue) *FeatureError {
	return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, but `%s` is not a dependency", feature, v, v.Dep),
		Unknown: v.Dep, Known: c.depNames()}
}

func (c *featureCheck) notOptional(feature string, v FeatureValue, dep string) *FeatureError {
	return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, but `%s` is not an optional dependency", feature, v, dep),
		Hint: "add `optional = true` to the dependency, or take it out of the feature"}
}
