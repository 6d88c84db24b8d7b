package compile

import (
	"slices"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/cfgexpr"
	"berth/internal/manifest"
)

// Target is what a compiler says of a target, and what the configuration has for it.
type Target struct {
	Name                    string // the triple; of a target file its name without .json
	Arg                     string // what --target gets; empty for the host
	Cfg                     *cfgexpr.Set
	Files                   map[string]Affixes // by crate type; what is missing the target has not
	Splits                  []string           // values of split-debuginfo
	Library                 string             // where its standard library is
	Linker                  string
	Runner                  []string
	Rustflags, Rustdocflags []string
	Overrides               map[string]*buildscript.Output // by `links`
}

// Affixes are what stands before and behind the name of a crate in that of its file.
type Affixes struct{ Prefix, Suffix string }

// hasType tells whether a target of a package is made to that type of crate.
func hasType(t *manifest.Target, crateType string) bool {
	return slices.Contains(t.CrateTypes, crateType)
}

// isLibrary tells whether a target is a library that a package has for others.
func isLibrary(t *manifest.Target) bool { return t.Kind == manifest.Lib }

// isLinkable tells whether another crate can name what comes of a target in --extern.
func isLinkable(t *manifest.Target) bool {
	return t.Kind == manifest.Lib && slices.ContainsFunc(t.CrateTypes, func(crateType string) bool {
		switch crateType {
		case "lib", "rlib", "dylib", "proc-macro":
			return true
		}
		return false
	})
}

// isExecutable tells whether a target is a program that users run.
func isExecutable(t *manifest.Target) bool {
	return t.Kind == manifest.Bin || t.Kind == manifest.Example && !t.IsExampleLib()
}

// NeedsObjects tells whether the object code of dependencies is needed to make a target, and not only what rustc writes
// down of their types.
func NeedsObjects(t *manifest.Target) bool {
	return len(t.CrateTypes) == 0 || slices.ContainsFunc(t.CrateTypes, func(crateType string) bool { return crateType != "lib" && crateType != "rlib" })
}

// programName is what users call a program.
func programName(t *manifest.Target) string {
	if t.FileName != "" {
		return t.FileName
	}
	return t.Name
}

func (t *Target) is(part string) bool { return strings.Contains(t.Name, part) }
