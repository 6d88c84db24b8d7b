package plan

import (
	"slices"

	"berth/internal/manifest"
)

// Filter is the targets that flags choose. The zero value is those that the verb takes where nothing is said.
type Filter struct {
	AllTargets                     bool
	Lib                            bool
	Bins, Examples, Tests, Benches Rule
	// Strict: of the verb's own choice nothing is left out for want of features (run).
	Strict bool

	withLib bool // the library comes along, where there is one
}

// Rule is what flags say of one kind of target.
type Rule struct {
	All   bool
	Names []string // or patterns
}

func (r Rule) isSpecific() bool { return r.All || len(r.Names) > 0 }

// IsSpecific tells whether flags choose anything.
func (f Filter) IsSpecific() bool {
	return f.AllTargets || f.Lib || f.withLib || f.Bins.isSpecific() || f.Examples.isSpecific() || f.Tests.isSpecific() || f.Benches.isSpecific()
}

// isWhole tells whether the library and all programs are chosen.
func (f Filter) isWhole() bool { return !f.IsSpecific() || (f.Lib || f.withLib) && f.Bins.All }

// TestTargets are what can hold a test of some name: all but examples.
func TestTargets() Filter { return Filter{withLib: true, Tests: Rule{All: true}} }

// expanded has what --all-targets stands for.
func (f Filter) expanded() Filter {
	if f.AllTargets {
		all := Rule{All: true}
		return Filter{AllTargets: true, withLib: true, Bins: all, Examples: all, Tests: all, Benches: all}
	}
	return f
}

// Runs tells whether a target is one of those that flags choose, to be run.
func (f Filter) Runs(t *manifest.Target) bool {
	if !f.IsSpecific() {
		return true
	}
	f = f.expanded()
	rule := Rule{}
	switch t.Kind {
	case manifest.Lib:
		return f.Lib || f.withLib
	case manifest.Bin:
		rule = f.Bins
	case manifest.Test:
		rule = f.Tests
	case manifest.Bench:
		rule = f.Benches
	case manifest.Example:
		rule = f.Examples
	}
	return rule.All || slices.Contains(rule.Names, t.Name)
}

// defaults are the targets that a verb takes of a package.
func (i Intent) defaults(targets []manifest.Target, t *manifest.Target) bool {
	switch i {
	case Bench:
		return t.Bench
	case Test:
		return t.Test || t.Kind == manifest.Example
	case Doc, DocOnly:
		// A binary whose name is the library's would be written over its documentation.
		return t.Doc && !(t.Kind == manifest.Bin && targets[0].Kind == manifest.Lib && targets[0].CrateName() == t.CrateName())
	}
	return t.Kind == manifest.Bin || t.Kind == manifest.Lib
}

// isLinkable tells whether other crates can be linked to it.
func isLinkable(t *manifest.Target) bool {
	return t.Kind == manifest.Lib && slices.ContainsFunc(t.CrateTypes, func(c string) bool {
		return c == "lib" || c == "rlib" || c == "dylib" || c == "proc-macro"
	})
}
