package features

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// graphOf builds a graph: one package a line, `name dep:kind:features:flags …`, and its features in brackets.
func graphOf(text string) *resolve.Graph {
	g := &resolve.Graph{}
	index := map[string]int{}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		index[strings.Fields(line)[0]] = i
	}
	for _, line := range lines {
		decl, features, _ := strings.Cut(line, "[")
		words := strings.Fields(decl)
		s := &crate.Summary{ID: crate.PackageID{Name: words[0], Version: semver.Version{Major: 1}, Source: crate.PublicSource()}}
		p := resolve.Package{ID: s.ID, Summary: s, Replaced: -1}
		for _, w := range words[1:] {
			part := append(strings.Split(w, ":"), "", "", "")
			d := &crate.Dependency{Name: part[0], DefaultFeatures: !strings.Contains(part[3], "n"), Optional: strings.Contains(part[3], "o")}
			d.Kind = map[string]crate.DepKind{"": crate.Normal, "dev": crate.Dev, "build": crate.Build}[part[1]]
			if part[2] != "" {
				d.Features = strings.Split(part[2], ",")
			}
			if strings.Contains(part[3], "w") {
				d.Platform = "cfg(windows)"
			}
			s.Deps = append(s.Deps, d)
			p.Edges = append(p.Edges, resolve.Edge{To: index[part[0]], Deps: []*crate.Dependency{d}})
		}
		declared := map[string][]string{}
		for _, f := range strings.Split(strings.TrimSuffix(features, "]"), ";") {
			if name, values, _ := strings.Cut(strings.TrimSpace(f), "="); name != "" {
				declared[strings.TrimSpace(name)] = strings.Fields(values)
			}
		}
		var err error
		if s.Features, err = crate.NewFeatures(declared, s.Deps); err != nil {
			panic(err)
		}
		g.Packages = append(g.Packages, p)
	}
	return g
}

func describe(g *resolve.Graph, f *Features) string {
	var b strings.Builder
	for i, p := range g.Packages {
		for _, host := range []bool{false, true} {
			if names, ok := f.Of(Use{i, host}); ok && (!host || f.options.Host) {
				fmt.Fprintf(&b, "%s%s(%s) ", p.ID.Name, map[bool]string{true: "'"}[host], strings.Join(names, ","))
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestResolve(t *testing.T) {
	const text = `
p a b:build x::: m:dev w::win:w o:::o
a c::fromA d:::o [default=; use=d?/weak; all=dep:d]
b c::fromB
x c::fromX
m c::fromM
w
o
c [default=; fromA=; fromB=; fromX=; fromM=]
d [weak=; default=]`
	g := graphOf(strings.Replace(text, "w\no", "w [win=]\no", 1))
	macros := func(i int) Macros { return Macros{Lib: g.Packages[i].ID.Name == "x"} }
	for _, c := range []struct {
		what     string
		options  Options
		features resolve.Features
		want     string
	}{
		{"resolver 1", OptionsFor(1, false, false), resolve.Features{},
			"p() a(default) b() x() m() w(win) c(default,fromA,fromB,fromM,fromX)"},
		{"resolver 2", OptionsFor(2, false, false), resolve.Features{},
			"p() a(default) b'() x'() c(default,fromA) c'(default,fromB,fromX)"},
		{"resolver 2 with tests", OptionsFor(2, true, false), resolve.Features{},
			"p() a(default) b'() x'() m() c(default,fromA,fromM) c'(default,fromB,fromX)"},
		{"all platforms", OptionsFor(3, false, true), resolve.Features{},
			"p() a(default) b'() x'() w(win) c(default,fromA) c'(default,fromB,fromX)"},
		{"an optional dependency", OptionsFor(2, false, false), resolve.Features{All: true},
			"p(o) a(default) b'() x'() o() c(default,fromA) c'(default,fromB,fromX)"},
		{"a weak feature is not enough", OptionsFor(2, false, false), resolve.Features{Named: []crate.FeatureValue{crate.ParseFeatureValue("a/use")}},
			"p() a(default,use) b'() x'() c(default,fromA) c'(default,fromB,fromX)"},
		{"a weak feature waits", OptionsFor(2, false, false), resolve.Features{Named: []crate.FeatureValue{crate.ParseFeatureValue("a/use"), crate.ParseFeatureValue("a/all")}},
			"p() a(all,default,use) b'() x'() c(default,fromA) c'(default,fromB,fromX) d(default,weak)"},
	} {
		f := Resolve(Input{Graph: g, Roots: []Root{{0, c.features}}, Options: c.options, Macros: macros,
			Active: func(d *crate.Dependency, _ bool) bool { return d.Platform != "cfg(windows)" }})
		if got := describe(g, f); got != c.want {
			t.Errorf("%s\n%s\nexpected\n%s", c.what, got, c.want)
		}
		if c.features.All != f.HasDep(Use{0, false}, "o") {
			t.Errorf("%s: the optional dependency is %v", c.what, f.HasDep(Use{0, false}, "o"))
		}
		if on, _ := f.Of(Use{1, false}); slices.Contains(on, "use") != slices.ContainsFunc(c.features.Named, func(v crate.FeatureValue) bool { return v.Feature == "use" }) {
			t.Errorf("%s: feature use", c.what)
		}
	}
}
