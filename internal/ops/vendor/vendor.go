// Package vendor copies packages into one directory, as `cargo vendor` lays it out.
//
// # What holds
//
// A package appears in the directory whole, with its .cargo-checksum.json, and takes the place of an older one in one
// step: who reads the directory meanwhile finds the one or the other. One that is there as it would be made stays. Any number of processes may work on one directory;
// one at a time writes. What a killed one left is cleared by the next, which makes everything anew that is not whole.
// Files, their modes and .cargo-checksum.json are stock's, to the byte.
//
// # What does not hold
//
// The directory as a whole is not one step: while another project is vendored into it, it has packages of both. Processes
// with different homes do not know of each other; each package is whole even so. Nothing is synced: after a power cut the
// checksums tell what is torn, and vendoring again mends it.
package vendor

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/semver"
)

// Package is what is to be copied.
type Package struct {
	Manifest *manifest.Manifest
	ID       crate.PackageID // as Cargo.lock has it
	Checksum string          // that Cargo.lock has, or empty
	// Unpack has the package's archive unpacked as <dir>/<name>-<version>; nil where the package is a directory.
	Unpack func(ctx context.Context, dir string, keep func(rel string) bool) error
}

// Voice is how this package speaks.
type Voice interface {
	Status(verb, text string)
	Warn(text string)
}

// Options say how.
type Options struct {
	Dir      string // as it was given
	Cwd      string
	Lock     func(dir string) lockfs.Lock // on the directory at an absolute path
	NoDelete bool
	// VersionedDirs: every directory has the version in its name.
	VersionedDirs bool
	Sources       []string // directories of the user's own packages, which are never deleted
	Environ       []string
	Release       dialect.Release
	Voice         Voice
}

// Copy makes the packages, which are in order, in the directory.
func Copy(ctx context.Context, o Options, all []Package) error {
	if err := checkOnce(all); err != nil {
		return err
	}
	shown, dir := o.Dir, o.Dir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(o.Cwd, dir)
	}
	real, err := filepath.EvalSymlinks(dir)
	existed := err == nil
	if existed {
		shown, dir = real, real
	}
	root := lockfs.At(dir)
	if err := root.MkdirAll(); err != nil {
		return err
	}
	return o.Lock(dir).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		w := &work{o: o, held: held, root: root, shown: shown, staging: lockfs.NewStaging(root.Join(stagingName))}
		err := w.run(ctx, all)
		if err == nil && len(all) == 0 && !existed {
			err = held.Remove("vendor.directory.remove", root)
		}
		return err
	})
}

// stagingName begins with a dot: neither stock nor berth takes it for a package or for something that is to be deleted.
const stagingName = ".vendor-staging"

// checkOnce: of two packages with the same name and version one would hide the other.
func checkOnce(all []Package) error {
	for i := 1; i < len(all); i++ {
		a, b := all[i-1].ID, all[i].ID
		if a.Name == b.Name && a.Version == b.Version {
			return fmt.Errorf("found duplicate version of package `%s v%s` vendored from two sources:\n\n\tsource 1: %s\n\tsource 2: %s", a.Name, a.Version, a.Source, b.Source)
		}
	}
	return nil
}

// work is one run, under the directory's lock.
type work struct {
	o       Options
	held    *lockfs.FileLock
	root    lockfs.Filesystem
	shown   string // the directory, in messages
	staging lockfs.Staging
	scratch *lockfs.Scratch
}

func (w *work) run(ctx context.Context, all []Package) (err error) {
	if err := w.staging.Clear(ctx); err != nil {
		return err
	}
	if w.scratch, err = w.staging.New(ctx); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, w.scratch.Close())
		w.held.Remove("vendor.staging.remove", w.root.Join(stagingName)) // not if somebody else is in there
	}()
	names := namesOf(all, w.o.VersionedDirs)
	if err := w.copyAll(ctx, all, names); err != nil || w.o.NoDelete {
		return err
	}
	return w.removeOthers(names)
}

// namesOf are the packages' directories: the newest version of a name has the plain one.
func namesOf(all []Package, versioned bool) []string {
	newest := map[string]semver.Version{}
	for _, p := range all { // in order of their versions
		newest[p.ID.Name] = p.ID.Version
	}
	names := make([]string, len(all))
	for i, p := range all {
		if names[i] = p.ID.Name; versioned || p.ID.Version != newest[p.ID.Name] {
			names[i] = p.ID.FileName()
		}
	}
	return names
}

func (w *work) copyAll(ctx context.Context, all []Package, names []string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, p := range all {
		if ctx.Err() != nil {
			break
		}
		// Bytes of a registry do not change: what has the version in its name stays.
		if names[i] == p.ID.FileName() && p.ID.Source.IsRegistry() && w.isThere(p, names[i]) {
			continue
		}
		w.o.Voice.Status("Vendoring", fmt.Sprintf("%s (%s) to %s", p.ID, p.Manifest.Package.Dir, filepath.Join(w.shown, names[i])))
		group.Go(func() error {
			if err := w.copy(ctx, p, names[i]); err != nil {
				return fmt.Errorf("cannot vendor `%s`: %w", p.ID, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// isThere tells whether a package is in the directory. Its checksums come last; stock writes them in place.
func (w *work) isThere(p Package, name string) bool {
	text, err := w.root.Join(name, checksumFile).ReadFile()
	return err == nil && strings.HasSuffix(string(text), endOfChecksums(p.Checksum))
}

// copy makes a package beside the others and then has it appear.
func (w *work) copy(ctx context.Context, p Package, name string) error {
	made := w.scratch.Dir.Join(name)
	m := &making{ctx: ctx, p: p, o: w.o, dir: w.held.Path(made), files: map[string]string{}}
	if p.Unpack != nil {
		if err := p.Unpack(ctx, m.dir, wanted); err != nil {
			return err
		}
		made = made.Join(p.ID.FileName())
		m.dir = w.held.Path(made)
	}
	if err := m.fill(); err != nil {
		return err
	}
	return w.publish(made, name)
}

func (w *work) publish(made lockfs.Filesystem, name string) error {
	to := w.root.Join(name)
	if err := w.held.Recover("vendor.package.recover", to, w.scratch.Dir.Join(name+".old")); err != nil {
		return err
	}
	if same(w.held.Path(made), w.held.Path(to)) {
		return nil // a compiler that is at work in it keeps its directory
	}
	if to.Exists() {
		return w.held.Replace("vendor.package.exchange", made, to)
	}
	return w.held.Rename("vendor.package.commit", made, to)
}

// removeOthers deletes what is in the directory and not wanted there, but for hidden files and the user's own packages.
func (w *work) removeOthers(names []string) error {
	keep := map[string]bool{}
	for _, name := range names {
		keep[name] = true
	}
	for _, dir := range w.o.Sources {
		if real, err := filepath.EvalSymlinks(dir); err == nil && filepath.Dir(real) == w.held.Path(w.root) {
			keep[filepath.Base(real)] = true
		}
	}
	entries, err := w.root.ReadDir()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if keep[e.Name()] || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		stale := w.root.Join(e.Name())
		err := w.held.Rename("vendor.package.retire", stale, w.scratch.Dir.Join(e.Name()+".stale"))
		if lockfs.IsImmovable(err) {
			err = w.held.RemoveAll("vendor.package.retire", stale)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wanted tells which files of a package are copied: what git reads would change the files when somebody checks the
// directory in, and the marks of Cargo are of the place that they are copied from.
func wanted(rel string) bool {
	for part := range strings.SplitSeq(rel, "/") {
		if part == ".git" {
			return false
		}
	}
	switch rel[strings.LastIndexByte(rel, '/')+1:] {
	case ".gitattributes", ".gitignore":
		return false
	}
	return rel != ".cargo-ok"
}
