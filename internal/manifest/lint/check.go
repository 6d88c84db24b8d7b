package lint

import (
	"slices"

	"berth/internal/manifest"
	"berth/internal/semver"
)

// Workspace is what there is to look at.
type Workspace struct {
	Dir      string // of the root
	Root     *manifest.Manifest
	Members  []*manifest.Manifest
	Packages []*manifest.Manifest // those that are looked at, in order
	Target   string               // the target directory
	Rust     semver.Partial       // the lowest rust-version of a member
	// Muted: build.warnings has warnings left out.
	Muted bool
	// HasFile tells whether a file lies beside a manifest.
	HasFile func(m *manifest.Manifest, name string) bool
}

// Check looks at the workspace and then at each package. What there is nothing to say of is left out.
func Check(ws *Workspace) []*Said {
	said := []*Said{ws.checkRoot()}
	for _, m := range ws.Packages {
		said = append(said, ws.checkPackage(m))
	}
	return slices.DeleteFunc(said, func(s *Said) bool { return len(s.Findings) == 0 })
}

// Sentences is only what was odd when the manifests of a workspace in a directory were read, for releases whose lints are
// not in force.
func Sentences(dir string, root *manifest.Manifest, packages []*manifest.Manifest) []*Said {
	var said []*Said
	tell := func(s *Subject) {
		if s.tellWarnings(); len(s.Findings) > 0 {
			said = append(said, s.Said)
		}
	}
	if root.Package == nil {
		tell(&Subject{Said: &Said{}, Manifest: root, Path: Shown(root.Path, dir)})
	}
	for _, m := range packages {
		tell(SubjectOf(m, dir, false))
	}
	return said
}

// rule is a lint and how it is found.
type rule struct {
	lint  string
	check func(Setting)
}

func (s *Subject) run(rules ...rule) {
	for _, r := range rules {
		if set := s.Levels.Of(r.lint); set.Level != Allow {
			r.check(set)
		}
	}
}

// checkRoot looks at what the root says for all. A root that is a package is looked at as one besides.
func (ws *Workspace) checkRoot() *Said {
	m := ws.Root
	s := &Subject{Said: &Said{}, Manifest: m, Path: Shown(m.Path, ws.Dir), Levels: ws.levels()}
	if m.Package == nil {
		s.tellWarnings()
		s.refuseUnstable(namesOf(m.Workspace.LintTable), "workspace", "lints", "cargo")
		s.run(
			rule{textDirectionInComment, s.checkComments},
			rule{textDirectionInLiteral, s.checkLiterals},
			rule{unknownLints, func(set Setting) {
				s.checkNames(set, namesOf(m.Workspace.LintTable), "workspace", "lints", "cargo")
			}},
		)
	}
	s.run(
		rule{unusedWorkspaceDependencies, func(set Setting) { s.checkWorkspaceDependencies(set, ws.Members) }},
		rule{unusedWorkspacePackageFields, func(set Setting) { s.checkWorkspaceFields(set, ws.Members) }},
	)
	return s.Said
}

// levels are those of the workspace: of [workspace.lints], or of a package that is in none.
func (ws *Workspace) levels() Levels {
	l := Levels{Rust: ws.Rust, Muted: ws.Muted}
	switch {
	case ws.Root.Workspace != nil:
		l.Table = ws.Root.Workspace.LintTable
	case ws.Root.Package != nil:
		l.Table = ws.Root.Package.Lints
	}
	return l
}

func (ws *Workspace) checkPackage(m *manifest.Manifest) *Said {
	s := SubjectOf(m, ws.Dir, ws.Muted)
	s.tellWarnings()
	s.refuseUnstable(namesOf(m.Package.Lints), "lints", "cargo")
	s.run(
		rule{textDirectionInComment, s.checkComments},
		rule{textDirectionInLiteral, s.checkLiterals},
		rule{unknownLints, func(set Setting) {
			if m.Workspace != nil {
				s.checkNames(set, namesOf(m.Workspace.LintTable), "lints", "cargo")
			}
			s.checkNames(set, namesOf(m.Package.Lints), "lints", "cargo")
		}},
		rule{missingLintsInheritance, func(set Setting) { s.checkInheritance(set, ws.Root) }},
		rule{redundantHomepage, s.checkHomepage},
		rule{UnusedDependencies, s.checkBuildDependencies},
		rule{manualReadme, func(set Setting) { s.checkReadme(set, ws.HasFile) }},
		rule{nonKebabCaseBins, func(set Setting) { s.checkBinNames(set, ws.Target) }},
		rule{nonKebabCaseFeatures, func(set Setting) { s.checkFeatureNames(set, kebab()) }},
		rule{nonKebabCasePackages, func(set Setting) { s.checkPackageName(set, kebab()) }},
		rule{nonSnakeCaseFeatures, func(set Setting) { s.checkFeatureNames(set, snake()) }},
		rule{nonSnakeCasePackages, func(set Setting) { s.checkPackageName(set, snake()) }},
	)
	return s.Said
}

// tellWarnings says what was odd when the manifest was read.
func (s *Subject) tellWarnings() {
	for _, w := range s.Manifest.Warnings {
		level := Warn
		if w.Fatal {
			level = Deny
		}
		s.addSentence(level, s.Path+": "+w.Message)
	}
}

func namesOf(lints []manifest.Lint) []string {
	var names []string
	for _, l := range lints {
		if l.Tool == "cargo" {
			names = append(names, l.Name)
		}
	}
	slices.Sort(names)
	return names
}
