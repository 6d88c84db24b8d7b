package config

import (
	"maps"
	"slices"
	"strings"

	"berth/internal/nearest"
)

// BuildDir is build.build-dir with its placeholders filled in; set is false where nobody wrote it. A relative one starts where it was written, after
// the filling, as a placeholder may make it absolute.
func (c *Config) BuildDir(placeholders map[string]string) (dir string, set bool, err error) {
	b, err := c.Build()
	if err != nil || !b.BuildDir.Set {
		return "", false, err
	}
	v := b.BuildDir
	filled, problem := fill(v.Val, placeholders)
	if v.Val == "" {
		problem = "the build directory is empty; name one, or remove the key"
	}
	if problem != "" {
		return "", false, wrong(ParseKey("build.build-dir"), v.Origin, "%s", problem)
	}
	return c.Path(Value[string]{Val: filled, Origin: v.Origin}), true, nil
}

// fill puts values for what stands in braces.
func fill(template string, values map[string]string) (filled, problem string) {
	var b strings.Builder
	for rest := template; ; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			b.WriteString(rest)
			return b.String(), ""
		}
		name, after, closed := strings.Cut(rest[open+1:], "}")
		if rest[open] == '}' || !closed {
			return "", "unexpected `" + rest[open:open+1] + "` in `" + template + "`: braces are for placeholders, as in {workspace-root}"
		}
		value, known := values[name]
		if !known {
			return "", unknownPlaceholder(name, template, slices.Sorted(maps.Keys(values)))
		}
		b.WriteString(rest[:open] + value)
		rest = after
	}
}

func unknownPlaceholder(name, template string, known []string) string {
	text := "unknown placeholder `{" + name + "}` in `" + template + "`"
	if meant := nearest.Of(name, known...); meant != "" {
		return text + "; is `{" + meant + "}` meant?"
	}
	return text + ": expected {" + strings.Join(known, "}, {") + "}"
}
