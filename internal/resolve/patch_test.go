package resolve

import (
	"context"
	"strings"
	"testing"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/semver"
)

// TestUnusedPatches: those of one table are in its order, which is the order that stock compares with; tables are in the
// order of Cargo.lock.
func TestUnusedPatches(t *testing.T) {
	id := func(name string) crate.PackageID {
		return crate.PackageID{Name: name, Version: must(semver.Parse("1.0.0")), Source: crate.PathSource("/" + name)}
	}
	table := func(names string) (sums []*crate.Summary) {
		for name := range strings.FieldsSeq(names) {
			sums = append(sums, &crate.Summary{ID: id(name)})
		}
		return sums
	}
	p := &patches{order: []string{"one", "two"}, tables: map[string][]*crate.Summary{"one": table("a b"), "two": table("c d")}}
	for _, c := range []struct{ locked, want string }{
		{"", "a b c d"},
		{"b", "a b c d"},
		{"d", "c d a b"},
		{"d c b a", "c d a b"},
		{"gone b", "a b c d"},
	} {
		prev := &Graph{}
		for name := range strings.FieldsSeq(c.locked) {
			prev.Unused = append(prev.Unused, id(name))
		}
		var got []string
		for _, id := range p.unused(&Graph{}, prev) {
			got = append(got, id.Name)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("after %q: %q, expected %q", c.locked, text, c.want)
		}
	}
}

// TestPatchAndYanked: what an entry of [patch] would match is preferred, and not chosen for that where it was yanked.
func TestPatchAndYanked(t *testing.T) {
	reg, roots := packagesOf("p 0.1.0\n\ta 1\n---\na 1.1.0 yanked\na 1.0.0\n")
	in := Input{Registry: reg, Roots: roots, Format: cargolock.V4, Patches: []Patch{{
		Source: must(crate.ParseSource("registry+https://example.com/index")), Dep: dependencyOf([]string{"a", "1"}),
	}}}
	g := must(Resolve(context.Background(), in))
	if got := g.Packages[0].ID; got.Version.String() != "1.0.0" {
		t.Error(got)
	}
}
