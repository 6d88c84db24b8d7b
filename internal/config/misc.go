package config

import (
	"maps"
	"slices"
)

// Resolver is [resolver].
type Resolver struct {
	IncompatibleRustVersions Value[string] // allow or fallback
	IncompatiblePublishAge   Value[string] // allow or deny
	LockfilePath             Value[string]
}

// Resolver reads [resolver].
func (c *Config) Resolver() (Resolver, error) {
	known := []string{"incompatible-rust-versions", "feature-unification", "lockfile-path"}
	if c.Release().PublishAge() {
		known = append(known, "incompatible-publish-age")
	}
	s := c.section(ParseKey("resolver"), known...)
	r := Resolver{IncompatibleRustVersions: s.choice("incompatible-rust-versions", "allow", "fallback")}
	unstable := map[string]Value[string]{"feature-unification": s.choice("feature-unification", "package", "selected", "workspace")}
	if c.Release().PublishAge() {
		r.IncompatiblePublishAge = s.choice("incompatible-publish-age", "allow", "deny")
	}
	if !c.Release().MinPublishAge() {
		unstable["incompatible-publish-age"] = r.IncompatiblePublishAge
	}
	lockfile := s.text("lockfile-path")
	if c.options.LockfilePath || c.Release().LockfilePath() {
		r.LockfilePath = lockfile
	} else {
		unstable["lockfile-path"] = lockfile
	}
	// Without -Z, which is not for us, these have no effect in Cargo either.
	for _, name := range slices.Sorted(maps.Keys(unstable)) {
		if v := unstable[name]; v.Set {
			c.warn("ignoring `resolver." + name + "`, which has no effect without -Z (" + v.Origin.String() + ")")
		}
	}
	return r, s.err
}

// VCS is cargo-new.vcs: what a new package is put under, "" where nobody said.
func (c *Config) VCS() (string, error) {
	s := c.section(ParseKey("cargo-new"), "name", "email", "vcs")
	v := s.choice("vcs", "git", "hg", "pijul", "fossil", "none")
	return v.Val, s.err
}

// FutureIncompatFrequency is future-incompat-report.frequency: always or never.
func (c *Config) FutureIncompatFrequency() (string, error) {
	s := c.section(ParseKey("future-incompat-report"), "frequency")
	v := s.choice("frequency", "always", "never")
	return v.Or("always"), s.err
}

// Browser is doc.browser: what opens documentation, empty where nobody said.
func (c *Config) Browser() ([]string, error) {
	v, err := c.programAt(ParseKey("doc.browser"))
	return c.Command(v), err
}

// PathOverrides is paths: packages that replace those of the same name.
func (c *Config) PathOverrides() ([]string, error) {
	n, err := c.Lookup(ParseKey("paths"))
	if err != nil || n == nil {
		return nil, err
	}
	if n.kind != List {
		return nil, n.wrongKind("paths", "an array of strings")
	}
	var paths []string
	for _, item := range n.items {
		if item.kind != String {
			return nil, item.wrongKind("paths", "strings only")
		}
		paths = append(paths, c.Path(Value[string]{Val: item.text, Origin: item.origin}))
	}
	return paths, nil
}
