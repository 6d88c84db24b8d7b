package crate

import (
	"fmt"
	"maps"
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
	declared map[string][]string
	all      Features
	optional map[string]bool
	named    map[string]bool
}

func (c *featureCheck) run() error {
	used := map[string]bool{}
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
				used[v.Dep] = true
			}
		}
	}
	for _, dep := range slices.Sorted(maps.Keys(c.optional)) {
		if c.optional[dep] && !used[dep] {
			return &FeatureError{Feature: dep, Reason: fmt.Sprintf("optional dependency `%s` is in no feature", dep),
				Hint: fmt.Sprintf("put \"dep:%s\" into one of the features, as a feature has its name", dep)}
		}
	}
	return nil
}

func (c *featureCheck) value(feature string, v FeatureValue) *FeatureError {
	switch {
	case v.IsFeature():
		return c.feature(feature, v)
	case v.IsDep():
		return c.dep(feature, v)
	}
	return c.depFeature(feature, v)
}

func (c *featureCheck) feature(feature string, v FeatureValue) *FeatureError {
	if _, ok := c.declared[v.Feature]; ok {
		return nil
	}
	isOptional, isDep := c.optional[v.Feature]
	switch {
	case !isDep:
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, which is neither a feature nor a dependency", feature, v),
			Unknown: v.Feature, Known: slices.Sorted(maps.Keys(c.declared))}
	case !isOptional:
		return c.notOptional(feature, v, v.Feature)
	case !c.all.Has(v.Feature):
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, an optional dependency that makes no feature of its name", feature, v),
			Hint: fmt.Sprintf("write \"dep:%s\" to turn the dependency on", v.Feature)}
	}
	return nil
}

func (c *featureCheck) dep(feature string, v FeatureValue) *FeatureError {
	isOptional, isDep := c.optional[v.Dep]
	switch {
	case !isDep:
		return c.noDependency(feature, v)
	case !isOptional:
		return c.notOptional(feature, v, v.Dep)
	}
	return nil
}

func (c *featureCheck) depFeature(feature string, v FeatureValue) *FeatureError {
	isOptional, isDep := c.optional[v.Dep]
	bare, prefixed := strings.CutPrefix(v.Dep, "dep:")
	switch {
	case strings.Contains(v.Feature, "/"):
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, which has more than one slash", feature, v)}
	case prefixed:
		hint := "leave out the dep:"
		if !v.Weak && !c.named[bare] && c.optional[bare] {
			hint = fmt.Sprintf("leave out the dep:, or write two values, \"dep:%s\" and \"%s/%s\", if the dependency is to make no feature of its name", bare, bare, v.Feature)
		}
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, which has both dep: and a slash", feature, v), Hint: hint}
	case !isDep:
		return c.noDependency(feature, v)
	case v.Weak && !isOptional:
		return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, but `%s` is not an optional dependency", feature, v, v.Dep),
			Hint: "leave out the ?, or make the dependency optional"}
	}
	return nil
}

func (c *featureCheck) noDependency(feature string, v FeatureValue) *FeatureError {
	return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, but `%s` is not a dependency", feature, v, v.Dep),
		Unknown: v.Dep, Known: slices.Sorted(maps.Keys(c.optional))}
}

func (c *featureCheck) notOptional(feature string, v FeatureValue, dep string) *FeatureError {
	return &FeatureError{Reason: fmt.Sprintf("feature `%s` includes `%s`, but `%s` is not an optional dependency", feature, v, dep),
		Hint: "add `optional = true` to the dependency, or take it out of the feature"}
}
