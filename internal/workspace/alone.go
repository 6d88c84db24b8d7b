package workspace

import (
	"fmt"
	"path/filepath"

	"berth/internal/crate"
)

// Alone is a workspace of one package that somebody else has published, in the directory it was unpacked to: it is in
// nobody's workspace, whatever lies above, and stays a package of its source. Summary is what the source says of it.
func Alone(dir string, summary *crate.Summary, o Options) (*Workspace, error) {
	m, err := OpenForeign(dir, summary.ID.Source, o).At()
	if err != nil {
		return nil, err
	}
	if !m.Package.ID().Same(summary.ID) {
		return nil, fmt.Errorf("expected package `%s` in `%s`, found `%s`", summary.ID, dir, m.Package.ID())
	}
	m.Package.Summary.Checksum = summary.Checksum
	w := &Workspace{Current: m, Root: m, single: true, loader: newLoader(o, crate.SourceID{}), isMember: map[string]bool{}}
	w.addMember(m)
	w.defaults = w.members
	w.setResolver()
	return w, nil
}

// LockPath is where the Cargo.lock is, or will be.
func (w *Workspace) LockPath() string {
	if path := w.loader.opts.LockPath; path != "" {
		return path
	}
	return filepath.Join(w.Dir(), "Cargo.lock")
}

// HasLock tells whether there is a Cargo.lock.
func (w *Workspace) HasLock() bool { return exists(w.LockPath()) }
