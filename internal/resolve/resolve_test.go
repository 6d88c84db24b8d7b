package resolve

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/semver"
)

// packages is a registry in memory: packages as short texts, each of a line of its own.
//
//	name 1.2.3 links=x rust=1.70 yanked     the package
//	  dep 1.0 optional features=a,b nodefault kind=dev package=real   its dependencies
//	  [f] a dep:b c/d                         its features
type packages struct {
	all  []*crate.Summary
	near bool // as if it were on this machine
}

func (p *packages) IsNear(crate.SourceID) bool { return p.near }

func (p *packages) Query(_ context.Context, q Query) ([]*crate.Summary, error) {
	var found []*crate.Summary
	for _, s := range p.all {
		if s.ID.Name == q.Name && s.ID.Source.Same(q.Source) && q.Matches(s.ID.Version) {
			found = append(found, s)
		}
	}
	return found, nil
}

func (p *packages) Similar(_ context.Context, q Query) ([]string, error) {
	var names []string
	for _, s := range p.all {
		if strings.EqualFold(strings.ReplaceAll(s.ID.Name, "-", "_"), strings.ReplaceAll(q.Name, "-", "_")) {
			names = append(names, s.ID.Name)
		}
	}
	return names, nil
}

func (p *packages) Rejected(context.Context, Query) ([]Rejected, error) { return nil, nil }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// packagesOf reads the texts. Packages of the workspace come first, up to a line of dashes.
func packagesOf(text string) (reg *packages, roots []Root) {
	reg = &packages{}
	source := func(name string) crate.SourceID { return crate.PathSource("/ws/" + name) }
	var s *crate.Summary
	features := map[string][]string{}
	finish := func() {
		if s != nil {
			s.Features = must(crate.NewFeatures(features, s.Deps))
			reg.all = append(reg.all, s)
			if s.ID.Source.IsPath() {
				roots = append(roots, Root{s, Everything(), true})
			}
		}
		s, features = nil, map[string][]string{}
	}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case strings.HasPrefix(words[0], "--"):
			finish()
			source = func(string) crate.SourceID { return crate.PublicSource() }
		case line[0] != ' ' && line[0] != '\t':
			finish()
			s = summaryOf(words, source(words[0]))
		case words[0][0] == '[':
			features[strings.Trim(words[0], "[]")] = words[1:]
		default:
			s.Deps = append(s.Deps, dependencyOf(words))
		}
	}
	finish()
	return reg, roots
}

func summaryOf(words []string, source crate.SourceID) *crate.Summary {
	s := &crate.Summary{ID: crate.PackageID{Name: words[0], Version: must(semver.Parse(words[1])), Source: source}}
	if !source.IsPath() {
		s.Checksum = strings.Repeat("0", 64)
	}
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "links":
			s.Links = value
		case "rust":
			s.RustVersion = must(semver.ParsePartial(value))
		case "yanked":
			s.Yanked = true
		default:
			panic(w)
		}
	}
	return s
}

func dependencyOf(words []string) *crate.Dependency {
	d := &crate.Dependency{Name: words[0], DefaultFeatures: true, Source: crate.PublicSource()}
	if words[1] == "path" {
		d.Source = crate.PathSource("/ws/" + words[0])
	} else {
		d.Req, d.HasReq = must(semver.ParseReq(words[1])), true
	}
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "optional":
			d.Optional = true
		case "nodefault":
			d.DefaultFeatures = false
		case "features":
			d.Features = strings.Split(value, ",")
		case "dev":
			d.Kind = crate.Dev
		case "build":
			d.Kind = crate.Build
		case "package":
			d.Rename, d.Name = d.Name, value
		default:
			panic(w)
		}
	}
	return d
}

// list is a graph in a few words: each package that is not of the workspace, with its features.
func list(g *Graph) string {
	var b strings.Builder
	for _, p := range g.Packages {
		if p.ID.Source.IsPath() {
			continue
		}
		fmt.Fprintf(&b, "%s %s", p.ID.Name, p.ID.Version)
		if len(p.Features) > 0 {
			b.WriteString(" " + strings.Join(p.Features, ","))
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func resolveText(text string, change func(*Input)) (*Graph, error) {
	reg, roots := packagesOf(text)
	in := Input{Registry: reg, Roots: roots, Format: cargolock.V4}
	in.PathPackage = func(s crate.SourceID) *crate.Summary {
		for _, p := range reg.all {
			if p.ID.Source.Same(s) {
				return p
			}
		}
		return nil
	}
	if change != nil {
		change(&in)
	}
	return Resolve(context.Background(), in)
}

func TestChoices(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"the highest version that fits", `
p 0.1.0
	a 1.0
----
a 1.0.0
a 1.2.0
a 1.10.0
a 2.0.0
`, "a 1.10.0"},
		{"one version for all compatible requirements", `
p 0.1.0
	a >=1.0,<1.3
	b 1
----
a 1.2.0
a 1.3.0
b 1.0.0
	a 1
`, "a 1.2.0; b 1.0.0"},
		{"two versions for others", `
p 0.1.0
	a 1
	b 1
----
a 1.2.0
a 0.3.0
b 1.0.0
	a 0.3
`, "a 0.3.0; a 1.2.0; b 1.0.0"},
		{"an older parent, where the newer one cannot be", `
p 0.1.0
	a 1
	b =1.1.0
----
a 1.1.0
	b 1.2
a 1.0.0
	b 1
b 1.1.0
b 1.2.0
`, "a 1.0.0; b 1.1.0"},
		{"pre-releases only where they are named", `
p 0.1.0
	a 1
	b 1.0.0-alpha
----
a 1.0.0
a 1.1.0-beta
b 1.0.0-beta.2
b 0.9.0
`, "a 1.0.0; b 1.0.0-beta.2"},
		{"yanked versions never anew", `
p 0.1.0
	a 1
----
a 1.0.0
a 1.1.0 yanked
`, "a 1.0.0"},
		{"one package for a native library", `
p 0.1.0
	a 1
	b 1
----
a 1.0.0
	x-sys 1
b 1.1.0
	x-sys 2
b 1.0.0
	x-sys 1
x-sys 1.0.0 links=x
x-sys 2.0.0 links=x
`, "a 1.0.0; b 1.0.0; x-sys 1.0.0"},
		{"features: optional and named ones; weak ones count, as another choice of features may need them", `
p 0.1.0
	a 1 nodefault features=f
----
a 1.0.0
	b 1 optional
	c 1 optional features=own
	d 1 optional
	e 1
	[default] b
	[f] dep:c d?/x e/y
b 1.0.0
c 1.0.0
	[own]
d 1.0.0
	[x]
e 1.0.0
	[y]
	[default] z
	[z]
`, "a 1.0.0 f; c 1.0.0 own; d 1.0.0 x; e 1.0.0 default,y,z"},
		{"development dependencies of the workspace alone", `
p 0.1.0
	a 1 dev
q 0.1.0
	p path
----
a 1.0.0
	b 1 dev
b 1.0.0
`, "a 1.0.0"},
		{"a renamed dependency", `
p 0.1.0
	x 1 package=a optional
	[f] x/g
----
a 1.0.0
	[g]
`, "a 1.0.0 g"},
	} {
		g, err := resolveText(c.text, nil)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got := list(g); got != c.want {
			t.Errorf("%s: %s, expected %s", c.what, got, c.want)
		}
	}
}

func TestRustVersions(t *testing.T) {
	const text = `
p 0.1.0
	a 1
----
a 1.0.0
a 1.1.0 rust=1.60
a 1.2.0 rust=1.70.1
a 1.3.0 rust=1.80
`
	for rust, want := range map[string]string{"": "a 1.3.0", "1.70": "a 1.1.0", "1.70.1": "a 1.2.0", "1.79.0-nightly": "a 1.2.0", "1.50": "a 1.0.0", "1.50 1.80": "a 1.0.0", "1.60 1.80": "a 1.1.0"} {
		g, err := resolveText(text, func(in *Input) {
			for _, r := range strings.Fields(rust) {
				in.RustVersions = append(in.RustVersions, must(semver.ParsePartial(r)))
			}
		})
		if err != nil || list(g) != want {
			t.Errorf("rust-version %q: %v, %v, expected %s", rust, g, err, want)
		}
	}
}

// TestKeeps: what Cargo.lock has is kept, though newer versions are there.
func TestKeeps(t *testing.T) {
	const before = `
p 0.1.0
	a 1
	b 1
----
a 1.0.0
	c 1
b 1.0.0
	c 1
c 1.0.0
`
	const after = `
c 1.1.0
a 1.1.0
	c 1
	d 1
b 1.1.0
	c 1.1
d 1.0.0
`
	for _, c := range []struct {
		what, text string
		change     func(*Input)
		want       string
	}{
		{"nothing changed", before + after, nil, "a 1.0.0; b 1.0.0; c 1.0.0"},
		{"yanked since", strings.Replace(before, "a 1.0.0", "a 1.0.0 yanked", 1) + after, nil, "a 1.0.0; b 1.0.0; c 1.0.0"},
		{"one is let go", before + after, func(in *Input) {
			in.Keep = func(id crate.PackageID) bool { return id.Name != "a" }
		}, "a 1.1.0; b 1.0.0; c 1.0.0; d 1.0.0"},
		{"what is below it may have to change", before + after, func(in *Input) {
			in.Keep = func(id crate.PackageID) bool { return id.Name != "b" }
		}, "a 1.0.0; b 1.1.0; c 1.1.0"},
		{"a requirement changed", strings.Replace(before, "a 1\n", "a 1.1\n", 1) + after, nil, "a 1.1.0; b 1.0.0; c 1.0.0; d 1.0.0"},
		{"a dependency is gone", strings.Replace(before, "\tb 1\n", "", 1) + after, nil, "a 1.0.0; c 1.0.0"},
		{"a dependency is new", strings.Replace(before, "\tb 1\n", "\tb 1\n\td 1\n", 1) + after, nil, "a 1.0.0; b 1.0.0; c 1.0.0; d 1.0.0"},
		{"a version is asked for", before + after, func(in *Input) {
			in.Keep = func(id crate.PackageID) bool { return id.Name != "c" }
			in.Precise = []Precise{{Source: crate.PublicSource(), Name: "c", From: semver.Version{Major: 1}, To: semver.Version{Major: 1, Minor: 1}}}
		}, "a 1.0.0; b 1.0.0; c 1.1.0"},
	} {
		old, err := resolveText(before, nil)
		if err != nil {
			t.Fatal(err)
		}
		lock := old.Lock().Append(nil, "")
		g, err := resolveText(c.text, func(in *Input) {
			parsed, err := cargolock.Parse("Cargo.lock", lock)
			if err != nil {
				t.Fatal(err)
			}
			if in.Previous, err = FromLock(parsed, in.Paths()); err != nil {
				t.Fatal(err)
			}
			if c.change != nil {
				c.change(in)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got := list(g); got != c.want {
			t.Errorf("%s: %s, expected %s", c.what, got, c.want)
		}
	}
}

// TestLockRoundTrip: a graph comes back from its Cargo.lock, in every format.
func TestLockRoundTrip(t *testing.T) {
	g, err := resolveText(`
p 0.1.0
	a 1
	a0 0.1 package=a
	b 1
----
a 1.0.0
a 0.1.0
	b 0.3
b 1.0.0
b 0.3.0
`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for g.Format = cargolock.V1; g.Format <= cargolock.V4; g.Format++ {
		out := g.Lock().Append(nil, "")
		lock, err := cargolock.Parse("", out)
		if err != nil {
			t.Fatal(err)
		}
		paths := NewPathIndex()
		paths.Add(g.Packages[len(g.Packages)-1].ID)
		back, err := FromLock(lock, paths)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(out), string(back.Lock().Append(nil, ""))); diff != "" {
			t.Errorf("format %d: %s", g.Format, diff)
		}
	}
}
