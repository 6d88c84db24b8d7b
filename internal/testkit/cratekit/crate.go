// Package cratekit makes registries out of descriptions: crate archives, index lines, and the folders that hold them.
//
// A [Crate] says what one version is; a [Tree] is a folder of published versions, in the layout of a local registry
// (index/<prefix>/<name> beside <name>-<version>.crate), which is also what a server serves and what a frozen mirror of the public registry
// is. [Vendor] makes a directory source.
//
// What is made depends on the description alone, to the byte: no clocks, no order of maps. A description may lie (a wrong
// checksum, an archive that escapes, a line of a future version), for that is what it is needed for.
package cratekit

import (
	"archive/tar"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Crate is one version of a crate. Only Name and Version are needed.
type Crate struct {
	Name, Version string
	Deps          []Dep
	Features      map[string][]string
	Links         string
	RustVersion   string
	Edition       string // "2021" if empty
	Description   string
	Yanked        bool
	PubTime       string // RFC 3339; not in the line if empty

	Manifest string            // the text of Cargo.toml; made of the fields above if empty
	Files    map[string]string // further files by path; src/lib.rs is there in any case

	Extra        []Entry // appended to the archive as they are, escaping paths and all
	Archive      []byte  // the archive, if it is not to be made at all
	Checksum     string  // what the index says, if not the truth
	IndexVersion int     // "v" of the line; what the features need if 0
}

// Entry is an entry of an archive, with whatever header.
type Entry struct {
	tar.Header
	Data string
}

// Dep is a dependency of a crate.
type Dep struct {
	Name      string // as the code calls it
	Package   string // its name in the registry, if that is another
	Req       string // "*" if empty
	Kind      string // "" or "normal", "dev", "build"
	Target    string // a triple or cfg(…)
	Features  []string
	Optional  bool
	NoDefault bool
	Registry  string // URL of another registry's index
	Public    bool
}

// New is a version with dependencies in short: "a", "a 1.2", "a >=1, <3", "dev:a 1", "build:a 1", "a? 1" (optional).
func New(name, version string, deps ...string) Crate {
	c := Crate{Name: name, Version: version}
	for _, text := range deps {
		var d Dep
		if kind, rest, ok := strings.Cut(text, ":"); ok {
			d.Kind, text = kind, rest
		}
		d.Name, d.Req, _ = strings.Cut(text, " ")
		d.Name, d.Optional = strings.CutSuffix(d.Name, "?")
		c.Deps = append(c.Deps, d)
	}
	return c
}

// dir is the folder that an archive unpacks to, and the archive's name without its extension.
func (c Crate) dir() string { return c.Name + "-" + c.Version }

// FileName is the archive's name.
func (c Crate) FileName() string { return c.dir() + ".crate" }

// files are all files, with Cargo.toml and a library.
func (c Crate) files() map[string]string {
	files := map[string]string{"src/lib.rs": fmt.Sprintf("// %s %s\n", c.Name, c.Version)}
	maps.Copy(files, c.Files)
	files["Cargo.toml"] = cmp.Or(c.Manifest, c.manifest())
	return files
}

// manifest writes a Cargo.toml as Cargo's publishing does: one table a dependency.
func (c Crate) manifest() string {
	var b strings.Builder
	fmt.Fprintf(&b, "[package]\nname = %q\nversion = %q\nedition = %q\n", c.Name, c.Version, cmp.Or(c.Edition, "2021"))
	for _, field := range [][2]string{{"rust-version", c.RustVersion}, {"links", c.Links}, {"description", c.Description}} {
		if field[1] != "" {
			fmt.Fprintf(&b, "%s = %q\n", field[0], field[1])
		}
	}
	if c.Links != "" {
		b.WriteString("build = false\n") // Cargo wants a build script of who links, and none has to run here
	}
	if len(c.Features) > 0 {
		b.WriteString("\n[features]\n")
		for _, name := range slices.Sorted(maps.Keys(c.Features)) {
			fmt.Fprintf(&b, "%q = %s\n", name, quoteAll(c.Features[name]))
		}
	}
	for _, d := range c.Deps {
		d.write(&b)
	}
	return b.String()
}

func (d Dep) write(b *strings.Builder) {
	table := map[string]string{"dev": "dev-dependencies", "build": "build-dependencies"}[d.Kind]
	table = cmp.Or(table, "dependencies")
	if d.Target != "" {
		table = fmt.Sprintf("target.%q.%s", d.Target, table)
	}
	fmt.Fprintf(b, "\n[%s.%s]\nversion = %q\n", table, d.Name, d.req())
	if d.Package != "" {
		fmt.Fprintf(b, "package = %q\n", d.Package)
	}
	if d.Registry != "" {
		fmt.Fprintf(b, "registry-index = %q\n", d.Registry)
	}
	if len(d.Features) > 0 {
		fmt.Fprintf(b, "features = %s\n", quoteAll(d.Features))
	}
	if d.Optional {
		b.WriteString("optional = true\n")
	}
	if d.NoDefault {
		b.WriteString("default-features = false\n")
	}
}

func (d Dep) req() string { return cmp.Or(d.Req, "*") }

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
