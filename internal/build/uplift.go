package build

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"berth/internal/cachedir"
	"berth/internal/crashpoint"
	"berth/internal/lockfs"
	"berth/internal/unitstore"
)

// placePrefix begins the names of files that are about to be renamed to what users look for. The number of the process
// that does it follows.
const placePrefix = ".berth-"

// placer puts files where users look for them. It belongs to one goroutine.
type placer struct {
	cleared map[string]bool // directories in which nothing of the dead is left
}

// place puts what a unit has made where users look for it: a second name of the same file, or a copy. What is there
// already is not touched; what was there before is replaced in one step, so that a program that runs keeps its file.
func (p *placer) place(from, to string) error {
	return p.placeBy(from, to, func(beside string, made fs.FileInfo) error {
		if !made.IsDir() && os.Link(from, beside) == nil {
			return nil
		}
		return copyAny(from, beside, made)
	})
}

// placeBy is place by some other way of making what is then renamed.
func (p *placer) placeBy(from, to string, fill func(beside string, made fs.FileInfo) error) error {
	made, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("what was made is gone: %w", err)
	}
	if there, err := os.Lstat(to); err == nil && isSame(from, to, made, there) {
		return nil
	}
	err = p.put(to, func(beside string) error { return fill(beside, made) })
	if err != nil {
		return fmt.Errorf("cannot put `%s` in its place: %w", to, err)
	}
	return nil
}

// put makes something beside its place and renames it, again while somebody moves the directory away.
func (p *placer) put(to string, fill func(beside string) error) error {
	return cachedir.DespiteClean(func() error {
		dir := filepath.Dir(to)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		p.clearDead(dir)
		beside := filepath.Join(dir, fmt.Sprintf("%s%d-%s", placePrefix, os.Getpid(), rand.Text()))
		err := fill(beside)
		if err == nil {
			err = crashpoint.Here("build.place")
		}
		if err == nil {
			err = replace(beside, to)
		}
		os.RemoveAll(beside) // of an error, or of a rename to another name of the same file, which does nothing
		return err
	})
}

// clearDead removes what processes were about to rename that are no more. One that only looks dead, because it runs in
// another container, tries again. A directory is read once a build: deps has thousands of files.
func (p *placer) clearDead(dir string) {
	if p.cleared[dir] {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // what is to be put there says why
	}
	if p.cleared == nil {
		p.cleared = map[string]bool{}
	}
	p.cleared[dir] = true
	for _, e := range entries {
		of, ok := strings.CutPrefix(e.Name(), placePrefix)
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(of, "-")
		if pid, err := strconv.Atoi(number); err == nil && !lockfs.Alive(pid) {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// isSame: the file itself, or a copy that nobody has changed. Size and time do not tell that alone: what two checkouts
// have linked in one tick of the clock has both alike.
func isSame(from, to string, made, there fs.FileInfo) bool {
	if os.SameFile(made, there) {
		return true
	}
	return there.Mode().IsRegular() && made.Mode().IsRegular() && there.Size() == made.Size() && there.ModTime().Equal(made.ModTime()) &&
		unitstore.SameBytes(from, to)
}

// replace renames over whatever is there. A directory cannot be renamed over: it makes way first.
func replace(beside, to string) error {
	err := os.Rename(beside, to)
	if err == nil {
		return nil
	}
	info, statErr := os.Lstat(to)
	if statErr != nil || !info.IsDir() {
		return err
	}
	away := beside + "-old"
	err = os.Rename(to, away)
	if lockfs.IsImmovable(err) {
		err = os.RemoveAll(to)
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(away)
	return os.Rename(beside, to)
}

func copyAny(from, to string, info fs.FileInfo) error {
	if info.IsDir() {
		return copyTree(from, to)
	}
	return unitstore.CopyFile(from, to)
}

// copyTree copies what is a directory: debug information of some systems.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := to + strings.TrimPrefix(path, from)
		if d.IsDir() {
			return os.Mkdir(target, 0o777)
		}
		return unitstore.CopyFile(path, target)
	})
}

// writeIfOther writes a small file in one step, unless it is that already.
func (p *placer) writeIfOther(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(data) {
		return nil
	}
	return p.put(path, func(beside string) error { return os.WriteFile(beside, data, 0o666) })
}
