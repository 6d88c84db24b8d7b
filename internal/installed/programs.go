package installed

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"berth/internal/crashpoint"
)

// Install places programs, each from the path that from has for its name, and records the package they belong to. What
// stood at their places is replaced; say who owns it before.
func (t *Tracker) Install(p *Package, from map[string]string) error {
	dir := t.files[0].Path(t.root.Programs())
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	t.removeStale(dir)
	if err := place(dir, sorted(p.Programs), from, lockedMark); err != nil {
		return err
	}
	t.add(p)
	return t.save()
}

// Remove removes programs of a package, each of them and then its record. One that is gone already is no error.
func (t *Tracker) Remove(p *Package, programs []string) error {
	for _, name := range programs {
		if !slices.Contains(p.Programs, name) {
			return fmt.Errorf("binary `%s` not installed as part of `%s`", name, p.ID)
		}
		if err := checkName(name); err != nil {
			return err
		}
	}
	dir := t.files[0].Path(t.root.Programs())
	for _, name := range slices.Clone(programs) {
		if err := remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := crashpoint.Here("installed.remove.done"); err != nil {
			return err
		}
		p.Programs = slices.DeleteFunc(p.Programs, func(n string) bool { return n == name })
		t.dropEmpty()
		if err := t.save(); err != nil {
			return err
		}
	}
	return nil
}

// unlockedAge is how old what was written without the lock must be before its writer is taken for dead.
const unlockedAge = 24 * time.Hour

// removeStale removes what killed installs left. Of those that take the lock it says that none lives.
func (t *Tracker) removeStale(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		stale := isMarked(e.Name(), lockedMark) && t.files[0].Excludes()
		if isMarked(e.Name(), unlockedMark) {
			info, err := e.Info()
			stale = err == nil && time.Since(info.ModTime()) > unlockedAge
		}
		if stale {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
