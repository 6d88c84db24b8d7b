package vendor

import (
	"maps"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/tomlquote"
)

// merged is the name of the source that all others are replaced with.
const merged = "vendored-sources"

// Snippet is the configuration by which packages of the sources are taken from a directory, given as it was written;
// empty where there are no packages.
func Snippet(all []Package, dir string) string {
	tables := map[string][][2]string{}
	for _, p := range all {
		source := p.ID.Source
		tables[sourceName(source)] = append(place(source), [2]string{"replace-with", merged})
	}
	if len(tables) == 0 {
		return ""
	}
	tables[merged] = [][2]string{{"directory", strings.ReplaceAll(dir, "\\", "/")}}
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if len(b) > 0 {
			b = append(b, '\n')
		}
		b = append(tomlquote.AppendKey(append(b, "[source."...), name), "]\n"...)
		for _, pair := range tables[name] {
			b = append(tomlquote.AppendValue(append(b, pair[0]+" = "...), pair[1]), '\n')
		}
	}
	return string(b)
}

func sourceName(s crate.SourceID) string {
	if s.IsPublic() {
		return crate.PublicKey
	}
	return s.WithPrecise("").Text()
}

// place is where a source is; the public registry is known.
func place(s crate.SourceID) [][2]string {
	switch {
	case s.IsPublic():
		return nil
	case !s.IsGit():
		return [][2]string{{"registry", s.URL()}}
	}
	pairs := [][2]string{{"git", s.URL()}}
	if ref := s.GitRef(); ref.Kind != crate.DefaultBranch {
		key := map[crate.RefKind]string{crate.Branch: "branch", crate.Tag: "tag", crate.Rev: "rev"}[ref.Kind]
		pairs = append(pairs, [2]string{key, ref.Name})
	}
	return pairs
}
