package ops

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// warnOfPatches tells which patches nothing asks for, and why that may be.
func (r *Run) warnOfPatches(g *resolve.Graph) {
	for i, id := range g.Unused {
		text := fmt.Sprintf("patch `%s` was not used in the crate graph", id)
		if others := otherSources(g, i); len(others) > 0 {
			text += "\nhelp: it patches a source that no package of this name comes from; there is one of:\n\t" + strings.Join(others, "\n\t")
		} else {
			text += "\nhelp: see whether its version is one that somebody asks for, and whether it has the features; then `cargo update` takes it"
		}
		r.Voice.Warn(text)
	}
}

// otherSources are the sources of the packages that have the name of an unused patch, if it patches none of them.
func otherSources(g *resolve.Graph, unused int) []string {
	var names []string
	id := g.Unused[unused]
	for i := range g.Packages {
		p := g.Packages[i].ID
		if p.Name != id.Name {
			continue
		}
		for _, s := range g.Patches(p.Source, p.Name) {
			if s.ID.Same(id) {
				return nil
			}
		}
		if name := p.Source.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// warnOfReplacements tells which entries of [replace] replace nothing, and what in them is of no effect.
func (r *Run) warnOfReplacements(ws *workspace.Workspace, g *resolve.Graph) {
	for _, p := range ws.Root.Replaces {
		used := slices.ContainsFunc(g.Packages, func(q resolve.Package) bool { return p.Spec.Matches(q.ID) && !p.Dep.MatchesID(q.ID) })
		if !used {
			r.Voice.Warn("package replacement is not used: " + p.Spec.String())
		}
		r.warnOfFields("replacement", p.Dep)
	}
}

// warnOfFields tells what is of no effect in an entry of [patch] or [replace]: who depends on the package says that.
func (r *Run) warnOfFields(what string, d *crate.Dependency) {
	var idle []string
	if len(d.Features) > 0 {
		idle = append(idle, "`features`")
	}
	if !d.DefaultFeatures {
		idle = append(idle, "`default-features`")
	}
	if len(idle) > 0 {
		fields := strings.Join(idle, ", ")
		r.Voice.Warn(fmt.Sprintf("unused field in %s for `%s`: %s\nhelp: write %s where the package is depended on", what, d.Name, fields, fields))
	}
}
