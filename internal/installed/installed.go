// Package installed records what `cargo install` has put into a directory: .crates.toml and .crates2.json, which stock Cargo
// reads and writes too, and the programs in bin/.
//
// # What holds
//
// Both files are read and written under stock's own locks, which are on the files themselves, and only for the moment of
// placing programs and recording them: two installs at once both land, whoever does them. The files are written to the byte
// as stock writes them, what a later Cargo keeps in them stays, and where they differ the first counts, as with stock.
//
// A file that others lock cannot be replaced by a rename, so it is written in place, and never left unreadable by a kill or
// a full disk (lockfs.FileLock.Overwrite).
//
// A program is written beside its place, synced and renamed: whoever runs it goes on with the old one, and there is always
// a whole one.
//
// # What does not
//
// The two files and the programs are not one step. After a kill in the midst, programs may be there that are not recorded;
// the next install replaces them.
package installed

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"

	"berth/internal/crate"
	"berth/internal/lockfs"
)

// Package is one that was installed.
type Package struct {
	ID crate.PackageID
	// Requirement is what --version said; Target and Compiler (the text of rustc -vV) are unknown for what only old Cargos
	// know of.
	Requirement, Target, Compiler *string

	Programs    []string // file names in bin/, sorted
	Features    []string // sorted
	AllFeatures bool
	NoDefault   bool
	Profile     string
	more        []field // what a later Cargo has written
	id          string  // as it is written
}

// Root is a directory that programs are installed into.
type Root struct{ dir lockfs.Filesystem }

// At is the root at dir; nothing is touched.
func At(dir lockfs.Filesystem) Root { return Root{dir} }

// Programs is where the programs lie.
func (r Root) Programs() lockfs.Filesystem { return r.dir.Join("bin") }

// Exists tells whether a program of that name is there, whoever has put it there.
func (r Root) Exists(program string) bool { return r.Programs().Join(program).Exists() }

const (
	firstName  = ".crates.toml"
	secondName = ".crates2.json"
)

func (r Root) lock(name string) lockfs.Lock {
	rank := lockfs.RankInstallRoot
	if name == secondName {
		rank = lockfs.RankInstallRoot2
	}
	return lockfs.NewStockLock(r.dir.Join(name), rank, "the list of what is installed in "+r.dir.Display())
}

// List is what is installed, in stock's order.
func (r Root) List(ctx context.Context) ([]*Package, error) {
	var contents [2][]byte
	for i, name := range []string{firstName, secondName} {
		lock := r.lock(name)
		lock.Existing = true
		inside, held, err := lock.Acquire(ctx, lockfs.Shared)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		ctx = inside
		defer held.Close()
		if contents[i], err = held.Contents(); err != nil {
			return nil, err
		}
	}
	t := &Tracker{root: r}
	err := t.read(contents[0], contents[1])
	return t.packages, err
}

// Tracker is the list while it is locked.
type Tracker struct {
	root     Root
	packages []*Package
	more     []field // of the second file
	files    [2]*lockfs.FileLock
}

// Change locks the list and reads it. Close lets go of it; nothing is written but by Install and Remove. The returned
// context knows of the locks.
func (r Root) Change(ctx context.Context) (context.Context, *Tracker, error) {
	if err := r.dir.MkdirAll(); err != nil {
		return ctx, nil, err
	}
	t := &Tracker{root: r}
	var contents [2][]byte
	for i, name := range []string{firstName, secondName} {
		inside, held, err := r.lock(name).Acquire(ctx, lockfs.Exclusive)
		if err == nil {
			ctx, t.files[i] = inside, held
			contents[i], err = held.Contents()
		}
		if err != nil {
			t.Close()
			return ctx, nil, err
		}
	}
	if err := t.read(contents[0], contents[1]); err != nil {
		t.Close()
		return ctx, nil, err
	}
	return ctx, t, nil
}

// Close lets go of the list.
func (t *Tracker) Close() error { return errors.Join(t.files[1].Close(), t.files[0].Close()) }

// Packages are those that are installed, in stock's order.
func (t *Tracker) Packages() []*Package { return t.packages }

// Exists tells whether a program of that name is there, whoever has put it there.
func (t *Tracker) Exists(program string) bool { return t.root.Exists(program) }

// add puts a package into the list. Its programs are no other package's any more, and packages without programs go.
func (t *Tracker) add(p *Package) {
	p.Programs = sorted(p.Programs)
	p.Features = sorted(p.Features)
	p.id = idText(p.ID)
	for _, other := range t.packages {
		other.Programs = slices.DeleteFunc(other.Programs, func(name string) bool { return slices.Contains(p.Programs, name) })
	}
	t.dropEmpty()
	if i := slices.IndexFunc(t.packages, func(o *Package) bool { return o.ID.Same(p.ID) }); i >= 0 {
		p.Programs = sorted(append(slices.Clone(p.Programs), t.packages[i].Programs...))
		p.more = t.packages[i].more
		t.packages[i] = p
	} else {
		t.packages = append(t.packages, p)
	}
	t.sort()
}

func (t *Tracker) dropEmpty() {
	t.packages = slices.DeleteFunc(t.packages, func(p *Package) bool { return len(p.Programs) == 0 })
}

func (t *Tracker) sort() {
	slices.SortStableFunc(t.packages, func(a, b *Package) int { return cmp.Or(a.ID.Compare(b.ID), cmp.Compare(a.id, b.id)) })
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
