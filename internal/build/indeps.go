package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/compile"
	"berth/internal/depinfo"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// # Libraries in deps
//
// Tests load the cdylib of their package from the directory that they lie in, people set LD_LIBRARY_PATH to it, linkers of
// other languages are told it, and cargo-llvm-cov looks there for all that ran and was measured. So dynamic libraries,
// procedural macros and libraries for other languages have a second name there, with the list of what the compiler has
// read. Libraries for Rust have none.
//
// The name of a cdylib or dylib has no hash, and stock has one of that very name. It takes a library for its own as long as
// its note of it stands, so that note goes before another library is put there. And linkers of stock's may write over what
// they find (mold does), so that library is a copy and no second name of what lies in the store.

// isSoughtInDeps tells whether an output has a second name there.
func isSoughtInDeps(u *unit.Unit, o compile.Output) bool {
	switch {
	case u.Mode != unit.Build || u.Target.Kind != manifest.Lib && !u.Target.IsExampleLib():
		return false
	case o.Flavor == compile.Metadata || o.Flavor == compile.Linkable && filepath.Ext(o.Name) == ".rlib":
		return false
	}
	return u.Local || slices.Contains(u.Target.CrateTypes, "dylib")
}

// showInDeps gives it that name.
func (b *builder) showInDeps(u *unit.Unit, from string, o compile.Output) error {
	to := b.inDeps(u, o.Name)
	if strings.Contains(o.Name, b.Compiler.Name(u)) {
		return b.show(u, from, to)
	}
	return b.showBy(func(from, to string) error {
		return placeBy(from, to, func(beside string, made os.FileInfo) error {
			if err := b.forgetStocks(u); err != nil {
				return err
			}
			return copyAny(from, beside, made)
		})
	}, u, from, to)
}

// forgetStocks removes the note by which stock takes the library in deps for its own.
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
		if gone := os.Remove(filepath.Join(dir, e.Name(), "lib-"+u.Target.Name)); gone != nil && !os.IsNotExist(gone) {
			err = gone
		}
	}
	return err
}

// writeCompilersDepInfo writes what the compiler has read beside a library in deps.
func (b *builder) writeCompilersDepInfo(u *unit.Unit, outputs []compile.Output) error {
	name := b.Compiler.DepInfo(u)
	text, err := os.ReadFile(filepath.Join(b.jobs[u.Index].dir, name))
	if os.IsNotExist(err) {
		return nil // a flag of the user's may say what is written
	}
	to := b.inDeps(u, name)
	if err == nil {
		names := []string{name}
		for _, o := range outputs {
			names = append(names, o.Name)
		}
		err = writeIfOther(to, depinfo.Moved(text, names, filepath.Dir(to)))
	}
	if err != nil {
		return fmt.Errorf("cannot write `%s`: %w", to, err)
	}
	b.Looked.Read(to)
	return nil
}
