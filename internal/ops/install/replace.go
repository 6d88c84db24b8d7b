package install

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/installed"
)

// Present is what an install root holds already.
type Present struct {
	Packages []*installed.Package
	Exists   func(program string) bool // whoever put it there
}

// Taken are the programs that are there already, each with the package it belongs to, nil where nobody knows that.
type Taken map[string]*installed.Package

// Taken looks for programs.
func (h Present) Taken(programs []string) Taken {
	taken := Taken{}
	for _, name := range programs {
		if !h.Exists(name) {
			continue
		}
		taken[name] = nil
		for _, p := range h.Packages {
			if slices.Contains(p.Programs, name) {
				taken[name] = p
				break
			}
		}
	}
	return taken
}

// Check tells whether a package is there as it is wanted, and which programs it replaces if it is not. Programs of
// another package, or of nobody, are only replaced by force.
func (h Present) Check(want *installed.Package, force bool) (fresh bool, taken Taken, err error) {
	taken = h.Taken(want.Programs)
	if force || len(taken) == 0 {
		return false, taken, nil
	}
	fresh = !want.ID.Source.IsPath() // what lies in a directory may have changed
	for _, name := range slices.Sorted(maps.Keys(taken)) {
		p := taken[name]
		if p == nil || p.ID.Name != want.ID.Name {
			return false, nil, takenError(taken)
		}
		fresh = fresh && isSame(p, want)
	}
	return fresh, taken, nil
}

func takenError(taken Taken) error {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(taken)) {
		fmt.Fprintf(&text, "binary `%s` already exists in destination", name)
		if p := taken[name]; p != nil {
			fmt.Fprintf(&text, " as part of `%s`", p.ID)
		}
		text.WriteByte('\n')
	}
	return errors.New(text.String() + "Add --force to overwrite")
}

// isSame: what was asked of both is the same. The compiler does not count.
func isSame(there, want *installed.Package) bool {
	return there.ID.Same(want.ID) && there.ID.Source.Precise() == want.ID.Source.Precise() &&
		slices.Equal(there.Features, want.Features) && there.AllFeatures == want.AllFeatures && there.NoDefault == want.NoDefault &&
		there.Profile == want.Profile && (there.Target == nil || *there.Target == *want.Target) && slices.Equal(there.Programs, want.Programs)
}

// Orphans are programs that other versions of a package installed and that the package does not have any more: of each
// version that lost a program to it, as it is now listed. All are the names of everything that the package has.
func (t Taken) Orphans(now []*installed.Package, id crate.PackageID, all []string) map[*installed.Package][]string {
	orphans := map[*installed.Package][]string{}
	for _, p := range now {
		if p.ID.Name != id.Name || !t.from(p.ID) {
			continue
		}
		for _, name := range p.Programs {
			if !slices.Contains(all, name) {
				orphans[p] = append(orphans[p], name)
			}
		}
	}
	return orphans
}

func (t Taken) from(id crate.PackageID) bool {
	for _, p := range t {
		if p != nil && p.ID.Same(id) {
			return true
		}
	}
	return false
}

// Lines are what is said of programs that were put in place: verb and text.
func (t Taken) Lines(id crate.PackageID, programs []string) [][2]string {
	var fresh []string
	replaced := map[string][]string{}
	for _, name := range programs {
		p, there := t[name]
		switch {
		case !there:
			fresh = append(fresh, name)
		case p == nil:
			replaced["unknown"] = append(replaced["unknown"], name)
		default:
			old := p.ID
			if old.Source.Same(id.Source) {
				old.Source = id.Source // which may have a name now
			}
			replaced[old.String()] = append(replaced[old.String()], name)
		}
	}
	var lines [][2]string
	if len(fresh) > 0 {
		lines = append(lines, [2]string{"Installed", fmt.Sprintf("package `%s` %s", id, Executables(fresh))})
	}
	for _, old := range slices.Sorted(maps.Keys(replaced)) {
		lines = append(lines, [2]string{"Replaced", fmt.Sprintf("package `%s` with `%s` %s", old, id, Executables(replaced[old]))})
	}
	return lines
}
