package newpkg

import (
	"slices"

	"berth/internal/tomlquote"
)

// inheritance is what a workspace has for its members.
type inheritance struct {
	keys  []string // of [workspace.package], in order
	lints bool
}

// latestEdition is what new packages are written for.
const latestEdition = "2024"

// manifest is the text of Cargo.toml.
func (m *maker) manifest(from inheritance) []byte {
	b := []byte("[package]\n")
	inherited := slices.DeleteFunc(from.keys, func(key string) bool {
		return key == "edition" && m.Edition != "" || key == "publish" && m.Options.Registry != ""
	})
	edition := m.Edition
	if edition == "" {
		edition = latestEdition
	}
	for _, own := range []struct{ key, value string }{{"name", m.name}, {"version", "0.1.0"}, {"edition", edition}} {
		if !slices.Contains(inherited, own.key) {
			b = append(appendPair(b, own.key, own.value), '\n')
		}
	}
	if m.Registry != "" && !slices.Contains(inherited, "publish") {
		b = append(tomlquote.AppendValue(append(b, "publish = ["...), m.Registry), "]\n"...)
	}
	for _, key := range inherited {
		b = append(tomlquote.AppendKey(b, key), ".workspace = true\n"...)
	}
	b = append(b, "\n[dependencies]\n"...)
	for _, s := range m.sources {
		switch {
		case s.bin && s.path != "src/main.rs":
			b = append(appendPair(append(b, "\n[[bin]]\n"...), "name", m.name), '\n')
			b = append(appendPair(b, "path", s.path), '\n')
		case !s.bin && s.path != "src/lib.rs":
			b = append(appendPair(append(b, "\n[lib]\n"...), "path", s.path), '\n')
		}
	}
	if from.lints {
		b = append(b, "\n[lints]\nworkspace = true\n"...)
	}
	return b
}

func appendPair(b []byte, key, value string) []byte {
	return tomlquote.AppendValue(append(b, key+" = "...), value)
}
