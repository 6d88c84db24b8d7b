// Package lint is what Cargo itself has to say of manifests, from 1.100 on: its lints, the levels that [lints.cargo] gives
// them, and what each of them finds.
//
// What holds: a finding has the words and the form of Cargo's own, as people look for them and programs count them. The
// order is Cargo's as well: the workspace, then package by package, each rule in its turn.
//
// Where it ends: packages come in the order of their paths, in Cargo's own in one that is not foreseeable. What only
// compilers know, namely which dependencies are used, is found out elsewhere and put into this form. hint-mostly-unused is
// not stable yet, so that its lint has a level and finds nothing.
package lint

import (
	"slices"

	"berth/internal/manifest"
	"berth/internal/semver"
	"berth/internal/snippet"
)

// Level is what becomes of a finding.
type Level uint8

// The levels, each stricter than the one before.
const (
	Allow Level = iota
	Warn
	Deny
	Forbid
)

// String is the level as manifests have it.
func (l Level) String() string { return [...]string{"allow", "warn", "deny", "forbid"}[l] }

func levelNamed(name string) Level {
	for l := Allow; l < Forbid; l++ {
		if l.String() == name {
			return l
		}
	}
	return Forbid
}

// IsError: a command that comes upon such a finding fails.
func (l Level) IsError() bool { return l >= Deny }

// Title is the word before a finding.
func (l Level) Title() snippet.Level {
	if l.IsError() {
		return snippet.Error
	}
	return snippet.Warning
}

// The names of the lints.
const (
	blanketHintMostlyUnused        = "blanket_hint_mostly_unused"
	manualReadme                   = "manual_readme"
	missingLintsInheritance        = "missing_lints_inheritance"
	nonKebabCaseBins               = "non_kebab_case_bins"
	nonKebabCaseFeatures           = "non_kebab_case_features"
	nonKebabCasePackages           = "non_kebab_case_packages"
	nonSnakeCaseFeatures           = "non_snake_case_features"
	nonSnakeCasePackages           = "non_snake_case_packages"
	redundantHomepage              = "redundant_homepage"
	textDirectionInComment         = "text_direction_codepoint_in_comment"
	textDirectionInLiteral         = "text_direction_codepoint_in_literal"
	unknownLints                   = "unknown_lints"
	UnusedDependencies             = "unused_dependencies"
	unusedWorkspaceDependencies    = "unused_workspace_dependencies"
	unusedWorkspacePackageFields   = "unused_workspace_package_fields"
	correctness, pedantic          = "correctness", "pedantic"
	restriction, style, suspicious = "restriction", "style", "suspicious"
	groupOfDefaults                = "default"
)

// groupOf is the group that a lint is in, empty for a lint that does not exist.
func groupOf(lint string) string {
	switch lint {
	case textDirectionInComment, textDirectionInLiteral:
		return correctness
	case manualReadme, nonKebabCaseBins:
		return pedantic
	case nonKebabCaseFeatures, nonKebabCasePackages, nonSnakeCaseFeatures, nonSnakeCasePackages:
		return restriction
	case redundantHomepage, UnusedDependencies:
		return style
	case blanketHintMostlyUnused, missingLintsInheritance, unknownLints, unusedWorkspaceDependencies, unusedWorkspacePackageFields:
		return suspicious
	}
	return ""
}

// defaultOf is the level of the lints of a group where nothing is stated; ok is false for a group that does not exist.
func defaultOf(group string) (level Level, ok bool) {
	switch group {
	case correctness:
		return Deny, true
	case style, suspicious, groupOfDefaults:
		return Warn, true
	case pedantic, restriction:
		return Allow, true
	}
	return Allow, false
}

// Setting is the level that is in force for a lint.
type Setting struct {
	Lint   string
	Level  Level
	Stated bool // in [lints]
}

// Note is the remark that says why there is a finding; the first of a kind has it.
func (s Setting) Note() snippet.Remark {
	why := "by default"
	if s.Stated {
		why = "in `[lints]`"
	}
	return snippet.Remark{Level: snippet.Note, Text: "`cargo::" + s.Lint + "` is set to `" + s.Level.String() + "` " + why}
}

// Levels are what a manifest, or a workspace, says of levels.
type Levels struct {
	Table []manifest.Lint // of all tools
	Rust  semver.Partial  // the rust-version stated, zero where none is
	// Muted: build.warnings has warnings left out.
	Muted bool
}

// LevelsOf are those of a package.
func LevelsOf(m *manifest.Manifest, muted bool) Levels {
	return Levels{Table: m.Package.Lints, Rust: m.Package.Summary.RustVersion, Muted: muted}
}

// Of is the level of a lint. The lint itself, its group and the group of all that are on by default may be stated; what
// has the highest priority is taken. A package for a Rust that did not know [lints.cargo] is left alone with those that
// somebody would have to turn off.
func (l Levels) Of(lint string) Setting {
	group := groupOf(lint)
	preset, _ := defaultOf(group)
	if !l.Rust.IsZero() && group != restriction && l.Rust.Version().Compare(semver.Version{Major: 1, Minor: 79}) < 0 {
		return Setting{Lint: lint}
	}
	names := []string{lint, group}
	if preset >= Warn {
		names = append(names, groupOfDefaults)
	}
	slices.Sort(names) // of equals the first
	best, priority := Setting{Lint: lint, Level: preset}, 0
	for _, name := range names {
		stated := l.stated(name)
		if stated == nil {
			continue
		}
		level := levelNamed(stated.Level)
		if !best.Stated || level == Forbid && best.Level != Forbid || (level == Forbid) == (best.Level == Forbid) && stated.Priority > priority {
			best, priority = Setting{lint, level, true}, stated.Priority
		}
	}
	if l.Muted && best.Level == Warn {
		return Setting{Lint: lint}
	}
	return best
}

func (l Levels) stated(name string) *manifest.Lint {
	for i := range l.Table {
		if l.Table[i].Tool == "cargo" && l.Table[i].Name == name {
			return &l.Table[i]
		}
	}
	return nil
}
