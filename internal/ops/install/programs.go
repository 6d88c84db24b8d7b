package install

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/plan"
)

// Programs are the file names of the programs that a filter chooses of a package, sorted; suffix is that of the system.
func Programs(p *manifest.Package, f plan.Filter, suffix string) []string {
	var names []string
	for i := range p.Targets {
		t := &p.Targets[i]
		switch {
		case f.AllTargets && IsProgram(t),
			!f.IsSpecific() && t.Kind == manifest.Bin,
			f.Bins.All && t.Kind == manifest.Bin,
			f.Examples.All && t.Kind == manifest.Example && IsProgram(t):
			names = append(names, t.Name+suffix)
		}
	}
	for _, name := range append(slices.Clone(f.Bins.Names), f.Examples.Names...) {
		names = append(names, name+suffix)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// IsProgram tells whether a target becomes something that can be started by a user.
func IsProgram(t *manifest.Target) bool {
	return t.Kind == manifest.Bin || t.Kind == manifest.Example && !t.IsExampleLib()
}

// NothingError says of a package that it has no programs.
func NothingError(id crate.PackageID) error {
	//lint:ignore ST1005 the sentence is as stock has it
	return fmt.Errorf("there is nothing to install in `%s`, because it has no binaries\n"+
		"`cargo install` is only for installing programs, and can't be used with libraries.\n"+
		"To use a library crate, add it as a dependency to a Cargo project with `cargo add`.", id)
}

const mostListed = 7

// MissingFeatures is said where programs are not built for want of features, "" where there are none at all.
func MissingFeatures(p *manifest.Package) string {
	var lines []string
	first := ""
	for i := range p.Targets {
		t := &p.Targets[i]
		if !IsProgram(t) {
			continue
		}
		var need, quoted []string
		if t.RequiredFeatures != nil {
			need = *t.RequiredFeatures
		}
		for _, f := range need {
			quoted = append(quoted, "`"+f+"`")
		}
		if len(lines) == 0 {
			first = strings.Join(need, " ")
		}
		lines = append(lines, fmt.Sprintf("  %s %q requires the features: %s", t.Kind.Word(), t.Name, strings.Join(quoted, ", ")))
	}
	if len(lines) == 0 {
		return ""
	}
	more := ""
	if len(lines) > mostListed {
		more = fmt.Sprintf("\n%d more targets also requires features not enabled. See them in the Cargo.toml file.", len(lines)-mostListed)
		lines = lines[:mostListed]
	}
	return fmt.Sprintf("none of the package's binaries are available for install using the selected features\n%s%s\nConsider enabling some of the needed features by passing, e.g., `--features=\"%s\"`", strings.Join(lines, "\n"), more, first)
}

// Executables is how a list of programs is said behind a package.
func Executables(names []string) string {
	if len(names) == 1 {
		return "(executable `" + names[0] + "`)"
	}
	var quoted []string
	for _, n := range names {
		quoted = append(quoted, "`"+n+"`")
	}
	return "(executables " + strings.Join(quoted, ", ") + ")"
}
