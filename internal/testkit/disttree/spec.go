package disttree

import (
	"io/fs"
	"slices"
	"strings"
)

// Format is a compression of component archives, spelt as in the archive's name.
type Format string

// The formats that a channel manifest knows; a client prefers zst over xz over gz.
const (
	Gzip Format = "gz"
	XZ   Format = "xz"
	Zstd Format = "zst"
)

// AnyTarget is the target of a component that is the same everywhere (rust-src).
const AnyTarget = "*"

// Toolchain describes one release: what one channel manifest says and what lies behind it.
type Toolchain struct {
	Channels   []string // the names it is published under: "stable", "1.95.0"; the first one names the archives of beta and nightly
	Date       string   // the manifest's date and the folder of its archives
	Version    string   // of [pkg.rust]: "1.95.0 (59807616e 2026-04-14)"
	Hosts      []string // the targets of [pkg.rust]
	Components []Component
	Renames    map[string]string   // what users type to what the manifest says: "rustfmt" to "rustfmt-preview"
	Profiles   map[string][]string // nil leaves the table out
	Formats    []Format            // of every component that names none itself
	DatedOnly  bool                // leave the undated channel files as they are
}

// Component is one package for one target.
type Component struct {
	Name        string // as the manifest has it: "rustfmt-preview"
	Target      string
	Version     string // empty: the toolchain's
	Extension   bool   // listed among the extensions, not the components, of [pkg.rust]
	Unlisted    bool   // a package that [pkg.rust] does not name at all
	Unavailable bool   // available = false, no archive
	Formats     []Format
	Files       []File
	Dirs        []string // recorded as a whole (dir: entries); Files below them get no entry of their own
	Stem        string   // name of the archive and of its top directory; empty: made of name, release and target
}

// File is one file of a component, by its path in the installed toolchain.
type File struct {
	Path string
	Mode fs.FileMode // 0 means 0644
	Data []byte
}

// Component finds a component by manifest name and, where there are several, target; nil if there is none.
func (tc *Toolchain) Component(name string, target ...string) *Component {
	i := slices.IndexFunc(tc.Components, func(c Component) bool {
		return c.Name == name && (len(target) == 0 || c.Target == target[0])
	})
	if i < 0 {
		return nil
	}
	return &tc.Components[i]
}

// Remove takes all targets of a component out of the release, as a nightly does that could not build it.
func (tc *Toolchain) Remove(name string) {
	tc.Components = slices.DeleteFunc(slices.Clone(tc.Components), func(c Component) bool { return c.Name == name })
}

// Clone copies a toolchain so far that changing the copy's components and files does not show in the original.
func (tc Toolchain) Clone() Toolchain {
	tc.Channels = slices.Clone(tc.Channels)
	tc.Components = slices.Clone(tc.Components)
	for i := range tc.Components {
		tc.Components[i].Files = slices.Clone(tc.Components[i].Files)
	}
	return tc
}

// Put adds a file to the component, or replaces the one of that path.
func (c *Component) Put(f File) {
	i := slices.IndexFunc(c.Files, func(old File) bool { return old.Path == f.Path })
	if i < 0 {
		c.Files = append(slices.Clone(c.Files), f)
		return
	}
	c.Files = slices.Clone(c.Files)
	c.Files[i] = f
}

// release is the word for the version in archive names: channels that move carry the channel's name there.
func (tc *Toolchain) release() string {
	if first := tc.Channels[0]; first == "nightly" || first == "beta" {
		return first
	}
	number, _, _ := strings.Cut(tc.Version, " ")
	return number
}

// stem is the archive's name without the compression, which is also its top directory.
func (tc *Toolchain) stem(c *Component) string {
	if c.Stem != "" {
		return c.Stem
	}
	stem := strings.TrimSuffix(c.Name, "-preview") + "-" + tc.release()
	if c.Target != AnyTarget {
		stem += "-" + c.Target
	}
	return stem
}

// folder is the component's name inside its archive. The makers of the real archives append the target only where several targets
// of one component can be installed side by side.
func (c *Component) folder() string {
	if c.Name == "rust-std" || c.Name == "rust-analysis" {
		return c.Name + "-" + c.Target
	}
	return c.Name
}

func (c *Component) formats(tc *Toolchain) []Format {
	if len(c.Formats) > 0 {
		return c.Formats
	}
	return tc.Formats
}

func (c *Component) version(tc *Toolchain) string {
	if c.Version != "" {
		return c.Version
	}
	return tc.Version
}
