package dist

import (
	"cmp"
	"slices"
	"strings"
)

// Component is a package for a target, as a part of a toolchain. Target is "" for what belongs to no target (rust-src).
//
// IsExtension is remembered because the files have it. It says nothing any more: components that differ in it alone are
// the same one, so compare with Equal and never with ==.
type Component struct {
	Pkg         string
	Target      string
	IsExtension bool
}

// Equal says whether two components are the same one.
func (c Component) Equal(o Component) bool { return c.Pkg == o.Pkg && c.Target == o.Target }

// Compare orders components as every list shows and every file keeps them: by package, then target, none first.
func (c Component) Compare(o Component) int {
	return cmp.Or(strings.Compare(c.Pkg, o.Pkg), strings.Compare(c.Target, o.Target))
}

// Name is the manifest's name of the component, also that of its file list: "clippy-preview-x86_64-unknown-linux-gnu".
func (c Component) Name() string { return join(c.Pkg, c.Target) }

// Wildcard is the component of the same package that belongs to no target.
func (c Component) Wildcard() Component { return Component{Pkg: c.Pkg} }

func (c Component) in(list []Component) bool { return slices.ContainsFunc(list, c.Equal) }

// within is in, forgiving a target too many or too few on either side: old rustups recorded rust-src with a target.
func (c Component) within(list []Component) bool {
	return slices.ContainsFunc(list, func(o Component) bool {
		return c.Pkg == o.Pkg && (c.Target == o.Target || c.Target == "" || o.Target == "")
	})
}

// Sorted is list in order and without what occurs twice.
func Sorted(list []Component) []Component {
	list = slices.Clone(list)
	slices.SortStableFunc(list, Component.Compare)
	return slices.CompactFunc(list, Component.Equal)
}

func join(pkg, target string) string {
	if target == "" {
		return pkg
	}
	return pkg + "-" + target
}

// ShortName is the name that people use for a component's package: "clippy" for clippy-preview.
func (m *Manifest) ShortName(c Component) string {
	if name, ok := m.display[c.Pkg]; ok {
		return name
	}
	return c.Pkg
}

// DisplayName is the name that lists show: "clippy-x86_64-unknown-linux-gnu".
func (m *Manifest) DisplayName(c Component) string { return join(m.ShortName(c), c.Target) }

// Describe is a component in a sentence: "'clippy' for target 'x86_64-unknown-linux-gnu'".
func (m *Manifest) Describe(c Component) string {
	if c.Target == "" {
		return "'" + m.ShortName(c) + "'"
	}
	return "'" + m.ShortName(c) + "' for target '" + c.Target + "'"
}

// Renamed is the component that c stands for now, and whether that is another.
func (m *Manifest) Renamed(c Component) (Component, bool) {
	to, ok := m.Renames[c.Pkg]
	if ok {
		c.Pkg = to
	}
	return c, ok
}
