package clean

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/cachedir"
	"berth/internal/unchanged"
	"berth/internal/unitstore"
)

// storeName is the directory in a build directory that is berth's own.
const storeName = "berth"

// units has the units that are meant made anew.
func (r *remover) units() error {
	if r.o.Store == nil {
		return nil
	}
	if r.o.DryRun {
		return r.countUnits()
	}
	swept, err := r.o.Store.Clear(r.ctx, r.isMeant, r.tell)
	for _, u := range swept.Removed {
		r.sum.Files += u.Files
		r.sum.Bytes += u.Bytes
	}
	if err == nil && !r.o.Doc && !r.o.Store.IsMaking(r.ctx) {
		err = r.incremental()
	}
	if err == nil && !r.o.Doc && r.o.Profile == "" {
		// Which runs of scripts have put something into the target directory, and what checks were made from: all that is gone.
		beside := filepath.Dir(r.o.Store.Root().Display())
		err = errors.Join(r.o.Store.RemoveOutdated(), r.remove(filepath.Join(beside, "carried")), r.remove(filepath.Join(beside, "habits")))
	}
	if err == nil && !r.o.Doc && (r.sum != Summary{} || r.moved > 0 || swept.InUse > 0 || len(r.shared()) > 0) {
		err = unchanged.Forget(r.o.BuildDir)
	}
	if err == nil {
		r.o.Store.RemoveEmpty()
		err = r.outdate()
	}
	return err
}

// outdate notes what is to be made anew though it stays, also where nothing was built here yet.
func (r *remover) outdate() error {
	names := r.shared()
	if len(names) == 0 {
		return nil
	}
	if err := cachedir.MakeOwn(r.o.BuildDir); err != nil {
		return err
	}
	return r.o.Store.Outdate(r.o.Profile, names)
}

// shared are the packages whose units other workspaces use, too: they stay, and are made anew for this one.
func (r *remover) shared() (names []string) {
	for _, p := range r.o.Packages {
		if p.Shared {
			names = append(names, p.Name)
		}
	}
	return names
}

// countUnits is a dry run's units.
func (r *remover) countUnits() error {
	dirs, err := r.o.Store.Meant(r.ctx, r.isMeant)
	if err == nil {
		err = r.all(dirs)
	}
	if err == nil && !r.o.Doc {
		err = r.incremental()
	}
	return err
}

// incremental removes what compilers noted for the next time. They do without; those at work do not.
func (r *remover) incremental() error {
	dir := filepath.Join(filepath.Dir(r.o.Store.Root().Display()), "incremental")
	if r.o.Profile == "" {
		return r.remove(dir)
	}
	found := &finder{seen: map[string]bool{}}
	for _, triple := range r.triples() {
		of := filepath.Join(dir, triple, r.o.Profile)
		if r.o.Packages == nil {
			found.paths = append(found.paths, of)
			continue
		}
		for _, p := range r.o.Packages {
			for _, t := range p.Targets {
				found.match(of, t.hasNotes)
			}
		}
	}
	return r.all(found.paths)
}

// isMeant tells whether a unit belongs to what is to go. That it is told as ends with where its results lie.
func (r *remover) isMeant(u unitstore.Identity) bool {
	triple, profile := path.Split(u.What[strings.LastIndex(u.What, " ")+1:])
	triple = strings.TrimSuffix(triple, "/")
	switch {
	case !r.o.Doc && r.o.Profile == "":
		return true
	case !slices.Contains(r.triples(), triple):
		return false
	case r.o.Doc:
		return strings.Contains(u.What, ", documentation")
	case r.o.Profile != profile:
		return false
	}
	name, _, _ := strings.Cut(u.Package, " ")
	return r.o.Packages == nil || slices.ContainsFunc(r.o.Packages, func(p Package) bool { return p.Name == name })
}

// triples are the targets whose units are meant, "" being the host. With packages it is among them, whose build scripts and
// macros are for all targets.
func (r *remover) triples() []string {
	switch {
	case r.o.Packages != nil:
		return append([]string{""}, r.o.Targets...)
	case r.o.Doc && len(r.o.Targets) > 0:
		return r.o.Targets
	}
	return []string{""}
}
