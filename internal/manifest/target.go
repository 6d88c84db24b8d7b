package manifest

import (
	"slices"
	"strings"
)

// TargetKind is what a target is built to.
type TargetKind uint8

const (
	Lib TargetKind = iota
	Bin
	Example
	Test
	Bench
	CustomBuild
)

// key is the table of the manifest that declares targets of the kind.
func (k TargetKind) key() string {
	return [...]string{"lib", "bin", "example", "test", "bench", "build"}[k]
}

// Word is the flag that chooses a target of the kind, without its dashes.
func (k TargetKind) Word() string { return k.key() }

// noun is what people call such a target.
func (k TargetKind) noun() string {
	return [...]string{"library", "binary", "example", "test", "benchmark", "build script"}[k]
}

// Target is something of a package that rustc is called for.
type Target struct {
	Kind       TargetKind
	CrateTypes []string // of a library; of an example only where it is one
	Name       string
	NameStated bool   // else it was made from the package's
	Path       string // absolute
	Edition    Edition

	RequiredFeatures *[]string
	FileName         string // of the binary where it has another one (unstable)
	Test, Bench, Doc bool
	Doctest          bool // as stated or by default; see Doctested
	Harness          bool
	ProcMacro        bool
	ForHost          bool  // runs while building
	ScrapeExamples   *bool // nil where it is not stated
}

// IsExampleLib: an example that is a library.
func (t *Target) IsExampleLib() bool { return t.Kind == Example && len(t.CrateTypes) > 0 }

// Kinds is the target's kind as cargo metadata gives it.
func (t *Target) Kinds() []string {
	switch t.Kind {
	case Lib:
		return t.CrateTypes
	case CustomBuild:
		return []string{"custom-build"}
	}
	return []string{t.Kind.key()}
}

// RustcTypes are the values of --crate-type.
func (t *Target) RustcTypes() []string {
	if len(t.CrateTypes) > 0 {
		return t.CrateTypes
	}
	return []string{"bin"}
}

// Doctested tells whether there is anything that rustdoc would test.
func (t *Target) Doctested() bool {
	return t.Doctest && t.Kind == Lib && slices.ContainsFunc(t.CrateTypes, func(c string) bool {
		return c == "lib" || c == "rlib" || c == "proc-macro"
	})
}

// defaults are the flags of a target of its kind where the manifest states none.
func (t *Target) defaults() {
	t.Harness = true
	t.Test = t.Kind == Lib || t.Kind == Bin || t.Kind == Test
	t.Bench = t.Kind == Lib || t.Kind == Bin || t.Kind == Bench
	t.Doc = t.Kind == Lib || t.Kind == Bin
	t.Doctest = t.Kind == Lib
	t.ForHost = t.Kind == CustomBuild
}

// CrateName is the target's name as the source writes it.
func (t *Target) CrateName() string { return strings.ReplaceAll(t.Name, "-", "_") }
