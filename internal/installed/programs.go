package installed

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	if err := place(dir, sorted(p.Programs), from); err != nil {
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

// removeStale removes what killed installs left; the lock says that none lives.
func (t *Tracker) removeStale(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		name, id, ok := strings.Cut(e.Name(), staleMark)
		if _, err := hex.DecodeString(id); ok && name != "" && err == nil && len(id) == 16 && t.files[0].Excludes() {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
