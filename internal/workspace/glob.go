package workspace

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/glob"
	"berth/internal/looked"
)

// expandGlob finds what a pattern with slashes fits, from a directory on: * and ? within a name, also at its beginning before
// a dot; [abc], [a-z] and [!a]; ** for any directories. The results come by name. There is no escape but [*].
func expandGlob(dir, pattern string, seen *looked.List) ([]string, error) {
	at := dir
	if filepath.IsAbs(filepath.FromSlash(pattern)) {
		volume := filepath.VolumeName(filepath.FromSlash(pattern))
		at, pattern = volume+string(filepath.Separator), strings.TrimLeft(pattern[len(volume):], "/")
	}
	parts := strings.FieldsFunc(pattern, func(r rune) bool { return r == '/' })
	for _, part := range parts {
		if err := glob.Check(part); err != nil {
			return nil, err
		}
	}
	found := expandParts(at, parts, seen)
	slices.SortFunc(found, comparePaths)
	return slices.Compact(found), nil
}

func expandParts(at string, parts []string, seen *looked.List) []string {
	if len(parts) == 0 {
		return []string{filepath.Clean(at)}
	}
	part, rest := parts[0], parts[1:]
	switch {
	case part == "." || part == "..":
		return expandParts(filepath.Join(at, part), rest, seen)
	case part == "**":
		return expandDeep(at, rest, seen)
	case !isPattern(part):
		path := filepath.Join(at, part)
		if !sees(seen, path) {
			return nil
		}
		return expandParts(path, rest, seen)
	}
	var found []string
	for _, e := range entries(at, seen) {
		if glob.Fits(part, e.Name()) {
			found = append(found, expandParts(filepath.Join(at, e.Name()), rest, seen)...)
		}
	}
	return found
}

// expandDeep is the rest of a pattern at a directory and at all below it. Links to directories are not followed: they
// may lead back.
func expandDeep(at string, rest []string, seen *looked.List) []string {
	var found []string
	if len(rest) > 0 {
		found = expandParts(at, rest, seen)
	}
	for _, e := range entries(at, seen) {
		if !e.IsDir() {
			continue
		}
		below := filepath.Join(at, e.Name())
		if len(rest) == 0 {
			found = append(found, below)
		}
		found = append(found, expandDeep(below, rest, seen)...)
	}
	return found
}

func entries(dir string, seen *looked.List) []os.DirEntry {
	seen.ReadDir(dir)
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	return list
}

// comparePaths orders by the parts of the paths: a/b is before a-b.
func comparePaths(a, b string) int {
	split := func(r rune) bool { return r == filepath.Separator }
	return slices.Compare(strings.FieldsFunc(a, split), strings.FieldsFunc(b, split))
}

func isPattern(s string) bool { return strings.ContainsAny(s, "*?[") }
