package dist

import (
	"maps"
	"slices"
)

// Marshal writes the manifest as stock rustup keeps it in a toolchain, in lib/rustlib/multirust-channel-manifest.toml:
// sorted, with the empty lists spelled out, without what rustup does not know, and with the addresses unmapped.
func (m *Manifest) Marshal() []byte {
	const header, build, component = 1 << 12, 1 << 9, 1 << 7
	size := header
	for _, p := range m.Packages {
		size += len(p.Targets) * build
		for _, b := range p.Targets {
			size += len(b.Components) * component
		}
	}
	b := make([]byte, 0, size)
	b = append(b, "manifest-version = \"2\"\ndate = "...)
	b = append(appendString(b, m.Date), '\n')
	b = m.appendPackages(b)
	b = m.appendRenames(b)
	return m.appendProfiles(b)
}

func (m *Manifest) appendPackages(b []byte) []byte {
	if len(m.Packages) == 0 {
		return append(b, "\n[pkg]\n"...)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Packages)) {
		p := m.Packages[name]
		path := string(appendKey([]byte("pkg."), name))
		b = append(b, "\n["+path+"]\nversion = "...)
		b = append(appendString(b, p.Version), '\n')
		if len(p.Targets) == 0 {
			b = append(b, "\n["+path+".target]\n"...)
		}
		for _, target := range slices.Sorted(maps.Keys(p.Targets)) {
			b = p.Targets[target].append(b, string(appendKey([]byte(path+".target."), target)))
		}
	}
	return b
}

func (t *Build) append(b []byte, path string) []byte {
	b = append(b, "\n["+path+"]\n"...)
	b = appendBool(b, "available = ", t.Available())
	for i := len(t.Archives) - 1; i >= 0; i-- {
		a := t.Archives[i]
		prefix := [...]string{"zst_", "xz_", ""}[a.Format]
		b = append(append(b, prefix...), "url = "...)
		b = append(appendString(b, a.URL), '\n')
		b = append(append(b, prefix...), "hash = "...)
		b = append(appendString(b, a.Hash), '\n')
	}
	extension := func(c Component) bool { return c.IsExtension }
	if !slices.ContainsFunc(t.Components, func(c Component) bool { return !c.IsExtension }) {
		b = append(b, "components = []\n"...)
	}
	if !slices.ContainsFunc(t.Components, extension) {
		b = append(b, "extensions = []\n"...)
	}
	b = appendComponents(b, path+".components", t.Components, func(c Component) bool { return !c.IsExtension })
	return appendComponents(b, path+".extensions", t.Components, extension)
}

func appendComponents(b []byte, path string, list []Component, wanted func(Component) bool) []byte {
	for _, c := range list {
		if !wanted(c) {
			continue
		}
		b = append(append(append(b, "\n[["...), path...), "]]\npkg = "...)
		b = append(appendString(b, c.Pkg), "\ntarget = "...)
		b = append(appendString(b, orAny(c.Target)), '\n')
		b = appendBool(b, "is_extension = ", c.IsExtension)
	}
	return b
}

func appendBool(b []byte, key string, v bool) []byte {
	if v {
		return append(append(b, key...), "true\n"...)
	}
	return append(append(b, key...), "false\n"...)
}

func (m *Manifest) appendRenames(b []byte) []byte {
	if len(m.Renames) == 0 {
		return append(b, "\n[renames]\n"...)
	}
	for _, from := range slices.Sorted(maps.Keys(m.Renames)) {
		b = appendKey(append(b, "\n[renames."...), from)
		b = append(appendString(append(b, "]\nto = "...), m.Renames[from]), '\n')
	}
	return b
}

func (m *Manifest) appendProfiles(b []byte) []byte {
	b = append(b, "\n[profiles]\n"...)
	for _, profile := range []Profile{Minimal, Default, Complete} {
		names, ok := m.Profiles[profile]
		if !ok {
			continue
		}
		b = append(append(b, profile...), " = ["...)
		for i, name := range names {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendString(b, name)
		}
		b = append(b, "]\n"...)
	}
	return b
}
