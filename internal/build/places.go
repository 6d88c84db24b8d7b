package build

import (
	"path/filepath"

	"berth/internal/buildscript"
	"berth/internal/textsum"
	"berth/internal/unit"
	"berth/internal/unitstore"
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
	if way := p.b.jobs[u.Index].way; way != "" {
		return way
	}
	return p.Dir(u)
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
	b := p.b
	if buildscript.Within(b.Layout.Target, b.Compiler.Root) {
		return b.final(k)
	}
	t := textsum.New()
	t.Put(b.Compiler.Root)
	return filepath.Join(b.final(k), "checkout-"+unitstore.Digest(t.Digest()).String()[:8])
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

func (b *builder) docDir(k unit.Kind) string {
	return filepath.Join(b.Layout.Target, b.Layout.Triple(k), "doc")
}
