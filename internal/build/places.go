package build

import (
	"os"
	"path/filepath"

	"berth/internal/buildscript"
	"berth/internal/manifest"
	"berth/internal/textsum"
	"berth/internal/unit"
)

// places is where units lie, as far as that is known.
type places struct{ b *builder }

func (p places) Dir(u *unit.Unit) string {
	if u.Mode == unit.Doc {
		return p.b.docDir(u.Kind)
	}
	return p.b.jobs[u.Index].dir
}

// Out is the way that stays the same, where there is one.
func (p places) Out(u *unit.Unit) string {
	if way := p.b.jobs[u.Index].way; way != nil {
		return way.Out
	}
	return p.Dir(u)
}

// From is the way that stays the same, where dependencies were brought there.
func (p places) From(u, dep *unit.Unit) string {
	if way := p.b.jobs[u.Index].way; way != nil && way.From != "" && dep.Local {
		return way.From
	}
	return p.Dir(dep)
}

// Incremental lies beside the store and not in the directory of the profile: that is moved away by who cleans, and
// compilers at work would fail.
func (p places) Incremental(u *unit.Unit) string {
	return p.b.besideOwn("incremental", u.Kind)
}

// besideOwn is a directory for what belongs to the workspace and is no unit.
func (b *builder) besideOwn(what string, k unit.Kind) string {
	return filepath.Join(filepath.Dir(b.Own.Root().Display()), what, b.Layout.Triple(k), b.Layout.Profile)
}

// Final is the directory out of which this checkout runs programs.
func (p places) Final(k unit.Kind) string {
	return p.b.ofThisCheckout(p.b.final(k))
}

func (p places) Profile(k unit.Kind) string { return p.b.final(k) }

// ofThisCheckout is dir itself, or one below it where dir may be that of several checkouts.
func (b *builder) ofThisCheckout(dir string) string {
	if buildscript.Within(dir, b.Compiler.Root) {
		return dir
	}
	t := textsum.New()
	t.Put(b.Compiler.Root)
	return filepath.Join(dir, "checkout-"+t.Text()[:8])
}

func (p places) Scratch(k unit.Kind) string {
	return filepath.Join(p.b.Layout.Build, p.b.Layout.Triple(k), "tmp")
}

func (p places) Said(run *unit.Unit) *buildscript.Output {
	if said := p.b.jobs[run.Index].said; said != nil {
		return said
	}
	return &buildscript.Output{}
}

func (b *builder) final(k unit.Kind) string {
	return filepath.Join(b.Layout.Target, b.Layout.Triple(k), b.Layout.Profile)
}

// inDeps is where those look for a file who find it by what is said of it: tests, and what flags ask for beyond results. It
// belongs to the build directory, as with stock.
func (b *builder) inDeps(u *unit.Unit, name string) string {
	if b.Compiler.Release.DirPerUnit() {
		return filepath.Join(b.inner(u.Kind), b.Compiler.OutDir(u), name)
	}
	dir := "deps"
	if u.Target.Kind == manifest.Example {
		dir = "examples"
	}
	return filepath.Join(b.inner(u.Kind), dir, name)
}

func (b *builder) inner(k unit.Kind) string {
	return filepath.Join(b.Layout.Build, b.Layout.Triple(k), b.Layout.Profile)
}

func (b *builder) docDir(k unit.Kind) string {
	return filepath.Join(b.Layout.Target, b.Layout.Triple(k), "doc")
}

// makeDirs makes the directories that stock has for each kind, also where nothing comes to lie in them: scripts of users list
// them. Where one cannot be made, who puts something there says why.
func (b *builder) makeDirs() {
	names := []string{"build", "deps", "examples", "incremental"}
	if b.Compiler.Release.DirPerUnit() {
		names = []string{"build", "incremental"}
	}
	for kind := range b.Compiler.Targets {
		for _, name := range names {
			_ = os.MkdirAll(filepath.Join(b.inner(kind), name), 0o777)
		}
	}
}
