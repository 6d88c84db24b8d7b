package info

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/crate"
)

// dependencies lists those of one kind, what is on first.
func (b *builder) dependencies(title string, kind crate.DepKind, status map[string]state) {
	type one struct {
		dep *crate.Dependency
		is  state
	}
	var list []one
	for _, d := range b.Package.Summary.Deps {
		if d.Kind == kind {
			list = append(list, one{d, b.stateOf(d, status)})
		}
	}
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(x, y one) int {
		return cmp.Or(cmp.Compare(x.is, y.is), strings.Compare(x.dep.Name, y.dep.Name))
	})
	b.line(b.Paint(Header, title+":"))
	for _, l := range list {
		b.line(b.mark(l.is), b.Paint(styleOf(l.is), l.dep.Name+b.place(l.dep)))
	}
}

// stateOf: an optional dependency is on by a feature that is, or by a weak mention there, as stock counts it.
func (b *builder) stateOf(d *crate.Dependency, status map[string]state) state {
	if !d.Optional {
		return asked
	}
	for _, f := range b.Package.Summary.Features {
		if status[f.Name] != off && slices.ContainsFunc(f.Values, func(v crate.FeatureValue) bool {
			return (v.IsDep() || v.IsDepFeature() && v.Weak) && v.Dep == d.NameInManifest()
		}) {
			return on
		}
	}
	return off
}

// place is the requirement of a dependency of a registry, else where it is from.
func (b *builder) place(d *crate.Dependency) string {
	if !d.Source.IsRegistry() {
		return " (" + sourceText(d.Source, b.Cwd) + ")"
	}
	req := d.Req.String()
	if len(d.Req.Comparators()) == 1 {
		req = strings.TrimPrefix(req, "^")
	}
	return "@" + req
}
