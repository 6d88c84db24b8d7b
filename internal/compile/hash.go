package compile

import (
	"encoding/binary"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/textsum"
	"berth/internal/unit"
)

// hashes are the two names of a unit. metadata goes into its symbols: it leaves out flags that may hold paths, so that a
// build with --remap-path-prefix or one after a profiling run has the same symbols. name goes into the names of files.
type hashes struct{ metadata, name uint64 }

// format is raised when the same unit shall have another name than before.
const format = "berth units 1"

// putSet takes hashes without an order: how many there are and their sum, which is as random as each of them. Sorting took
// most of the time where 500 crates all need each other.
func putSet(t textsum.Sum, n int, sum uint64) {
	t.Number(uint64(n))
	t.Number(sum)
}

// short is a digest in as many digits as names have.
func short(t textsum.Sum) uint64 {
	d := t.Digest()
	return binary.BigEndian.Uint64(d[:])
}

// Metadata is what -C metadata gets.
func (c *Compiler) Metadata(u *unit.Unit) string { return hexadecimal(c.hashes[u.Index].metadata) }

// Name is what tells a unit from others in the names of files and directories.
func (c *Compiler) Name(u *unit.Unit) string { return hexadecimal(c.hashes[u.Index].name) }

func hexadecimal(h uint64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, h))
}

func (c *Compiler) hashAll() []hashes {
	all := make([]hashes, len(c.Graph.Units))
	version := map[bool]string{}
	for _, host := range []bool{true, false} {
		version[host] = c.compilerText(host)
	}
	for _, u := range c.Graph.Units { // dependencies come first
		shared := c.ownDigest(u, version[u.Kind == unit.Host])
		metadata, name := textsum.New(), textsum.New()
		metadata.Write(shared)
		name.Write(shared)
		var deps hashes
		for _, d := range u.Deps {
			deps.metadata += all[d.Unit.Index].metadata
			deps.name += all[d.Unit.Index].name
		}
		putSet(metadata, len(u.Deps), deps.metadata)
		putSet(name, len(u.Deps), deps.name)
		for _, flags := range [][]string{c.extra(u), c.flags(u)} {
			if !remaps(flags) {
				name.List(flags)
			}
		}
		all[u.Index] = hashes{short(metadata), short(name)}
	}
	return all
}

// ownDigest is what a unit is without its dependencies.
func (c *Compiler) ownDigest(u *unit.Unit, version string) []byte {
	d := textsum.New()
	d.Put(format, u.ID.Name, u.ID.Version.String(), c.SourceText(u))
	d.List(u.Features)
	d.List(profileTexts(&u.Profile))
	l := c.lto[u.Index]
	d.Put(string(rune('a'+u.Mode)), string(rune('a'+l.kind)), l.how)
	kind := ""
	if u.Kind != unit.Host {
		kind = "target " + c.target(u.Kind).Name
	}
	d.Put(kind, u.Target.Name)
	d.List(u.Target.Kinds())
	d.Put(version)
	if u.Member {
		// Clippy's are not to be taken for those of check.
		d.Put(c.WorkspaceWrapper)
	}
	channel, _ := c.getenv("__CARGO_DEFAULT_LIB_METADATA")
	d.Put(channel)
	return d.Sum(nil)
}

// SourceText is where a package is from. Of one in the workspace it is the way from the root, so that a project that is
// moved, or another checkout of it, has the same units.
func (c *Compiler) SourceText(u *unit.Unit) string {
	source := u.ID.Source
	if !source.IsPath() {
		return source.Text()
	}
	if below, ok := c.BelowRoot(source.Dir()); ok {
		return "path " + filepath.ToSlash(below)
	}
	return "path " + source.Dir()
}

func profileTexts(p *unit.Profile) []string {
	var flags []byte
	for _, set := range []bool{p.DebugAssertions, p.OverflowChecks, p.RPath, p.Incremental} {
		if set {
			flags = append(flags, '1')
		} else {
			flags = append(flags, '0')
		}
	}
	units := uint32(0) // which no compiler takes, and so stands for its own choice
	if p.CodegenUnits != nil {
		units = *p.CodegenUnits
	}
	texts := []string{p.OptLevel, p.LTO, p.Debuginfo, p.SplitDebuginfo, p.Strip, p.Panic, string(binary.LittleEndian.AppendUint32(nil, units)), p.CodegenBackend, string(flags)}
	return append(texts, p.Rustflags...)
}

// compilerText keeps apart what different compilers make. Stable ones differ with each release; of nightlies only the
// channel counts, as in stock: their units are told apart by what they read, and names need not change each night.
func (c *Compiler) compilerText(host bool) string {
	v := c.Version
	if v == nil {
		return ""
	}
	if pre, _, _ := strings.Cut(v.Release.Pre, "."); pre != "" {
		if host {
			return pre + " " + v.Host
		}
		return pre
	}
	if host {
		return v.Verbose
	}
	var b strings.Builder
	for line := range strings.Lines(v.Verbose) {
		if !strings.HasPrefix(line, "host: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// remaps tells whether flags are likely to hold paths on purpose.
func remaps(flags []string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return f == "--remap-path-prefix" || strings.HasPrefix(f, "--remap-path-prefix=") })
}

// flags are those of RUSTFLAGS or RUSTDOCFLAGS, or what the configuration has.
func (c *Compiler) flags(u *unit.Unit) []string {
	if u.Mode == unit.Doc || u.Mode == unit.Doctest {
		return c.target(u.Kind).Rustdocflags
	}
	return c.target(u.Kind).Rustflags
}

func (c *Compiler) getenv(name string) (string, bool) {
	if c.Getenv == nil {
		return "", false
	}
	return c.Getenv(name)
}
