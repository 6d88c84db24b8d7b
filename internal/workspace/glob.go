package workspace

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/looked"
)

// glob finds what a pattern with slashes fits, from a directory on: * and ? within a name, also at its beginning before
// a dot; [abc], [a-z] and [!a]; ** for any directories. The results come by name. There is no escape but [*].
func glob(dir, pattern string, seen *looked.List) ([]string, error) {
	at := dir
	if filepath.IsAbs(filepath.FromSlash(pattern)) {
		volume := filepath.VolumeName(filepath.FromSlash(pattern))
		at, pattern = volume+string(filepath.Separator), strings.TrimLeft(pattern[len(volume):], "/")
	}
	parts := strings.FieldsFunc(pattern, func(r rune) bool { return r == '/' })
	for _, part := range parts {
		if err := checkPattern(part); err != nil {
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
		if fits(part, e.Name()) {
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

// checkPattern refuses what means nothing.
func checkPattern(part string) error {
	if strings.Contains(part, "**") && part != "**" {
		return fmt.Errorf("** in a pattern must be all that stands between two slashes")
	}
	for rest := part; ; {
		open := strings.IndexByte(rest, '[')
		if open < 0 {
			return nil
		}
		_, after, ok := class(rest[open:], 'x')
		if !ok {
			return fmt.Errorf("[ in a pattern has no ]")
		}
		rest = after
	}
}

// Fits tells whether a pattern fits the whole of a name; a slash is a character like all others.
func Fits(pattern, name string) bool { return fits(pattern, name) }

// fits tells whether a pattern without slashes fits the whole of a name.
func fits(pattern, name string) bool {
	for pattern != "" {
		if pattern[0] == '*' {
			pattern = strings.TrimLeft(pattern, "*")
			for i := range name + "x" {
				if fits(pattern, name[i:]) {
					return true
				}
			}
			return false
		}
		r, size := utf8.DecodeRuneInString(name)
		if size == 0 {
			return false
		}
		switch pattern[0] {
		case '?':
			pattern = pattern[1:]
		case '[':
			inside, after, ok := class(pattern, r)
			if !ok || !inside {
				return false
			}
			pattern = after
		default:
			if !strings.HasPrefix(pattern, name[:size]) {
				return false
			}
			pattern = pattern[size:]
		}
		name = name[size:]
	}
	return name == ""
}

// class tells whether r is in the class that pattern begins with, and what follows that. A ] right after the opening
// is one of its characters.
func class(pattern string, r rune) (inside bool, after string, ok bool) {
	body := pattern[1:]
	body, negated := strings.CutPrefix(body, "!")
	if body == "" {
		return false, "", false
	}
	end := strings.IndexByte(body[1:], ']')
	if end < 0 {
		return false, "", false
	}
	set := []rune(body[:end+1])
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			inside = inside || set[i] <= r && r <= set[i+2]
			i += 2
			continue
		}
		inside = inside || set[i] == r
	}
	return inside != negated, body[end+2:], true
}
