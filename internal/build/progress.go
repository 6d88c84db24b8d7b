package build

import (
	"slices"
	"strings"

	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// showProgress brings the bar up to date. Where there is nothing else to do it says whom it waits for.
func (b *builder) showProgress() {
	switch idle := b.active+b.asking == 0 && len(b.parked) > 0; {
	case idle && b.waits == nil:
		i := b.parked[0]
		b.waits = b.Say.Wait(b.awaited(i))
	case !idle:
		b.endWait()
	}
	if !b.Bar.Wanted() {
		return
	}
	b.working = slices.DeleteFunc(b.working, func(i int) bool { return !b.jobs[i].active })
	names := make([]string, len(b.working))
	for k, i := range b.working {
		names[k] = nameInBar(b.queue.units[i])
	}
	b.Bar.Set(b.queue.done, len(b.queue.units), b.failed > 0, strings.Join(names, ", "))
}

// endWait takes back what was said of a wait, if anything was.
func (b *builder) endWait() {
	if b.waits != nil {
		b.waits()
		b.waits = nil
	}
}

// awaited is what a parked unit waits for, and who has it.
func (b *builder) awaited(i int) (what string, holder lockfs.Holder) {
	u := b.queue.units[i]
	if lock := b.jobs[i].behind; lock != nil {
		if holders := lock.Holders(); len(holders) > 0 {
			holder = holders[0]
		}
		return "the " + lock.Name(), holder
	}
	holder, _ = b.store(u).Maker(b.jobs[i].key)
	return "the unit " + b.identity(u).String(), holder
}

// nameInBar is a unit in few words.
func nameInBar(u *unit.Unit) string {
	kind := ""
	switch {
	case u.Mode == unit.Doc:
		return u.ID.Name + "(doc)"
	case u.Mode == unit.RunBuildScript:
		return u.ID.Name + "(build)"
	case u.Target.Kind == manifest.CustomBuild:
		return u.ID.Name + "(build.rs)"
	case u.Target.Kind == manifest.Lib:
		if u.IsTest() {
			return u.Target.Name + "(test)"
		}
		return u.ID.Name
	case u.Target.Kind == manifest.Bin:
		kind = "bin"
	case u.Target.Kind == manifest.Example:
		kind = "example"
	case u.Target.Kind == manifest.Test:
		return u.Target.Name + "(test)"
	case u.Target.Kind == manifest.Bench:
		return u.Target.Name + "(bench)"
	}
	if u.IsTest() {
		kind += " test"
	}
	return u.Target.Name + "(" + kind + ")"
}
