package workspace

import (
	"path/filepath"

	"berth/internal/crate"
)

// TargetDir is where results go: what the configuration says, or target beside the root.
func (w *Workspace) TargetDir(configured string) string {
	if configured != "" {
		return configured
	}
	return filepath.Join(w.Dir(), "target")
}

// BuildDirPlaceholders are the values of what build.build-dir can have in braces.
func (w *Workspace) BuildDirPlaceholders() map[string]string {
	real, err := filepath.EvalSymlinks(w.Root.Path)
	if err != nil {
		real = w.Root.Path
	}
	hash := crate.PathHash(real)
	return map[string]string{
		"workspace-root":      w.Dir(),
		"cargo-cache-home":    w.loader.opts.Home,
		"workspace-path-hash": filepath.Join(hash[:2], hash[2:]),
	}
}
