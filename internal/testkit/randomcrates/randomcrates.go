// Package randomcrates makes small worlds of packages out of a seed: a registry full of versions, features, native
// libraries and pre-releases that get into each other's way, and a workspace that depends on it. What comes of them is
// to be held against stock Cargo or against plain reason; a seed that fails is a test to keep.
package randomcrates

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"berth/internal/testkit/cratekit"
)

// World is a registry and a workspace.
type World struct {
	Seed     uint64
	Crates   []cratekit.Crate // published, in that order
	Members  []Package
	Patches  []Package // packages of the disk that take the place of published ones
	Resolver int       // 1 to 3
	rng      *rand.Rand
	shape    Shape
	known    [][]string // versions, by crate
}

// Package is a package of the disk: its dependencies on the registry, and those on other packages of the disk.
type Package struct {
	cratekit.Crate
	Paths []string // names of members
}

// Shape says how large and how hard a world is.
type Shape struct {
	Names, Versions, Deps int     // at most; each crate has some of them
	Tight                 float64 // how many requirements are for one version, or few
	Links                 float64 // how many crates link to a native library
	Features              bool
	Rust                  bool // versions need a Rust
	Patches               bool
}

// Small is what a test runs hundreds of.
func Small() Shape {
	return Shape{Names: 9, Versions: 5, Deps: 4, Tight: 0.25, Links: 0.15, Features: true, Rust: true, Patches: true}
}

func newWorld(seed uint64, shape Shape) *World {
	return &World{Seed: seed, Resolver: 1, rng: rand.New(rand.NewPCG(seed, 1)), shape: shape}
}

// New is the world of a seed.
func New(seed uint64, shape Shape) *World {
	w := newWorld(seed, shape)
	if shape.Rust {
		w.Resolver = 1 + w.rng.IntN(3)
	}
	names := 2 + w.rng.IntN(shape.Names-1)
	for range names {
		w.known = append(w.known, w.versions())
	}
	for i := range names {
		w.publish(i, w.known[i], names)
	}
	// The order in which versions were published is not that of versions.
	w.rng.Shuffle(len(w.Crates), func(i, j int) { w.Crates[i], w.Crates[j] = w.Crates[j], w.Crates[i] })
	for i := range 1 + w.rng.IntN(3) {
		w.Members = append(w.Members, w.member(i, names))
	}
	if shape.Patches && w.chance(0.3) {
		w.patch(names)
	}
	return w
}

func (w *World) chance(p float64) bool { return w.rng.Float64() < p }

// name of a crate: their order among each other is that of dependencies, mostly.
func name(i int) string { return string(rune('a'+i)) + "lib" }

func indexOf(name string) int { return int(name[0] - 'a') }

func (w *World) versions() []string {
	all := []string{"0.1.0", "0.1.1", "0.2.0", "0.2.1", "0.0.3", "1.0.0", "1.0.1", "1.1.0", "1.2.0-beta.1", "1.2.0", "2.0.0", "2.1.0", "2.1.0+build.1", "3.0.0-rc.1"}
	w.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+w.rng.IntN(w.shape.Versions)]
}

func (w *World) publish(i int, versions []string, names int) {
	for _, v := range versions {
		c := cratekit.Crate{Name: name(i), Version: v, Yanked: w.chance(0.05)}
		if w.chance(w.shape.Links) {
			c.Links = fmt.Sprint("native", w.rng.IntN(2))
		}
		c.RustVersion = w.rust(0.3)
		for range w.rng.IntN(w.shape.Deps + 1) {
			w.dep(&c, i+1, names)
		}
		w.features(&c)
		w.Crates = append(w.Crates, c)
	}
}

func (w *World) rust(p float64) string {
	if !w.shape.Rust || !w.chance(p) {
		return ""
	}
	return pick(w.rng, []string{"1.40", "1.56.0", "1.70", "1.94", "1.99"})
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// dep adds a dependency on a crate from some name on.
func (w *World) dep(c *cratekit.Crate, from, names int) {
	if from >= names {
		return
	}
	on := from + w.rng.IntN(names-from)
	d := cratekit.Dep{Name: name(on), Req: w.requirement(w.known[on]), NoDefault: w.chance(0.2)}
	if w.chance(0.15) {
		d.Kind = pick(w.rng, []string{"dev", "build"})
	}
	if w.chance(0.1) {
		d.Target = pick(w.rng, []string{"cfg(windows)", "cfg(unix)", "x86_64-unknown-linux-gnu"})
	}
	if w.chance(0.1) {
		d.Package, d.Name = d.Name, "renamed_"+d.Name
	}
	if w.shape.Features {
		d.Optional = d.Kind != "dev" && w.chance(0.3)
		if w.chance(0.3) {
			d.Features = []string{w.anyFeature()}
		}
	}
	if !slices.ContainsFunc(c.Deps, func(o cratekit.Dep) bool {
		return o.Name == d.Name && (o.Optional || d.Optional || o.Target == d.Target && o.Kind == d.Kind)
	}) {
		c.Deps = append(c.Deps, d)
	}
}

// requirement is nearly always met by one of the versions.
func (w *World) requirement(versions []string) string {
	if w.chance(0.02) {
		return pick(w.rng, []string{"=1.0.0", "^4", "<0.1"})
	}
	v, _, _ := strings.Cut(pick(w.rng, versions), "+")
	numbers, _, pre := strings.Cut(v, "-")
	part := strings.Split(numbers, ".")
	if w.chance(w.shape.Tight) {
		return pick(w.rng, []string{"=" + v, "~" + v, "<=" + v, "<" + v + ", >0.0.0", ">=" + v + ", <" + part[0] + "." + part[1] + ".9"})
	}
	if pre {
		return pick(w.rng, []string{"^" + v, ">=" + v, "*"})
	}
	return pick(w.rng, []string{v, "^" + part[0] + "." + part[1], part[0], ">=" + v, ">=" + part[0], part[0] + ".*", "*", "<=" + part[0]})
}

// member is a package of the workspace.
func (w *World) member(i, names int) Package {
	p := Package{Crate: cratekit.Crate{Name: fmt.Sprint("member", i), Version: "0.1.0", Edition: "2018", RustVersion: w.rust(0.4)}}
	for range 1 + w.rng.IntN(w.shape.Deps) {
		w.dep(&p.Crate, 0, names)
	}
	w.features(&p.Crate)
	for j := range i {
		if w.chance(0.5) {
			p.Paths = append(p.Paths, fmt.Sprint("member", j))
		}
	}
	return p
}

// patch makes packages of the disk for some of the registry's.
func (w *World) patch(names int) {
	for range 1 + w.rng.IntN(2) {
		i := w.rng.IntN(names)
		p := Package{Crate: cratekit.Crate{Name: name(i), Version: pick(w.rng, w.versions())}}
		w.dep(&p.Crate, i+1, names)
		if !slices.ContainsFunc(w.Patches, func(o Package) bool { return o.Name == p.Name }) {
			w.Patches = append(w.Patches, p)
		}
	}
}

// Change lets some time go by: versions are published and yanked, and requirements of the workspace change.
func (w *World) Change() {
	for i := range w.Crates {
		if w.chance(0.05) {
			w.Crates[i].Yanked = !w.Crates[i].Yanked
		}
	}
	for i := range w.known {
		if !w.chance(0.4) {
			continue
		}
		have := w.Crates
		from := len(w.Crates)
		more := w.versions()
		w.publish(i, more, len(w.known))
		w.known[i] = append(w.known[i], more...)
		fresh := slices.DeleteFunc(slices.Clone(w.Crates[from:]), func(c cratekit.Crate) bool {
			return slices.ContainsFunc(have[:from], func(o cratekit.Crate) bool { return o.Name == c.Name && o.Version == c.Version })
		})
		w.Crates = append(w.Crates[:from:from], fresh...)
	}
	for i := range w.Members {
		m := &w.Members[i]
		if len(m.Deps) > 0 && w.chance(0.4) {
			d := &m.Deps[w.rng.IntN(len(m.Deps))]
			d.Req = w.requirement(w.known[indexOf(cmp.Or(d.Package, d.Name))])
		}
		if w.chance(0.2) {
			w.dep(&m.Crate, 0, len(w.known))
		}
	}
}

// Pick is one of some words, by the seed.
func (w *World) Pick(words []string) string { return pick(w.rng, words) }

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, word := range words {
		q[i] = fmt.Sprintf("%q", word)
	}
	return "[" + strings.Join(q, ", ") + "]"
}
