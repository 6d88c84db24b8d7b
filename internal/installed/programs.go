package installed

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crashpoint"
)

// Install places programs, each from the path that from has for its name, and records the package they belong to. What
// stood at their places is replaced; say who owns it (Owner) before.
func (t *Tracker) Install(p *Package, from map[string]string) error {
	dir := t.files[0].Path(t.root.Programs())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	t.removeStale(dir)
	names := sorted(p.Programs)
	var placed []string
	defer func() {
		for _, path := range placed {
			os.Remove(path) // of an error: what was renamed is not there any more
		}
	}()
	for _, name := range names { // all are there before the first is replaced: the disk may be full
		if filepath.Base(name) != name || name == "." || name == ".." {
			return fmt.Errorf("%q is no name of a program", name)
		}
		path, err := copyBeside(from[name], filepath.Join(dir, name))
		placed = append(placed, path)
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", filepath.Join(dir, name), err)
		}
	}
	for i, name := range names {
		if err := crashpoint.Here("installed.program.before"); err != nil {
			return err
		}
		if err := replace(placed[i], filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("cannot replace %s: %w", filepath.Join(dir, name), err)
		}
	}
	if err := crashpoint.Here("installed.program.done"); err != nil {
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

// staleMark and 16 hexadecimal digits follow the name of a program while it is written.
const staleMark = ".berth-new-"

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

// copyBeside copies and does not link: people strip and patch what they have installed. The path is given also after an
// error.
func copyBeside(from, to string) (path string, err error) {
	id := make([]byte, 8)
	rand.Read(id)
	path = to + staleMark + hex.EncodeToString(id)
	in, err := os.Open(from)
	if err != nil {
		return path, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return path, err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return path, err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return path, errors.Join(err, out.Close())
}
