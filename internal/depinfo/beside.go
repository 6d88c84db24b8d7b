package depinfo

import (
	"path/filepath"
	"slices"
	"strings"
)

// Beside is the text of the .d file beside an output: one rule, with the files sorted. Where base is a directory (it is
// build.dep-info-basedir), paths below it are written relative to it.
func Beside(output string, files []string, base string) string {
	var b strings.Builder
	b.WriteString(render(output, base))
	b.WriteByte(':')
	for _, file := range Sorted(files) {
		b.WriteByte(' ')
		b.WriteString(render(file, base))
	}
	b.WriteByte('\n')
	return b.String()
}

// Sorted is the order of paths that Cargo has: component by component, each path once.
func Sorted(files []string) []string {
	files = slices.Clone(files)
	slices.SortFunc(files, compare)
	return slices.CompactFunc(files, func(x, y string) bool { return compare(x, y) == 0 })
}

// compare cuts off one component of each after the other: a build writes a list of all its sources for each of its programs.
func compare(x, y string) int {
	for first := true; ; first = false {
		a, restX, moreX := component(x, first)
		b, restY, moreY := component(y, first)
		switch {
		case !moreX && !moreY:
			return 0
		case !moreX:
			return -1
		case !moreY:
			return 1
		}
		if c := strings.Compare(a, b); c != 0 {
			return c
		}
		x, y = restX, restY
	}
}

// component is the next one of a path, and what is behind it. Those that do not count are left out: empty ones and dots
// within. That of the root is empty.
func component(path string, first bool) (part, rest string, ok bool) {
	if first && path != "" && isSeparator(path[0]) {
		return "", path[1:], true
	}
	for path != "" {
		end := 0
		for end < len(path) && !isSeparator(path[end]) {
			end++
		}
		part, path = path[:end], path[min(end+1, len(path)):]
		if part != "" && (part != "." || first) {
			return part, path, true
		}
		first = false
	}
	return "", "", false
}

func isSeparator(c byte) bool { return c == '/' || c == filepath.Separator }

func render(path, base string) string {
	if base != "" {
		below, err := filepath.Rel(filepath.Clean(base), filepath.Clean(path))
		if err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator)) {
			if below == "." {
				below = ""
			}
			path = below
		}
	}
	return strings.ReplaceAll(path, " ", `\ `)
}

// Moved is what a compiler wrote, with the outputs of these names in another directory.
func Moved(text []byte, outputs []string, dir string) []byte {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		for _, name := range outputs {
			if i := strings.Index(line, string(filepath.Separator)+name+":"); i >= 0 && !strings.HasPrefix(line, "#") {
				line = dir + line[i:]
				break
			}
		}
		b.WriteString(line)
	}
	return []byte(b.String())
}
