package clean

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"berth/internal/cachedir"
	"berth/internal/lockfs"
)

// asidePrefix begins the names of directories in which things wait for their end.
const asidePrefix = ".clean-"

// aside is a free path in the target directory that path is in; not ok where it is in
// none or nothing can be made there.
func (r *remover) aside(path string) (string, bool) {
	for _, root := range []string{r.o.TargetDir, r.o.BuildDir} {
		if path == root || !strings.HasPrefix(path, root+string(filepath.Separator)) {
			continue
		}
		if strings.HasPrefix(filepath.Base(path), asidePrefix) || lockfs.At(path).HasMounts() {
			return "", false // it is aside already, or would take what is mounted in it along
		}
		dir, err := r.asideIn(root)
		if err != nil {
			return "", false
		}
		r.moved++
		return filepath.Join(dir, strconv.Itoa(r.moved)), true
	}
	return "", false
}

// asideIn is this run's directory in a target directory.
func (r *remover) asideIn(root string) (string, error) {
	for _, dir := range r.trash {
		if filepath.Dir(dir) == root {
			return dir, nil
		}
	}
	dir, err := os.MkdirTemp(root, asidePrefix)
	if err == nil {
		r.trash = append(r.trash, dir)
	}
	return dir, err
}

// empty deletes what was moved aside.
func (r *remover) empty() error {
	for _, dir := range r.trash {
		before := r.sum.Dirs
		if err := r.deleteTree(dir); err != nil {
			return err
		}
		r.sum.Dirs = max(before, r.sum.Dirs-1) // ours
	}
	r.trash = nil
	return nil
}

// deleteTree deletes and counts. What others delete or add at the same time is no
// error, but for a directory that is not empty in the end.
func (r *remover) deleteTree(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return ignoreMissing(err)
	}
	for _, e := range entries {
		if r.ctx.Err() != nil {
			return context.Cause(r.ctx)
		}
		below := filepath.Join(path, e.Name())
		if e.IsDir() {
			err = r.deleteTree(below)
		} else {
			err = r.deleteFile(below, e)
		}
		if err != nil {
			return err
		}
	}
	r.sum.Dirs++
	return ignoreMissing(os.Remove(path))
}

func (r *remover) deleteFile(path string, e fs.DirEntry) error {
	if info, err := e.Info(); err == nil {
		r.weigh(info)
	}
	r.sum.Files++
	return ignoreMissing(os.Remove(path))
}

// count is a dry run's remove.
func (r *remover) count(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return ignoreMissing(err)
	}
	if !info.IsDir() {
		r.sum.Files++
		r.weigh(info)
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return ignoreMissing(err)
	}
	for _, e := range entries {
		if err := r.countEntry(filepath.Join(path, e.Name()), e); err != nil {
			return err
		}
	}
	r.sum.Dirs++
	r.tell(path)
	return nil
}

func (r *remover) countEntry(path string, e fs.DirEntry) error {
	if e.IsDir() {
		return r.count(path)
	}
	if err := r.count(path); err != nil {
		return err
	}
	r.tell(path)
	return nil
}

// check refuses what is no target directory. One that only the configuration names, or
// nobody, is one by that.
func check(o Options) error {
	info, err := os.Lstat(o.TargetDir)
	if err == nil && info.Mode()&fs.ModeSymlink == 0 && !info.IsDir() {
		return &RefusedError{o.TargetDir, "not a directory"}
	}
	if !o.Explicit {
		return nil
	}
	if _, err := os.Stat(o.TargetDir); err != nil {
		return ignoreMissing(err)
	}
	why, err := cachedir.Check(o.TargetDir)
	if why != "" {
		return &RefusedError{o.TargetDir, why}
	}
	return err
}

// checkSources refuses to remove the workspace with what builds have made beside it.
func (o Options) checkSources() error {
	sources, err := filepath.EvalSymlinks(o.Workspace)
	if err != nil || o.DryRun || o.Doc || o.Packages != nil || o.Profile != "" {
		return ignoreMissing(err)
	}
	for _, dir := range []string{o.TargetDir, o.BuildDir} {
		if !isIn(sources, dir) {
			continue
		}
		if why, err := cachedir.Check(dir); why != "" || err != nil {
			return cmp.Or[error](err, &RefusedError{dir, "the workspace lies in it"})
		}
	}
	return nil
}

// isIn tells whether a real path lies in a directory, or is that. Of a link nothing is removed but the link itself.
func isIn(path, dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(real, path)
	return err == nil && filepath.IsLocal(rel)
}

// RefusedError is a directory that is not removed.
type RefusedError struct{ Dir, Why string }

func (e *RefusedError) Error() string { return "cannot clean `" + e.Dir + "`: " + e.Why }

// Hint says what was feared.
func (e *RefusedError) Hint() string {
	return "note: nothing was removed, as it may hold something else; if it is to go, remove it by hand"
}
