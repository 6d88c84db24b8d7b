package build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/buildmsg"
	"berth/internal/buildscript"
	"berth/internal/compile"
	"berth/internal/depinfo"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// arrange has a unit that is complete in its place: what it turned out to be is noted for who is made from it, what users
// look for is put where they look, and everybody hears of it.
func (b *builder) arrange(i int, fresh bool) error {
	u, j := b.queue.units[i], &b.jobs[i]
	if u.Mode == unit.RunBuildScript {
		return b.arrangeRun(i, fresh)
	}
	if fresh {
		b.replay(i)
	} else {
		b.summarize(i)
	}
	if err := b.learn(u, j.found); err != nil {
		return err
	}
	if u.Mode == unit.Doc {
		b.announce(u, []string{b.pagePath(u)}, "", fresh)
		return nil
	}
	outputs, err := b.Compiler.Outputs(u)
	if err != nil {
		return err
	}
	beyond, err := b.showBeyond(u, j, outputs)
	if err != nil {
		return err
	}
	if u.Built {
		outputs = slices.DeleteFunc(outputs, func(o compile.Output) bool { return o.Flavor != compile.Metadata })
	}
	var names []string
	program := ""
	for _, o := range outputs {
		path, err := b.placeOutput(u, j, o, beyond)
		if err != nil {
			return err
		}
		if path == "" {
			continue
		}
		names = append(names, path)
		if e, ok := b.Compiler.Executable(u, outputs); ok && e.Name == o.Name {
			program = path
			j.program = b.ownPlace(u, path)
			j.from = filepath.Join(j.dir, o.Name)
		}
	}
	switch {
	case j.overtaken:
	case hasDepInfoInDeps(u, outputs):
		err = b.writeCompilersDepInfo(u, outputs, b.inDeps(u, ""))
	case u.Local && u.Target.Kind == manifest.CustomBuild:
		err = b.showScript(u, outputs)
	default:
		err = b.linkInDeps(u, outputs)
	}
	b.announce(u, names, program, fresh)
	return err
}

// placeOutput puts an output where users look for it, and is the path that they are told; empty where there is none: a
// flag of the user's may say what is written. It gets a second name in beyond, if that is not empty; see showBeyond.
func (b *builder) placeOutput(u *unit.Unit, j *job, o compile.Output, beyond string) (string, error) {
	from := filepath.Join(j.dir, o.Name)
	if _, ok := j.found.Output(filepath.ToSlash(o.Name)); !ok {
		if info, err := os.Lstat(from); err != nil || !info.IsDir() {
			return "", nil
		}
	}
	if isSoughtInDeps(u, o) {
		if err := b.showInDeps(u, from, o); err != nil {
			return "", err
		}
	}
	shown := b.shownAs(u, o)
	if second := filepath.Join(beyond, o.Name); beyond != "" && shown != second {
		if err := b.show(u, from, second); shown == "" || err != nil {
			return second, err
		}
	}
	if shown == "" {
		return from, nil
	}
	err := b.show(u, from, shown)
	if u.Mode == unit.Test {
		shown = b.ownPlace(u, shown) // who runs it wants this checkout's
	}
	return shown, err
}

// shownAs is where users look for an output; empty for what is not for them.
func (b *builder) shownAs(u *unit.Unit, o compile.Output) string {
	switch {
	case u.Target.Kind == manifest.CustomBuild && u.Mode == unit.Build:
		return ""
	case o.Final != "":
		return filepath.Join(b.final(u.Kind), o.Final)
	case u.Mode == unit.Test:
		return b.inDeps(u, o.Name)
	}
	return ""
}

// show puts a file where users look for it.
func (b *builder) show(u *unit.Unit, from, to string) error { return b.showBy(b.place, u, from, to) }

func (b *builder) showBy(place func(from, to string) error, u *unit.Unit, from, to string) error {
	err := b.showOnce(place, u, from, to)
	if own := b.ownPlace(u, to); own != to && err == nil {
		if err = place(from, own); err == nil {
			b.notePlaced(from, own)
		}
	}
	return err
}

// showOnce is showBy without another place for this checkout alone.
func (b *builder) showOnce(place func(from, to string) error, u *unit.Unit, from, to string) (err error) {
	if b.isOvertaken(u, from, to) {
		b.jobs[u.Index].overtaken = true
		b.Looked.Refuse()
	} else if err = place(from, to); err == nil {
		b.notePlaced(from, to)
	}
	return err
}

// ownPlace is where a file lies that `run` and `test` start. It is where users look for it, unless the target directory
// may be that of several checkouts, of which the last one to build has put its files there: then each has a directory of
// its own besides.
func (b *builder) ownPlace(u *unit.Unit, path string) string {
	for _, all := range []string{b.final(u.Kind), b.inner(u.Kind)} {
		own := b.ofThisCheckout(all)
		if own != all && buildscript.Within(path, all) && !buildscript.Within(path, own) {
			return own + strings.TrimPrefix(path, all)
		}
	}
	return path
}

// arrangeRun is arrange for what a build script had to say.
func (b *builder) arrangeRun(i int, fresh bool) error {
	u, j := b.queue.units[i], &b.jobs[i]
	if j.found != j.seen {
		if err := b.learn(u, j.found); err != nil {
			return err
		}
	}
	if err := errors.Join(b.carry(u, j.found), b.showRun(u, j.found)); err != nil {
		return err
	}
	b.scriptMessages(i, j.said.Messages, false)
	if b.Format.JSON {
		b.Say.Out(string(buildmsg.ScriptExecuted(u, j.said, j.dir)))
	}
	if fresh {
		b.isFresh(u)
	}
	return nil
}

// writeDepInfo writes the .d file beside what was asked for: all that it was made from, as make reads it.
func (b *builder) writeDepInfo(u *unit.Unit) error {
	if u.Mode != unit.Build || b.jobs[u.Index].overtaken {
		return nil
	}
	outputs, err := b.Compiler.Outputs(u)
	if err != nil {
		return err
	}
	var files []string
	seen := map[*unit.Unit]bool{}
	b.sources(u, seen, &files)
	for _, o := range outputs {
		final := b.shownAs(u, o)
		if final == "" || o.Flavor == compile.Debug || o.Flavor == compile.Auxiliary {
			continue
		}
		name := final
		if ext := filepath.Ext(final); ext != "" {
			name = final[:len(final)-len(ext)]
		}
		if err := b.writeIfOther(name+".d", []byte(depinfo.Beside(final, files, b.Layout.BaseDir))); err != nil {
			return fmt.Errorf("cannot write `%s.d`: %w", name, err)
		}
		b.Looked.Read(name + ".d")
	}
	return nil
}

// sources are the files of the user's own packages that a unit is made from.
func (b *builder) sources(u *unit.Unit, seen map[*unit.Unit]bool, files *[]string) {
	if seen[u] {
		return
	}
	seen[u] = true
	j := &b.jobs[u.Index]
	switch {
	case !u.Local:
	case u.Mode == unit.RunBuildScript:
		if j.said != nil {
			for _, path := range j.said.RerunIfChanged {
				*files = append(*files, inside(u.Package.Dir, path))
			}
		}
	case j.found != nil:
		for _, f := range j.found.Files {
			*files = append(*files, b.pathOf(f.Path))
		}
		*files = append(*files, noted(j.found.Note)...)
	}
	for _, d := range u.Deps {
		if d.Unit.Local {
			b.sources(d.Unit, seen, files)
		}
	}
}

// result is what the roots came to.
func (b *builder) result() (*Result, error) {
	r := &Result{Compiler: b.Compiler, Places: places{b}, Fresh: !b.dirty, Future: b.future, Reused: b.reused}
	slices.SortStableFunc(r.Future, func(a, b Future) int { return a.Unit.Index - b.Unit.Index })
	var errs []error
	for _, u := range b.Graph.Roots {
		j := &b.jobs[u.Index]
		switch {
		case u.Mode == unit.Doctest:
			r.Doctests = append(r.Doctests, u)
		case j.program == "":
		case u.Mode == unit.Test:
			r.Tests = append(r.Tests, Made{u, j.program, j.from})
		default:
			r.Programs = append(r.Programs, Made{u, j.program, j.from})
		}
		errs = append(errs, b.writeDepInfo(u), b.tellFeatures(u))
	}
	return r, errors.Join(errs...)
}

// noted are the files that a note names.
func noted(note []byte) []string {
	if len(note) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(note), "\n"), "\n")
}
