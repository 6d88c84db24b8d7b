package lint

import (
	"slices"

	"berth/internal/manifest"
	"berth/internal/snippet"
)

// checkReadme: package.readme says what would be found without it.
func (s *Subject) checkReadme(set Setting, hasFile func(*manifest.Manifest, string) bool) {
	v := s.Value("package", "readme")
	readme, ok := v.Text()
	usual := slices.IndexFunc(usualReadmes(), func(name string) bool { return hasFile(s.Manifest, name) })
	if !ok || usual < 0 || readme != usualReadmes()[usual] {
		return
	}
	s.Report(set.Level, "explicit `package.readme` can be inferred", []snippet.Part{s.Excerpt(Entry(v)), set.Note()}, Advice("consider removing `package.readme`"))
}

// usualReadmes are those that Cargo finds by itself, the first before the others.
func usualReadmes() []string { return []string{"README.md", "README.txt", "README"} }

// checkInheritance: a package has no [lints], though its workspace has some to inherit.
func (s *Subject) checkInheritance(set Setting, root *manifest.Manifest) {
	if root.Workspace == nil || root.Workspace.Lints == nil || s.Value("lints") != nil {
		return
	}
	end := snippet.Span{Start: len(s.Text()), End: len(s.Text())}
	s.Report(set.Level, "missing `[lints]` to inherit `[workspace.lints]`", []snippet.Part{s.Excerpt(), set.Note()},
		Advice("to inherit `workspace.lints, add:", s.change(end, "\n[lints]\nworkspace = true")),
		Advice("to clarify your intent to not inherit, add:", s.change(end, "\n[lints]")))
}

// checkHomepage: the homepage is what another field is as well.
func (s *Subject) checkHomepage(set Setting) {
	k := s.Manifest.Package
	if k.Homepage == nil {
		return
	}
	other := ""
	switch {
	case k.Repository != nil && *k.Repository == *k.Homepage:
		other = "repository"
	case k.Documentation != nil && *k.Documentation == *k.Homepage:
		other = "documentation"
	default:
		return
	}
	var marks []snippet.Mark
	if v := s.Value("package", "homepage"); v != nil {
		marks = append(marks, Content(v))
		if o := s.Value("package", other); o != nil {
			beside := Content(o)
			beside.Main = false
			marks = append(marks, beside)
		}
	}
	s.Report(set.Level, "`package.homepage` is redundant with `package."+other+"`", []snippet.Part{s.Excerpt(marks...), set.Note()},
		Advice("consider removing `package.homepage`"))
}

// checkBuildDependencies: what a build script alone could use, where there is none.
func (s *Subject) checkBuildDependencies(set Setting) {
	if len(s.Manifest.Package.BuildScripts) > 0 {
		return
	}
	table := s.Value("build-dependencies")
	if table == nil {
		table = s.Value("build_dependencies")
	}
	var names []string
	for v := range table.Table().Entries() {
		names = append(names, v.Key())
	}
	slices.Sort(names)
	for i, name := range names {
		var marks []snippet.Mark
		if v := s.Value("build-dependencies", name); v != nil {
			marks = append(marks, Entry(v)) // the old spelling is read, and not shown
		}
		parts := []snippet.Part{s.Excerpt(marks...)}
		if i == 0 {
			parts = append(parts, set.Note())
		}
		s.Report(set.Level, "unused build dependency `"+name+"`", parts, Advice("consider removing the dependency on `"+name+"`"))
	}
}
