// Package clean removes what builds have made, in the layout of stock Cargo's target
// directory.
//
// What holds: nothing is waited for, and no lock is taken, as stock takes none. What
// is removed is first moved aside, within the target directory and in one step each, so
// that a build that runs at the same time finds a directory whole or not at all, and
// then deleted where nobody looks. After a kill the next clean removes what is left. A
// directory that the command line names is only removed if it says that it is a cache, and
// so is one that has the workspace in it.
//
// The store of units in a build directory is not moved: builds at work use it in place. Its units are made anew from here
// on, and what nobody uses goes ([unitstore.Store.Clear]).
//
// Where it ends: a build that is under way may make anew what was just removed.
package clean

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/cachedir"
	"berth/internal/crashpoint"
	"berth/internal/figures"
	"berth/internal/looked"
	"berth/internal/unitstore"
)

// Options say what is to go.
type Options struct {
	TargetDir, BuildDir string // absolute; mostly the same
	Explicit            bool   // the command line names TargetDir
	Workspace           string // directory

	Targets []string // names of target directories, with Packages or Doc; none is the host's
	Doc     bool     // only the documentation
	Profile string   // the directory of a profile; with Packages the one to look in, else all of it
	// Packages are those of which alone something goes; nil is everything.
	Packages []Package

	Store *unitstore.Store // of units, in BuildDir

	DryRun bool
	// LinksOnce: in a dry run the bytes of a file that has several names count once.
	LinksOnce bool
	// Removing is told of each path before it goes, and in a dry run of all that would.
	Removing func(path string)
}

// Summary counts what went.
type Summary struct {
	Files, Dirs int
	Bytes       int64
}

// String is the sum as stock says it. Directories count only where there was no file.
func (s Summary) String() string {
	text := fmt.Sprintf("%d files", s.Files)
	switch {
	case s.Files == 1:
		text = "1 file"
	case s.Files == 0 && s.Dirs == 1:
		text = "1 directory"
	case s.Files == 0 && s.Dirs > 1:
		text = fmt.Sprintf("%d directories", s.Dirs)
	}
	if s.Bytes > 0 {
		text += ", " + figures.Bytes(s.Bytes) + " total"
	}
	return text
}

// Clean removes.
func Clean(ctx context.Context, o Options) (Summary, error) {
	if err := check(o); err != nil {
		return Summary{}, err
	}
	if err := o.checkSources(); err != nil {
		return Summary{}, err
	}
	r := &remover{ctx: ctx, o: o, weighed: map[uint64]bool{}}
	defer r.empty()
	roots := []string{o.TargetDir}
	if o.BuildDir != o.TargetDir {
		roots = append(roots, o.BuildDir)
	}
	var err error
	switch {
	case o.Doc:
		err = r.all(r.dirs(o.TargetDir, "doc"))
	case o.Packages != nil:
		err = r.packages()
	default:
		for _, root := range roots {
			if o.Profile != "" {
				err = errors.Join(err, r.remove(filepath.Join(root, o.Profile)))
			} else {
				err = errors.Join(err, r.whole(root))
			}
		}
	}
	if err == nil && (o.Doc || o.Packages != nil || o.Profile != "") {
		err = r.units()
	}
	if err == nil {
		err = r.empty()
	}
	return r.sum, err
}

// dirs are a directory of each target, the host's where none is named.
func (r *remover) dirs(root, name string) (dirs []string) {
	if len(r.o.Targets) == 0 {
		return []string{filepath.Join(root, name)}
	}
	for _, target := range r.o.Targets {
		dirs = append(dirs, filepath.Join(root, target, name))
	}
	return dirs
}

// remover moves things aside and then deletes them.
type remover struct {
	ctx   context.Context
	o     Options
	sum   Summary
	trash []string // directories with what was moved aside
	moved int

	weighed map[uint64]bool // inodes that count already
}

func (r *remover) all(paths []string) error {
	for _, path := range paths {
		if err := r.remove(path); err != nil {
			return err
		}
	}
	return nil
}

// remove removes one path; what is not there is removed already.
func (r *remover) remove(path string) error {
	if err := r.ctx.Err(); err != nil {
		return context.Cause(r.ctx)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return ignoreMissing(err)
	}
	if r.o.DryRun {
		return r.count(path)
	}
	r.tell(path)
	if !info.IsDir() {
		r.sum.Files++
		r.weigh(info)
		return ignoreMissing(os.Remove(path))
	}
	aside, ok := r.aside(path)
	if !ok {
		return r.deleteTree(path)
	}
	return ignoreMissing(r.move(path, aside))
}

// weigh counts the bytes of a file.
func (r *remover) weigh(info fs.FileInfo) {
	if inode := looked.InodeOf(info); r.o.DryRun && r.o.LinksOnce && inode != 0 {
		if r.weighed[inode] {
			return
		}
		r.weighed[inode] = true
	}
	r.sum.Bytes += info.Size()
}

func (r *remover) move(path, aside string) error {
	err := os.Rename(path, aside)
	if err == nil {
		return crashpoint.Here("clean.retired")
	}
	return r.deleteTree(path) // a mount point, or in use where that forbids a rename
}

// whole removes a target directory. Its mark goes last: without it the next clean
// would not dare to touch what is left. A link is only unlinked.
func (r *remover) whole(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || r.o.DryRun {
		return r.remove(dir)
	}
	r.tell(dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ignoreMissing(err)
	}
	tell := r.o.Removing
	r.o.Removing = nil
	for _, e := range entries {
		if e.Name() != cachedir.Name && e.Name() != storeName {
			err = errors.Join(err, r.remove(filepath.Join(dir, e.Name())))
		}
	}
	err = errors.Join(err, r.units())
	r.o.Removing = tell
	if err = errors.Join(err, r.empty()); err != nil {
		return err
	}
	return r.last(dir)
}

// last removes a directory in which only the mark is left. What a build has made there
// meanwhile stays.
func (r *remover) last(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ignoreMissing(err)
	}
	if len(entries) > 1 || len(entries) == 1 && entries[0].Name() != cachedir.Name {
		return nil
	}
	for _, e := range entries {
		if err := r.deleteFile(filepath.Join(dir, e.Name()), e); err != nil {
			return err
		}
	}
	if os.Remove(dir) == nil { // else a build has begun in between
		r.sum.Dirs++
	}
	return nil
}

func (r *remover) tell(path string) {
	if r.o.Removing != nil {
		r.o.Removing(path)
	}
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
