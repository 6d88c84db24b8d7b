package plan_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/plan"
	"berth/internal/plan/profile"
	"berth/internal/resolve"
	"berth/internal/resolve/features"
	"berth/internal/semver"
	"berth/internal/unit"
)

// workspace is count packages, each with a library, a program, a test and a build script, that depend on the next ones.
func workspace(t testing.TB, count, each int) plan.Input {
	t.Helper()
	g := &resolve.Graph{}
	manifests := make([]*manifest.Manifest, count)
	for i := range count {
		name := fmt.Sprintf("p%03d", i)
		s := &crate.Summary{ID: crate.PackageID{Name: name, Version: semver.Version{Major: 1}, Source: crate.PathSource("/w/" + name)}}
		p := &manifest.Package{Summary: s, Dir: "/w/" + name, Edition: manifest.Edition2021}
		for _, target := range []manifest.Target{
			{Kind: manifest.Lib, CrateTypes: []string{"lib"}, Name: name, Test: true, Doctest: true, Doc: true, Bench: true},
			{Kind: manifest.Bin, Name: name, Test: true, Doc: true}, {Kind: manifest.Test, Name: "t", Test: true},
			{Kind: manifest.CustomBuild, Name: "build-script-build", ForHost: true},
		} {
			target.Path, target.Harness = "/w/"+name+"/x.rs", true
			p.Targets = append(p.Targets, target)
		}
		pkg := resolve.Package{ID: s.ID, Summary: s, Replaced: -1}
		for to := i + 1; to <= i+each && to < count; to++ {
			d := &crate.Dependency{Name: fmt.Sprintf("p%03d", to), DefaultFeatures: true}
			s.Deps = append(s.Deps, d)
			pkg.Edges = append(pkg.Edges, resolve.Edge{To: to, Deps: []*crate.Dependency{d}})
		}
		g.Packages = append(g.Packages, pkg)
		manifests[i] = &manifest.Manifest{Path: p.Dir + "/Cargo.toml", Package: p}
	}
	profiles, err := profile.New(profile.Options{Asked: "dev", Config: func(string) (*manifest.Profile, error) { return nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	in := plan.Input{
		Graph: g, Whole: g, Manifest: func(i int) *manifest.Manifest { return manifests[i] }, IsMember: func(int) bool { return true }, Members: manifests,
		Profiles: profiles, Host: "x86_64-unknown-linux-gnu", Kinds: []unit.Kind{unit.Host}, Active: func(*crate.Dependency, unit.Kind) bool { return true },
	}
	var roots []features.Root
	for i := range count {
		in.Chosen, roots = append(in.Chosen, i), append(roots, features.Root{Package: i})
	}
	in.Features = features.Resolve(features.Input{Graph: g, Roots: roots, Options: features.OptionsFor(2, true, false),
		Active: func(*crate.Dependency, bool) bool { return true }, Macros: func(int) features.Macros { return features.Macros{} }})
	return in
}

func TestOrder(t *testing.T) {
	in := workspace(t, 20, 3)
	in.Intent = plan.Test
	first, err := plan.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range first.Graph.Units {
		if u.Index != i {
			t.Errorf("unit %d has the index %d", i, u.Index)
		}
		for _, d := range u.Deps {
			if d.Unit.Index >= i {
				t.Errorf("unit %d needs %d, which does not stand before it", i, d.Unit.Index)
			}
		}
	}
	again, err := plan.Make(in)
	if err != nil || !slices.EqualFunc(first.Graph.Units, again.Graph.Units, sameUnit) {
		t.Errorf("the second plan is another one: %v", err)
	}
}

func sameUnit(a, b *unit.Unit) bool {
	return a.ID.Same(b.ID) && a.Target == b.Target && a.Mode == b.Mode && a.Kind == b.Kind && reflect.DeepEqual(a.Profile, b.Profile) &&
		slices.EqualFunc(a.Deps, b.Deps, func(a, b unit.Dep) bool {
			return a.Unit.Index == b.Unit.Index && a.Extern == b.Extern && a.Linked == b.Linked
		})
}

// TestLinked: what is passed to the compiler, and what has only to be there before.
func TestLinked(t *testing.T) {
	in := workspace(t, 2, 1)
	in.Intent, in.Chosen = plan.Test, []int{0}
	made, err := plan.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(made.Graph.Roots, func(u *unit.Unit) bool { return u.Target.Kind == manifest.Test })
	var got []string
	for _, d := range made.Graph.Roots[i].Deps {
		got = append(got, fmt.Sprint(d.Extern, " ", d.Unit.Target.Kinds(), " ", d.Linked))
	}
	if want := []string{"p000 [lib] true", "p000 [bin] false", "build_script_build [custom-build] false", "p001 [lib] true"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCrateTypes(t *testing.T) {
	in := workspace(t, 2, 1)
	in.Chosen, in.CrateTypes = []int{0}, []string{"cdylib", "staticlib"}
	if _, err := plan.Make(in); err == nil {
		t.Error("two targets took other crate types")
	}
	in.Targets.Bins.All = true
	if _, err := plan.Make(in); err == nil {
		t.Error("a program took other crate types")
	}
	in.Targets = plan.Filter{Lib: true}
	made, err := plan.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	if root := made.Graph.Roots[0]; !slices.Equal(root.Target.CrateTypes, in.CrateTypes) || root.Package.Lib() == root.Target {
		t.Errorf("the root is %v", root.Target)
	}
}

func TestFilter(t *testing.T) {
	bin, lib := &manifest.Target{Kind: manifest.Bin, Name: "b"}, &manifest.Target{Kind: manifest.Lib, Name: "l"}
	for _, c := range []struct {
		filter   plan.Filter
		bin, lib bool
	}{
		{plan.Filter{}, true, true}, {plan.Filter{AllTargets: true}, true, true}, {plan.Filter{Lib: true}, false, true}, {plan.TestTargets(), false, true},
		{plan.Filter{Bins: plan.Rule{Names: []string{"b"}}}, true, false}, {plan.Filter{Bins: plan.Rule{Names: []string{"c"}}}, false, false},
	} {
		if c.filter.Runs(bin) != c.bin || c.filter.Runs(lib) != c.lib {
			t.Errorf("%+v: bin %v, lib %v", c.filter, c.filter.Runs(bin), c.filter.Runs(lib))
		}
	}
}

// Each package of a chain needs the next one, of a mesh the next eight.
func BenchmarkPlan(b *testing.B) {
	for _, shape := range []struct {
		name string
		each int
	}{{"chain", 1}, {"mesh", 8}} {
		b.Run(shape.name, func(b *testing.B) {
			in := workspace(b, 500, shape.each)
			in.Intent = plan.Check
			for b.Loop() {
				if _, err := plan.Make(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestBuiltBelowMacros: what a library is made from is as builds make it also where a procedural macro needed it first.
func TestBuiltBelowMacros(t *testing.T) {
	in := workspace(t, 5, 0)
	needs := [][]int{0: {1, 2}, 1: {3}, 2: {3}, 3: {4}, 4: nil} // 0, a macro, needs another macro, and libraries that this needs, too
	for i, list := range needs {
		p := &in.Graph.Packages[i]
		for _, to := range list {
			d := &crate.Dependency{Name: fmt.Sprintf("p%03d", to), DefaultFeatures: true}
			p.Summary.Deps = append(p.Summary.Deps, d)
			p.Edges = append(p.Edges, resolve.Edge{To: to, Deps: []*crate.Dependency{d}})
		}
		lib := &in.Members[i].Package.Targets[0]
		lib.ProcMacro, lib.ForHost = i < 2, i < 2
	}
	in.Intent, in.Chosen = plan.Check, []int{0}
	in.Built = func(i int, _ unit.Library) bool { return i > 0 }
	made, err := plan.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range made.Graph.Units {
		library := u.Target.Kind == manifest.Lib && !u.Target.ProcMacro
		if u.Built != library || library && u.Mode != unit.Build {
			t.Errorf("%s %s: built %v, mode %v", u.ID, u.Target.Name, u.Built, u.Mode)
		}
	}
}
