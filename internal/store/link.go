package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"berth/internal/archive"
)

// ConflictError says that two components bring the same path. Stock words it
// "detected conflict".
type ConflictError struct{ Path, Component string }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("detected conflict: '%s' of component '%s' is already there", e.Path, e.Component)
}

// DamageError says that a file is not what the stamp says: somebody edited it
// in place, or the machine lost power.
type DamageError struct {
	SHA256, Component, What string
	stamp                   fs.FileInfo // by which what was found is known again
}

func damageOf(dir, sha, name, what string) *DamageError {
	info, _ := os.Lstat(filepath.Join(dir, "stamp")) // nil: there is none, or it is no component of the store
	return &DamageError{sha, name, what, info}
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("component '%s' is not as it was unpacked: %s", e.Component, e.What)
}

// linker brings files into a tree: by clone where the file system has them, by
// hard link, or by copy (other device, too many links, not permitted, overlayfs).
type linker struct {
	noClone, noLink atomic.Bool
	copyAll         bool // for what people edit in place (rust-src)
}

// linkBatch is how many files a worker takes at once; they mostly share a
// directory, whose lock in the kernel the workers would otherwise fight for.
const linkBatch = 256

// tree brings a component's files from one root below another one.
func (l *linker) tree(ctx context.Context, from, to string, part Part) error {
	if err := makeDirs(to, part.Contents); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	files := part.Contents.Files
	for len(files) > 0 {
		n := min(linkBatch, len(files))
		batch := files[:n]
		files = files[n:]
		group.Go(func() error { return l.batch(ctx, from, to, part, batch) })
	}
	return group.Wait()
}

// makeDirs makes the directories without their modes, since a read-only one must
// still be filled: see sealDirs.
func makeDirs(to string, c *archive.Contents) error {
	last := ""
	for _, d := range c.Dirs {
		if err := os.Mkdir(filepath.Join(to, filepath.FromSlash(d.Path)), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	for _, f := range c.Files {
		if dir := filepath.Dir(filepath.FromSlash(f.Path)); dir != last {
			if err := os.MkdirAll(filepath.Join(to, dir), 0o777); err != nil {
				return err
			}
			last = dir
		}
	}
	return nil
}

func (l *linker) batch(ctx context.Context, from, to string, part Part, files []archive.File) error {
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := l.file(from, to, part, f); err != nil {
			return err
		}
	}
	return nil
}

func (l *linker) file(from, to string, part Part, f archive.File) error {
	path := filepath.FromSlash(f.Path)
	source := from + string(os.PathSeparator) + path
	info, err := os.Lstat(source)
	if err != nil && !isNotThere(err) {
		return err
	}
	if err != nil || !isAsStamped(info, f) {
		// A home that was restored from an archive may have lost the times alone.
		if same, err := matches(source, f, true); !same || err != nil {
			return errors.Join(err, damageOf(filepath.Dir(part.Root), part.SHA256, part.Name, f.Path+" was changed or removed"))
		}
	}
	err = l.bring(source, to+string(os.PathSeparator)+path, f.Mode, info.ModTime())
	if errors.Is(err, fs.ErrExist) {
		return &ConflictError{f.Path, part.Name}
	}
	return err
}

func isAsStamped(info fs.FileInfo, f archive.File) bool {
	return info.Mode().IsRegular() && info.Size() == f.Size && info.ModTime().Equal(f.ModTime)
}

func (l *linker) bring(source, target string, mode fs.FileMode, modified time.Time) error {
	if !l.noClone.Load() {
		err := clone(source, target, mode)
		if err == nil {
			return os.Chtimes(target, modified, modified)
		}
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		l.noClone.Store(true)
	}
	if !l.copyAll && !l.noLink.Load() {
		err := os.Link(source, target)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		if !isTooManyLinks(err) {
			l.noLink.Store(true) // this file system or device will not, for no file
		}
	}
	return copyFile(source, target, mode, modified)
}

func copyFile(source, target string, mode fs.FileMode, modified time.Time) error {
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode.Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Chmod(mode.Perm())
	}
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(target)
		return err
	}
	return os.Chtimes(target, modified, modified)
}
