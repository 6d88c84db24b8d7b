package lint

import (
	"berth/internal/crate"
	"berth/internal/snippet"
	"berth/internal/tomldoc"
)

// ReportUnused adds a dependency that no compiler has seen used. Tested: tests and the like use it, so that it could be
// theirs.
func (s *Subject) ReportUnused(d *crate.Dependency, tested bool) {
	set := s.Levels.Of(UnusedDependencies)
	if set.Level == Allow {
		return
	}
	var marks []snippet.Mark
	if v := s.dependency(d); v != nil {
		marks = append(marks, Entry(v))
	}
	parts := []snippet.Part{s.Excerpt(marks...)}
	if len(s.Findings) == 0 {
		parts = append(parts, set.Note())
	}
	name := d.NameInManifest()
	advice := []snippet.Group{Advice("consider removing the dependency on `" + name + "`")}
	if tested {
		advice = append(advice, Advice("to still use for development builds, move to `dev-dependencies`"))
	}
	s.Report(set.Level, "unused dependency `"+name+"`", parts, advice...)
}

// dependency is where a dependency is declared, nil where it cannot be shown.
func (s *Subject) dependency(d *crate.Dependency) *tomldoc.Value {
	table := map[crate.DepKind]string{crate.Normal: "dependencies", crate.Dev: "dev-dependencies", crate.Build: "build-dependencies"}[d.Kind]
	keys := []string{table, d.NameInManifest()}
	if d.Platform != "" {
		keys = append([]string{"target", d.Platform}, keys...)
	}
	return s.Value(keys...)
}
