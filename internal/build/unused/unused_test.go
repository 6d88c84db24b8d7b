package unused

import (
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
	"berth/internal/unit"
)

// world is a package app with a library, a program and a build script, and crates that it depends on.
type world struct {
	*unit.Graph
	lib, bin, test, script *unit.Unit
}

func newUnit(name string, kind manifest.TargetKind, mode unit.Mode) *unit.Unit {
	id := crate.PackageID{Name: name, Version: semver.Version{Major: 1}, Source: crate.PathSource("/w/" + name)}
	return &unit.Unit{ID: id, Target: &manifest.Target{Kind: kind, Name: name}, Mode: mode, Local: true}
}

func on(name string, u *unit.Unit, kind crate.DepKind) unit.Dep {
	return unit.Dep{Unit: u, Extern: name, Declared: []*crate.Dependency{{Name: name, Kind: kind}}}
}

func newWorld() *world {
	crates := map[string]*unit.Unit{}
	for _, name := range []string{"a", "b", "c", "s"} {
		crates[name] = newUnit(name, manifest.Lib, unit.Build)
	}
	w := &world{lib: newUnit("app", manifest.Lib, unit.Build), bin: newUnit("app", manifest.Bin, unit.Build), test: newUnit("app", manifest.Lib, unit.Test), script: newUnit("app", manifest.CustomBuild, unit.Build)}
	run := newUnit("app", manifest.CustomBuild, unit.RunBuildScript)
	normal := []unit.Dep{on("a", crates["a"], crate.Normal), on("b", crates["b"], crate.Normal), on("c", crates["c"], crate.Normal)}
	crates["b"].Deps = []unit.Dep{on("c", crates["c"], crate.Normal)}
	w.script.Deps = []unit.Dep{on("s", crates["s"], crate.Build), on("a", crates["a"], crate.Build)}
	run.Deps = []unit.Dep{{Unit: w.script, Extern: "build_script_build"}}
	own := unit.Dep{Unit: w.lib, Extern: "app"}
	w.lib.Deps = append(normal[:3:3], unit.Dep{Unit: run})
	w.bin.Deps = append(normal[:3:3], own, unit.Dep{Unit: run})
	w.test.Deps = append(normal[:3:3], unit.Dep{Unit: run})
	w.Graph = &unit.Graph{Roots: []*unit.Unit{w.lib, w.bin}, Whole: true}
	return w
}

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		name  string
		whole bool
		heard func(w *world) map[*unit.Unit]string
		want  string
	}{
		{"what nothing uses", true, func(w *world) map[*unit.Unit]string {
			return map[*unit.Unit]string{w.lib: "a b", w.bin: "a app", w.script: "s"}
		}, "a s"},
		{"a program does not use its library", true, func(w *world) map[*unit.Unit]string {
			return map[*unit.Unit]string{w.lib: "", w.bin: "a b c app", w.script: ""}
		}, ""},
		{"a unit has failed", true, func(w *world) map[*unit.Unit]string {
			return map[*unit.Unit]string{w.lib: "a b", w.script: "s a"}
		}, "a s"},
		{"all units of the first table have failed", true, func(w *world) map[*unit.Unit]string { return map[*unit.Unit]string{w.script: "s"} }, ""},
		{"needed below", true, func(w *world) map[*unit.Unit]string {
			return map[*unit.Unit]string{w.lib: "c", w.bin: "c", w.script: ""}
		}, ""},
		{"used by tests", true, func(w *world) map[*unit.Unit]string {
			return map[*unit.Unit]string{w.lib: "a b", w.bin: "a b", w.test: "b", w.script: ""}
		}, "a(tested) b"},
		{"not all targets asked for", false, func(w *world) map[*unit.Unit]string {
			return map[*unit.Unit]string{w.lib: "a", w.bin: "a", w.script: "s"}
		}, "s"},
	} {
		w := newWorld()
		w.Whole = c.whole
		tables := Of(w.Graph)
		heard := c.heard(w)
		for _, u := range []*unit.Unit{w.lib, w.bin, w.test, w.script} {
			if names, ok := heard[u]; ok {
				tables.Heard(u, strings.Fields(names))
			}
		}
		var got []string
		for _, p := range tables.Findings() {
			for _, f := range p.Findings {
				text := f.Dependency.Name
				if f.Tested {
					text += "(tested)"
				}
				got = append(got, text)
			}
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %q, expected %q", c.name, text, c.want)
		}
	}
}
