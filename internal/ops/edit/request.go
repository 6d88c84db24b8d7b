package edit

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/semver"
)

// Request is one dependency to add.
type Request struct {
	Spec               string // name or name@requirement; empty where a path or repository tells
	Features           *[]string
	Rename             string
	Defaults, Optional *bool
	Registry           *string // empty for the public one
	Path               string
	Git                string
	Branch, Tag, Rev   string
	name, requirement  string
	statesARequirement bool
}

// Requests deals the flags of one command out to its dependencies: all are for each, but for features, which name
// theirs where there are several.
func Requests(specs, features []string, common Request) ([]Request, error) {
	var requests []Request
	for _, spec := range specs {
		if toolchain, ok := strings.CutPrefix(spec, "+"); ok {
			return nil, fmt.Errorf("invalid character `+` in dependency name: `+%s`\n    Use `cargo +%s add` if you meant to use the `%s` toolchain", toolchain, toolchain, toolchain)
		}
		if !slices.ContainsFunc(requests, func(r Request) bool { return r.Spec == spec }) {
			r := common
			r.Spec = spec
			requests = append(requests, r)
		}
	}
	infers := len(requests) == 0
	if infers {
		requests = append(requests, common)
	}
	for _, flag := range features {
		for _, feature := range strings.FieldsFunc(flag, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
			if err := addFeature(requests, feature, infers); err != nil {
				return nil, err
			}
		}
	}
	if len(requests) > 1 && common.Rename != "" {
		return nil, fmt.Errorf("cannot specify multiple crates with `--rename`")
	}
	return requests, nil
}

func addFeature(requests []Request, feature string, infers bool) error {
	v := crate.ParseFeatureValue(feature)
	switch {
	case v.IsDep():
		return fmt.Errorf("feature `%s` is not allowed to use explicit `dep:` syntax", feature)
	case v.IsFeature() && len(requests) > 1:
		var candidates []string
		for _, r := range requests {
			candidates = append(candidates, "`"+r.Spec+"/"+feature+"`")
		}
		return fmt.Errorf("feature `%s` must be qualified by the dependency it's being activated for, like %s", feature, strings.Join(candidates, ", "))
	case v.IsFeature():
		requests[0].addFeature(feature)
		return nil
	case infers:
		return fmt.Errorf("`%s` is unsupported when inferring the crate name, use `%s`", feature, v.Feature)
	case strings.Contains(v.Feature, "/"):
		return fmt.Errorf("multiple slashes in feature `%s` is not allowed", feature)
	}
	for i := range requests {
		if requests[i].Spec == v.Dep {
			requests[i].addFeature(v.Feature)
			return nil
		}
	}
	return fmt.Errorf("feature `%s` activated for crate `%s` but the crate wasn't specified", v.Feature, v.Dep)
}

func (r *Request) addFeature(feature string) {
	var all []string
	if r.Features != nil {
		all = slices.Clone(*r.Features)
	}
	if !slices.Contains(all, feature) {
		all = append(all, feature)
	}
	r.Features = &all
}

// parseSpec splits name@requirement.
func (r *Request) parseSpec() error {
	r.name, r.requirement, r.statesARequirement = strings.Cut(r.Spec, "@")
	if err := crate.CheckPackageName(r.name); err != nil {
		if suggestion := withAt(r.Spec); suggestion != "" && !r.statesARequirement {
			return fmt.Errorf("%w\n\nhelp: if this is meant to be a package name followed by a version, insert an `@` like `%s`", err, suggestion)
		}
		return err
	}
	if !r.statesARequirement {
		return nil
	}
	if _, err := semver.ParseReq(r.requirement); err != nil {
		if plain, ok := strings.CutPrefix(r.requirement, "v"); ok {
			return fmt.Errorf("the version provided, `%s` is not a valid SemVer requirement\n\nhelp: changing the package to `%s@%s`", r.requirement, r.name, plain)
		}
		return fmt.Errorf("invalid version requirement `%s`: %w", r.requirement, err)
	}
	return nil
}

// withAt is the text with an @ where the name ends, if that makes sense.
func withAt(spec string) string {
	for i, c := range spec {
		if crate.CheckPackageName("x"+string(c)) == nil && utf8.ValidRune(c) {
			continue
		}
		name, requirement := spec[:i], spec[i:]
		if _, err := semver.ParseReq(requirement); err == nil && crate.CheckPackageName(name) == nil {
			return name + "@" + requirement
		}
	}
	return ""
}

// apply takes over what the flags say.
func (d *dependency) apply(r *Request) {
	if r.Registry != nil {
		d.registry = *r.Registry
	}
	if r.Optional != nil {
		if d.optional = nil; *r.Optional {
			d.optional = r.Optional
		}
	}
	if r.Defaults != nil {
		if d.defaults = nil; !*r.Defaults {
			d.defaults = r.Defaults
		}
	}
	if r.Features != nil {
		d.addFeatures(*r.Features)
	}
	if r.Rename != "" {
		d.rename = r.Rename
	}
}
