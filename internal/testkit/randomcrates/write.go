package randomcrates

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/plainindex"
)

// Write writes the workspace to dir/ws and the registry to dir/registry, of which only the index is real. The
// workspace's configuration puts the registry in the place of the public one.
func (w *World) Write(dir string) error {
	tree, err := cratekit.NewTree(filepath.Join(dir, "registry"))
	if err != nil {
		return err
	}
	for _, c := range w.Crates {
		line, err := c.Line(strings.Repeat("0", 64))
		if err == nil {
			err = tree.PublishLine(c.Name, line)
		}
		if err != nil {
			return err
		}
	}
	files := map[string]string{
		"Cargo.toml":         w.root(),
		".cargo/config.toml": fmt.Sprintf("[source.%s]\nreplace-with = \"local\"\n[source.local]\nlocal-registry = %q\n", crate.PublicKey, tree.Dir),
	}
	for _, p := range slices.Concat(w.Members, w.Patches) {
		files[w.place(p)+"/Cargo.toml"] = w.manifest(p)
		files[w.place(p)+"/src/lib.rs"] = ""
	}
	for name, text := range files {
		file := filepath.Join(dir, "ws", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) place(p Package) string {
	if strings.HasPrefix(p.Name, "member") {
		return p.Name
	}
	return "patch/" + p.Name
}

func (w *World) root() string {
	var b strings.Builder
	var names []string
	for _, m := range w.Members {
		names = append(names, m.Name)
	}
	fmt.Fprintf(&b, "[workspace]\nresolver = \"%d\"\nmembers = %s\nexclude = [\"patch\"]\n", w.Resolver, quoted(names))
	if len(w.Patches) > 0 {
		fmt.Fprintf(&b, "[patch.%s]\n", crate.PublicKey)
	}
	for _, p := range w.Patches {
		fmt.Fprintf(&b, "%s = { path = %q }\n", p.Name, w.place(p))
	}
	return b.String()
}

func (w *World) manifest(p Package) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[package]\nname = %q\nversion = %q\nedition = \"2018\"\n", p.Name, p.Version)
	if p.RustVersion != "" {
		fmt.Fprintf(&b, "rust-version = %q\n", p.RustVersion)
	}
	fmt.Fprintf(&b, "[features]\n")
	for _, name := range slices.Sorted(maps.Keys(p.Features)) {
		fmt.Fprintf(&b, "%q = %s\n", name, quoted(p.Features[name]))
	}
	for _, d := range p.Deps {
		table := map[string]string{"dev": "dev-dependencies", "build": "build-dependencies"}[d.Kind]
		table = cmp.Or(table, "dependencies")
		if d.Target != "" {
			table = fmt.Sprintf("target.%q.%s", d.Target, table)
		}
		fmt.Fprintf(&b, "[%s.%s]\nversion = %q\noptional = %v\ndefault-features = %v\nfeatures = %s\n", table, d.Name, d.Req, d.Optional, !d.NoDefault, quoted(d.Features))
		if d.Package != "" {
			fmt.Fprintf(&b, "package = %q\n", d.Package)
		}
	}
	for _, name := range p.Paths {
		fmt.Fprintf(&b, "[dependencies.%s]\npath = \"../%[1]s\"\n", name)
	}
	return b.String()
}

// Input is the world for the resolver, as it was written to dir. An older registry's summaries are not to be used for
// a world that has changed.
func (w *World) Input(dir string) (resolve.Input, error) {
	reg := plainindex.New(filepath.Join(dir, "registry", "index"))
	in := resolve.Input{Registry: reg, PathPackage: reg.Path}
	lowest := semver.Partial{}
	for _, p := range slices.Concat(w.Members, w.Patches) {
		s, err := w.summary(filepath.Join(dir, "ws"), p)
		if err != nil {
			return in, fmt.Errorf("package %s: %w", p.Name, err)
		}
		reg.Paths = append(reg.Paths, s)
		if !strings.HasPrefix(p.Name, "member") {
			dep := &crate.Dependency{Name: p.Name, Source: s.ID.Source, DefaultFeatures: true}
			in.Patches = append(in.Patches, resolve.Patch{Source: crate.PublicSource(), Key: crate.PublicKey, Dep: dep, Where: "Cargo.toml"})
			continue
		}
		in.Roots = append(in.Roots, resolve.Root{Summary: s, Features: resolve.Everything(), DevDeps: true})
		if v := s.RustVersion; !v.IsZero() {
			if lowest.IsZero() || v.Version().Less(lowest.Version()) {
				lowest = v
			}
			in.RustVersions = append(in.RustVersions, v)
		}
	}
	slices.SortFunc(in.Patches, func(a, b resolve.Patch) int { return strings.Compare(a.Dep.Name, b.Dep.Name) })
	if w.Resolver < 3 {
		in.RustVersions = nil
	} else if len(in.RustVersions) == 0 {
		in.RustVersions = []semver.Partial{{Parts: 3, Major: 1, Minor: 95}}
	}
	in.Format = cargolock.FormatFor(lowest)
	return in, nil
}

// summary is the package as a manifest makes it: dependencies by table, and in a table by name.
func (w *World) summary(ws string, p Package) (*crate.Summary, error) {
	c := p.Crate
	c.Deps = slices.SortedStableFunc(slices.Values(c.Deps), func(a, b cratekit.Dep) int {
		return cmp.Or(strings.Compare(a.Target, b.Target), tableOrder(a)-tableOrder(b), strings.Compare(a.Name, b.Name))
	})
	line, err := c.Line("")
	if err != nil {
		return nil, err
	}
	s, err := plainindex.Summary(line, crate.PublicSource())
	if err != nil || s == nil {
		return nil, fmt.Errorf("the line is not valid: %s (%v)", line, err)
	}
	s.ID.Source = crate.PathSource(filepath.Join(ws, filepath.FromSlash(w.place(p))))
	for _, name := range p.Paths {
		d := &crate.Dependency{Name: name, Source: crate.PathSource(filepath.Join(ws, name)), DefaultFeatures: true}
		at := slices.IndexFunc(s.Deps, func(o *crate.Dependency) bool {
			return o.Platform != "" || o.Kind != crate.Normal || o.NameInManifest() > name
		})
		if at < 0 {
			at = len(s.Deps)
		}
		s.Deps = slices.Insert(s.Deps, at, d)
	}
	return s, nil
}

// tableOrder: those of all platforms come as normal, development, build; those of one as normal, build, development.
func tableOrder(d cratekit.Dep) int {
	order := []string{"", "dev", "build"}
	if d.Target != "" {
		order = []string{"", "build", "dev"}
	}
	return slices.Index(order, d.Kind)
}
