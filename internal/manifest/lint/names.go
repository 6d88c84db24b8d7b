package lint

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/snippet"
	"berth/internal/tomldoc"
)

// spelling is a way to write names.
type spelling struct {
	name      string
	separator string
}

func kebab() spelling { return spelling{"kebab-case", "-"} }
func snake() spelling { return spelling{"snake-case", "_"} }

// of is a name in that spelling.
func (s spelling) of(name string) string {
	return strings.ToLower(strings.Join(words(name), s.separator))
}

// checkPackageName: the package's name is written otherwise.
func (s *Subject) checkPackageName(set Setting, to spelling) {
	name := s.Manifest.Package.Name()
	right := to.of(name)
	if right == name {
		return
	}
	title := fmt.Sprintf("package `%s` should have a %s name", name, to.name)
	advice := fmt.Sprintf("to change the package name to `%s`, convert ", right)
	v := s.Value("package", "name")
	if v == nil { // it stands in [project], where nobody looks
		at := snippet.Span{Start: len(s.Manifest.Path) - len(filepath.Base(s.Manifest.Path)), End: len(s.Manifest.Path)}
		s.Report(set.Level, title, []snippet.Part{s.Excerpt(), set.Note()}, Advice(advice+"the file stem", snippet.Change{Text: s.Manifest.Path, At: at, With: right}))
		return
	}
	s.Report(set.Level, title, []snippet.Part{s.Excerpt(Content(v)), set.Note()}, Advice(advice+"`package.name`", s.change(spanOf(v.Span()), `"`+right+`"`)))
}

// checkFeatureNames: features are written otherwise, or optional dependencies that there is a feature for.
func (s *Subject) checkFeatureNames(set Setting, to spelling) {
	for _, name := range featureNames(s.Manifest) {
		right := to.of(name)
		if right == name {
			continue
		}
		title := fmt.Sprintf("feature `%s` should have a %s name", name, to.name)
		dep := s.Value("dependencies", name)
		switch v := s.Value("features", name); {
		case v != nil:
			s.Report(set.Level, title, []snippet.Part{s.Excerpt(Key(v)), set.Note()},
				Advice(fmt.Sprintf("to change the feature name to `%s`, convert the `features` key", right), s.change(spanOf(v.KeySpan()), right)))
		case dep.Get("optional") != nil:
			s.Report(set.Level, title, []snippet.Part{s.ofDependency(dep), snippet.Remark{Level: snippet.Note, Text: "see also <https://doc.rust-lang.org/cargo/reference/features.html#optional-dependencies>"}, set.Note()})
		default:
			s.Report(set.Level, title, []snippet.Part{s.Excerpt(), set.Note()})
		}
	}
}

func (s *Subject) ofDependency(dep *tomldoc.Value) snippet.Part {
	source, cause := Key(dep), Entry(dep.Get("optional"))
	source.Label, cause.Label, cause.Main = "source of feature name", "cause of feature", false
	return s.Excerpt(source, cause)
}

func featureNames(m *manifest.Manifest) []string {
	var names []string
	for _, f := range m.Package.Summary.Features {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// checkBinNames: programs are written otherwise, because of a [[bin]], the package or a file.
func (s *Subject) checkBinNames(set Setting, target string) {
	first := true
	for _, t := range s.Manifest.Package.Targets {
		if t.Kind != manifest.Bin {
			continue
		}
		parts := []snippet.Part{programExcerpt(target, t.Name)}
		if first {
			parts = append(parts, set.Note())
		}
		first = false
		if right := kebab().of(t.Name); right != t.Name {
			s.Report(set.Level, fmt.Sprintf("binary `%s` should have a kebab-case name", t.Name), parts, s.binAdvice(&t, right)...)
		}
	}
}

// programExcerpt shows the name in the path that the program will have.
func programExcerpt(target, name string) snippet.Part {
	dir := filepath.Join(target, "...") + string(filepath.Separator)
	suffix := ""
	if runtime.GOOS == "windows" {
		suffix = ".exe"
	}
	return snippet.Excerpt{Text: dir + name + suffix, Marks: []snippet.Mark{{Span: snippet.Span{Start: len(dir), End: len(dir) + len(name)}, Main: true}}}
}

func (s *Subject) binAdvice(t *manifest.Target, right string) []snippet.Group {
	to := "to change the binary name to `" + right + "`, "
	quoted := `"` + right + `"`
	stated := false // there is a [[bin]] for the file
	for table := range s.Value("bin").Items() {
		if name, _ := table.Get("name").Text(); name == t.Name {
			return []snippet.Group{Advice(to+"convert `bin.name`", s.change(spanOf(table.Get("name").Span()), quoted))}
		}
		file, _ := table.Get("path").Text()
		stated = stated || file == "src/main.rs"
	}
	file, err := filepath.Rel(s.Manifest.Package.Dir, t.Path)
	if err != nil {
		file = t.Path
	}
	file = filepath.ToSlash(file)
	if name := s.Value("package", "name"); name != nil && file == "src/main.rs" && !stated {
		end := snippet.Span{Start: len(s.Text()), End: len(s.Text())}
		return []snippet.Group{
			Advice(to+"convert `package.name`", s.change(spanOf(name.Span()), quoted)),
			Advice(to+"specify `bin.name`", s.change(end, "\n[[bin]]\nname = "+quoted+"\npath = \"src/main.rs\"")),
		}
	}
	stem := strings.TrimSuffix(path.Base(file), ".rs")
	start := len(file) - len(path.Base(file))
	return []snippet.Group{Advice(to+"convert the file stem", snippet.Change{Text: filepath.FromSlash(file), At: snippet.Span{Start: start, End: start + len(stem)}, With: right})}
}
