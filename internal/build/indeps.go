package build

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/compile"
	"berth/internal/depinfo"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// # What lies in deps
//
// Stock has all that compilers make in deps, or in examples. Tests load the cdylib of their package from the directory that
// they lie in, people set LD_LIBRARY_PATH to it, linkers of other languages are told it, and tools look there for programs,
// libraries and the lists of what compilers have read. So all that is made of the user's own packages has a second name
// there, and that list lies beside it. So have libraries of other packages, which tests of compilers' messages
// (compiletest) and of books (mdbook test -L) compile examples against, but only as links: a copy of all dependencies in
// each workspace is not worth that. Dynamic ones are needed by programs that run.
//
// The name of a cdylib or dylib has no hash, and stock has one of that very name. It takes a file for its own as long as
// its note of it stands, so that note goes before another file is put there. And linkers of stock's may write over what
// they find (mold does), so such a file is a copy and no second name of what lies in the store.

// isSoughtInDeps tells whether an output has a second name there. Tests have their only one there.
func isSoughtInDeps(u *unit.Unit, o compile.Output) bool {
	switch {
	case u.Mode == unit.Test || u.Target.Kind == manifest.CustomBuild:
		return false
	case u.Local:
		return true
	}
	return isDynamic(u, o) && slices.Contains(u.Target.CrateTypes, "dylib")
}

// isDynamic tells of outputs that are not only for compilers of Rust.
func isDynamic(u *unit.Unit, o compile.Output) bool {
	return u.Mode == unit.Build && (u.Target.Kind == manifest.Lib || u.Target.IsExampleLib()) &&
		o.Flavor != compile.Metadata && (o.Flavor != compile.Linkable || filepath.Ext(o.Name) != ".rlib")
}

// showInDeps gives it that name. Programs that run look for dynamic libraries where this checkout has its own files, too.
func (b *builder) showInDeps(u *unit.Unit, from string, o compile.Output) error {
	to := b.inDeps(u, o.Name)
	place := b.place
	if !strings.Contains(to, b.Compiler.Name(u)) {
		place = func(from, to string) error {
			return b.placeBy(from, to, func(beside string, made os.FileInfo) error {
				if err := b.forgetStocks(u); err != nil {
					return err
				}
				return copyAny(from, beside, made)
			})
		}
	}
	if isDynamic(u, o) {
		return b.showBy(place, u, from, to)
	}
	return b.showOnce(place, u, from, to)
}

// linkInDeps gives what a library of a package that workspaces share came to a second name there, if it can be a link.
func (b *builder) linkInDeps(u *unit.Unit, outputs []compile.Output) error {
	if u.Local || u.Target.Kind != manifest.Lib {
		return nil
	}
	names := []string{b.Compiler.DepInfo(u)}
	for _, o := range outputs {
		if !isSoughtInDeps(u, o) {
			names = append(names, o.Name)
		}
	}
	for _, name := range names {
		if _, made := b.jobs[u.Index].found.Output(name); !made {
			continue
		}
		if err := b.linkAlone(filepath.Join(b.jobs[u.Index].dir, name), b.inDeps(u, name)); err != nil {
			return err
		}
	}
	return nil
}

// linkAlone is place where a link can be made, and else nothing.
func (p *placer) linkAlone(from, to string) error {
	made, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("what was made is gone: %w", err)
	}
	if there, err := os.Lstat(to); err == nil && os.SameFile(made, there) {
		return nil
	}
	err = os.Link(from, to)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		_ = p.put(to, func(beside string) error { return os.Link(from, beside) })
	}
	return nil
}

// forgetStocks removes the note by which stock takes the file in deps for its own.
func (b *builder) forgetStocks(u *unit.Unit) error {
	dir := filepath.Join(b.inner(u.Kind), ".fingerprint")
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	for _, e := range entries {
		if i := strings.LastIndexByte(e.Name(), '-'); i < 0 || e.Name()[:i] != u.ID.Name {
			continue
		}
		if gone := os.Remove(filepath.Join(dir, e.Name(), noteOf(u.Target))); gone != nil && !os.IsNotExist(gone) {
			err = gone
		}
	}
	return err
}

// noteOf is the name of that note.
func noteOf(t *manifest.Target) string {
	switch t.Kind {
	case manifest.Bin:
		return "bin-" + t.Name
	case manifest.Example:
		return "example-" + t.Name
	}
	return "lib-" + t.Name
}

// hasDepInfoInDeps tells whether what the compiler has read of a unit lies in deps.
func hasDepInfoInDeps(u *unit.Unit, outputs []compile.Output) bool {
	return u.Mode == unit.Test || u.Local && slices.ContainsFunc(outputs, func(o compile.Output) bool { return isSoughtInDeps(u, o) })
}

// writeCompilersDepInfo writes what the compiler has read into dir.
func (b *builder) writeCompilersDepInfo(u *unit.Unit, outputs []compile.Output, dir string) error {
	name := b.Compiler.DepInfo(u)
	text, err := os.ReadFile(filepath.Join(b.jobs[u.Index].dir, name))
	if os.IsNotExist(err) {
		return nil // a flag of the user's may say what is written
	}
	to := filepath.Join(dir, name)
	if err == nil {
		names := []string{name}
		for _, o := range outputs {
			names = append(names, o.Name, cmp.Or(o.Written, o.Name))
		}
		err = b.writeIfOther(to, depinfo.Moved(text, names, dir))
	}
	if err != nil {
		return fmt.Errorf("cannot write `%s`: %w", to, err)
	}
	b.Looked.Read(to)
	return nil
}
