package lint

import (
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/snippet"
	"berth/internal/tomldoc"
)

// checkWorkspaceDependencies: entries of [workspace.dependencies] that no member inherits.
func (s *Subject) checkWorkspaceDependencies(set Setting, members []*manifest.Manifest) {
	used := map[string]bool{}
	for _, m := range members {
		root := m.Doc.Root()
		noteInherited(used, root)
		for target := range root.Get("target").Table().Entries() {
			noteInherited(used, target.Table())
		}
	}
	var names []string
	for v := range s.Value("workspace", "dependencies").Table().Entries() {
		names = append(names, v.Key())
	}
	slices.Sort(names)
	s.reportUnused(set, used, names, "dependencies", func(name string) (title, advice string) {
		return "unused workspace dependency `" + name + "`", "consider removing the workspace dependency `" + name + "`"
	})
}

// noteInherited notes the names that the tables of dependencies in a table have from the workspace.
func noteInherited(used map[string]bool, t *tomldoc.Table) {
	for _, key := range []string{"dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies"} {
		for v := range t.Get(key).Table().Entries() {
			if isInherited(v) {
				used[v.Key()] = true
			}
		}
	}
}

func isInherited(v *tomldoc.Value) bool {
	b, ok := v.Get("workspace").Bool()
	return ok && b
}

// checkWorkspaceFields: keys of [workspace.package] that no member inherits.
func (s *Subject) checkWorkspaceFields(set Setting, members []*manifest.Manifest) {
	used := map[string]bool{}
	for _, m := range members {
		for v := range m.Doc.Root().Get("package").Table().Entries() {
			if isInherited(v) {
				used[v.Key()] = true
			}
		}
	}
	var names []string
	for v := range s.Value("workspace", "package").Table().Entries() {
		names = append(names, v.Key())
	}
	s.reportUnused(set, used, names, "package", func(name string) (title, advice string) {
		return "unused field `" + name + "` in `workspace.package`", "consider removing the field `workspace.package." + name + "`"
	})
}

func (s *Subject) reportUnused(set Setting, used map[string]bool, names []string, table string, words func(name string) (title, advice string)) {
	first := true
	for _, name := range names {
		if used[name] {
			continue
		}
		parts := []snippet.Part{s.Excerpt(Key(s.Value("workspace", table, name)))}
		if first {
			parts = append(parts, set.Note())
		}
		first = false
		title, advice := words(name)
		s.Report(set.Level, title, parts, Advice(advice))
	}
}

// checkNames: [lints.cargo], which the keys lead to, names lints that do not exist. Names that stand elsewhere are of that
// manifest's concern.
func (s *Subject) checkNames(set Setting, names []string, keys ...string) {
	table := s.Value(keys...)
	first := true
	for _, name := range names {
		if isLintOrGroup(name) {
			continue
		}
		v := table.Get(name)
		if v == nil {
			return
		}
		parts := []snippet.Part{s.Excerpt(Key(v))}
		if first {
			parts = append(parts, set.Note())
		}
		first = false
		if other := strings.ReplaceAll(name, "-", "_"); groupOf(other) != "" {
			parts = append(parts, snippet.Remark{Level: snippet.Help, Text: "there is a lint with a similar name: `" + other + "`"})
		} else if isLintOrGroup(other) {
			parts = append(parts, snippet.Remark{Level: snippet.Help, Text: "there is a group with a similar name: `" + other + "`"})
		}
		s.Report(set.Level, "unknown lint: `"+name+"`", parts)
	}
}

func isLintOrGroup(name string) bool {
	_, ok := defaultOf(name)
	return ok || groupOf(name) != "" || isUnstable(name)
}

// isUnstable: the lint and the group are there for Cargo's own tests.
func isUnstable(name string) bool { return name == "im_a_teapot" || name == "test_dummy_unstable" }

// refuseUnstable is for names that a stable Cargo knows and does not take.
func (s *Subject) refuseUnstable(names []string, keys ...string) {
	const feature = "test-dummy-unstable"
	for _, name := range names {
		v := s.Value(keys...).Get(name)
		if !isUnstable(name) || v == nil {
			continue
		}
		at := Key(v)
		at.Label = "this is behind `" + feature + "`, which is not enabled"
		s.Report(Deny, "use of unstable lint `"+name+"`", []snippet.Part{s.Excerpt(at),
			snippet.Remark{Level: snippet.Help, Text: "consider adding `cargo-features = [\"" + feature + "\"]` to the top of the manifest"}})
	}
}
