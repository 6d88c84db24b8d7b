package build

import (
	"slices"
	"testing"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// graph makes units by name: each with the units that it depends on, which come before it.
type graphMaker struct {
	units  []*unit.Unit
	byName map[string]*unit.Unit
}

func (g *graphMaker) add(name string, mode unit.Mode, kind manifest.TargetKind, deps ...string) {
	u := &unit.Unit{Index: len(g.units), Mode: mode, Target: &manifest.Target{Kind: kind, Name: name}}
	if kind == manifest.Lib {
		u.Target.CrateTypes = []string{"lib"}
	}
	for _, d := range deps {
		u.Deps = append(u.Deps, unit.Dep{Unit: g.byName[d], Extern: d, Linked: g.byName[d].Mode != unit.RunBuildScript})
	}
	if g.byName == nil {
		g.byName = map[string]*unit.Unit{}
	}
	g.units, g.byName[name] = append(g.units, u), u
}

func (g *graphMaker) queue() *queue { return newQueue(&unit.Graph{Units: g.units}) }

func (q *queue) take(t *testing.T) []string {
	t.Helper()
	var names []string
	for {
		i, ok := q.next()
		if !ok {
			return names
		}
		names = append(names, q.units[i].Target.Name)
	}
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("can begin: %q, expected %q", got, want)
	}
}

// A library begins with the metadata of what it needs, a program when all that it is linked from is complete.
func TestMetadataIsEnoughForLibraries(t *testing.T) {
	g := &graphMaker{}
	g.add("a", unit.Build, manifest.Lib)
	g.add("b", unit.Build, manifest.Lib, "a")
	g.add("main", unit.Build, manifest.Bin, "b")
	q := g.queue()
	expect(t, q.take(t), "a")
	q.metadataDone(0)
	expect(t, q.take(t), "b")
	q.metadataDone(1)
	q.finish(1)
	expect(t, q.take(t))
	q.finish(0)
	expect(t, q.take(t), "main")
	q.finish(2)
	if q.done != 3 {
		t.Errorf("%d are done", q.done)
	}
}

// The longest chain comes first, and of chains of the same length that on which more wait.
func TestLongestChainFirst(t *testing.T) {
	g := &graphMaker{}
	g.add("alone", unit.Check, manifest.Lib)
	g.add("wide", unit.Check, manifest.Lib)
	g.add("narrow", unit.Check, manifest.Lib)
	g.add("deep", unit.Check, manifest.Lib)
	g.add("w1", unit.Check, manifest.Lib, "wide")
	g.add("w2", unit.Check, manifest.Lib, "wide")
	g.add("n1", unit.Check, manifest.Lib, "narrow")
	g.add("d1", unit.Check, manifest.Lib, "deep")
	g.add("d2", unit.Check, manifest.Lib, "d1")
	expect(t, g.queue().take(t), "deep", "wide", "narrow", "alone")
}

// What needs a unit that failed is never begun; the rest is.
func TestFailureGoesUp(t *testing.T) {
	g := &graphMaker{}
	g.add("bad", unit.Build, manifest.Lib)
	g.add("above", unit.Build, manifest.Lib, "bad")
	g.add("top", unit.Build, manifest.Bin, "above")
	g.add("other", unit.Build, manifest.Bin)
	q := g.queue()
	q.take(t)
	q.fail(0)
	expect(t, q.take(t))
	if q.stage[2] != failed {
		t.Error("what needs a failed unit still waits")
	}
	q.finish(3)
}

// A program that a test only runs is not waited for.
func TestRunProgramsAreNotWaitedFor(t *testing.T) {
	g := &graphMaker{}
	g.add("main", unit.Build, manifest.Bin)
	g.add("it", unit.Test, manifest.Test)
	g.units[1].Deps = []unit.Dep{{Unit: g.units[0]}}
	expect(t, g.queue().take(t), "main", "it")
}

// The documentation of a library comes before that of who uses it, which begins all the same if the former cannot be made.
func TestDocumentationInOrder(t *testing.T) {
	g := &graphMaker{}
	g.add("lib", unit.Check, manifest.Lib)
	g.add("above", unit.Doc, manifest.Lib, "lib")
	g.add("below", unit.Doc, manifest.Lib)
	g.units[2].Target = g.units[0].Target
	q := g.queue()
	expect(t, q.take(t), "lib", "lib")
	q.finish(0)
	expect(t, q.take(t))
	q.fail(2)
	expect(t, q.take(t), "above")
}
