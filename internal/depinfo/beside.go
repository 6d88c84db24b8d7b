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

func compare(x, y string) int { return slices.Compare(components(x), components(y)) }

// components leaves out what does not count: empty ones and dots within.
func components(path string) []string {
	var parts []string
	for i, part := range strings.FieldsFunc(path, isSeparator) {
		if part != "." || i == 0 && path[0] == '.' {
			parts = append(parts, part)
		}
	}
	if path != "" && isSeparator(rune(path[0])) {
		parts = append([]string{""}, parts...)
	}
	return parts
}

func isSeparator(r rune) bool { return r == '/' || r == filepath.Separator }

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
