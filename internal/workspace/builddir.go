package workspace

import (
	"fmt"
	"path/filepath"
	"strings"

	"berth/internal/crate"
	"berth/internal/nearest"
)

// TargetDir is where results go: what the configuration says, or target beside the root.
func (w *Workspace) TargetDir(configured string) string {
	if configured != "" {
		return configured
	}
	return filepath.Join(w.Dir(), "target")
}

// BuildDir is where intermediate results go. The template is build.build-dir, with its relative path made absolute;
// where there is none they go with the others.
func (w *Workspace) BuildDir(template, targetDir string) (string, error) {
	if template == "" {
		return targetDir, nil
	}
	real, err := filepath.EvalSymlinks(w.Root.Path)
	if err != nil {
		real = w.Root.Path
	}
	hash := crate.PathHash(real)
	values := map[string]string{
		"workspace-root":      w.Dir(),
		"cargo-cache-home":    w.loader.opts.Home,
		"workspace-path-hash": filepath.Join(hash[:2], hash[2:]),
	}
	return fill(template, values)
}

func fill(template string, values map[string]string) (string, error) {
	var b strings.Builder
	for rest := template; ; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			b.WriteString(rest)
			return filepath.Clean(b.String()), nil
		}
		name, after, ok := strings.Cut(rest[open+1:], "}")
		switch {
		case rest[open] == '}':
			return "", fmt.Errorf("unexpected closing bracket `}` in build.build-dir path `%s`", template)
		case !ok:
			return "", fmt.Errorf("unexpected opening bracket `{` in build.build-dir path `%s`", template)
		}
		value, known := values[name]
		if !known {
			return "", unknownVariable(name, template)
		}
		b.WriteString(rest[:open] + value)
		rest = after
	}
}

func unknownVariable(name, template string) error {
	names := []string{"workspace-root", "cargo-cache-home", "workspace-path-hash"}
	help := "available template variables are `{" + strings.Join(names, "}`, `{") + "}`"
	if similar := nearest.Of(name, names...); similar != "" {
		help = "a template variable with a similar name exists: `" + similar + "`"
	}
	return fmt.Errorf("unexpected variable `%s` in build.build-dir path `%s`\n\nhelp: %s", name, template, help)
}
