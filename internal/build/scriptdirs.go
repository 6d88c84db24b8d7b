package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/compile"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// # What lies in build
//
// Those who package a program take completions and manuals from target/release/build/<package>-*/out, linkers of other
// languages are told of headers and libraries there, and people read in output what a script has said. So each run that
// a build uses has second names there, of all that is in OUT_DIR and of what it said; and so has the program that is the
// script of the user's own package, which cargo-llvm-cov looks for.
//
// A run takes the place of another one whole: the directory is made beside it and renamed. Which run it is stands in
// root-output, where stock has the path of OUT_DIR, too.

// rootName is the file that says which OUT_DIR it is.
const rootName = "root-output"

// showRun puts what a run has made and said where users look for it.
func (b *builder) showRun(u *unit.Unit, v *unitstore.Variant) error {
	to := filepath.Join(b.inner(u.Kind), filepath.Dir(b.Compiler.OutDir(u)))
	said, stdout := "", "output"
	if b.Compiler.Release.DirPerUnit() {
		said, stdout = "run", "stdout"
	}
	root, outDir := filepath.Join(to, said, rootName), b.outputsBelow(u, v.Dir)
	for {
		if there, err := os.ReadFile(root); err == nil && string(there) == outDir {
			b.Looked.Read(root)
			return nil
		}
		err := b.put(to, func(beside string) error {
			if err := os.MkdirAll(filepath.Join(beside, said), 0o777); err != nil {
				return err
			}
			err := unitstore.LinkTree(outDir, filepath.Join(beside, "out"))
			for from, name := range map[string]string{stdoutName: stdout, stderrName: "stderr"} {
				err = errors.Join(err, unitstore.LinkTree(filepath.Join(v.Dir, from), filepath.Join(beside, said, name)))
			}
			return errors.Join(err, os.WriteFile(filepath.Join(beside, said, rootName), []byte(outDir), 0o666))
		})
		switch {
		case errors.Is(err, fs.ErrExist): // somebody else was at it
		case err != nil:
			return fmt.Errorf("cannot put what the build script of %s has made into `%s`: %w", u.ID.Name, to, err)
		}
	}
}

// showScript puts a build script where users look for it, under the names that stock gives it.
func (b *builder) showScript(u *unit.Unit, outputs []compile.Output) error {
	dir := ""
	for _, o := range outputs {
		from := filepath.Join(b.jobs[u.Index].dir, o.Name)
		if _, made := b.jobs[u.Index].found.Output(filepath.ToSlash(o.Name)); !made || o.Final == "" {
			continue
		}
		first := filepath.Join(b.inner(u.Kind), o.Final)
		dir = filepath.Dir(first)
		names := []string{first}
		if o.Written != "" {
			names = append(names, filepath.Join(dir, o.Written))
		}
		for _, to := range names {
			if err := b.showOnce(b.place, u, from, to); err != nil {
				return err
			}
		}
	}
	if dir == "" {
		return nil
	}
	return b.writeCompilersDepInfo(u, outputs, dir)
}
