package lint

import (
	"path/filepath"
	"strings"

	"berth/internal/manifest"
	"berth/internal/snippet"
	"berth/internal/tomldoc"
)

// Subject is a manifest being looked at.
type Subject struct {
	*Said
	Manifest *manifest.Manifest
	Path     string // as messages have it
	Levels   Levels
}

// SubjectOf is a package of a workspace whose root is in a directory.
func SubjectOf(m *manifest.Manifest, root string, muted bool) *Subject {
	return &Subject{Said: &Said{Name: m.Package.Name()}, Manifest: m, Path: Shown(m.Path, root), Levels: LevelsOf(m, muted)}
}

// Shown is a path as findings have it: relative to the root of the workspace, if it is below that.
func Shown(path, root string) string {
	if rest, ok := strings.CutPrefix(path, root+string(filepath.Separator)); ok {
		return rest
	}
	return path
}

// Value is what the keys of the manifest lead to, nil where there is nothing.
func (s *Subject) Value(keys ...string) *tomldoc.Value { return s.Manifest.Doc.Root().Find(keys...) }

// Text is the manifest, which spans are of.
func (s *Subject) Text() string { return s.Manifest.Doc.Text() }

// Excerpt shows places of the manifest: without any it is named only.
func (s *Subject) Excerpt(marks ...snippet.Mark) snippet.Part {
	if len(marks) == 0 {
		return snippet.Place(s.Path)
	}
	return snippet.Excerpt{Path: s.Path, Text: s.Text(), Marks: marks}
}

// Key, Content and Entry are marks of what the finding is about: a key, its value, or both.
func Key(v *tomldoc.Value) snippet.Mark     { return mark(v.KeySpan()) }
func Content(v *tomldoc.Value) snippet.Mark { return mark(v.Span()) }
func Entry(v *tomldoc.Value) snippet.Mark {
	return mark(tomldoc.Span{Start: v.KeySpan().Start, End: v.Span().End})
}

func mark(s tomldoc.Span) snippet.Mark { return snippet.Mark{Span: spanOf(s), Main: true} }

func spanOf(s tomldoc.Span) snippet.Span { return snippet.Span{Start: int(s.Start), End: int(s.End)} }

// Report adds a finding: a title, what stands below it, and what is advised.
func (s *Subject) Report(level Level, title string, parts []snippet.Part, advice ...snippet.Group) {
	s.Add(level, append(snippet.Report{{Level: level.Title(), Title: title, Parts: parts}}, advice...))
}

// Advice is a way out, in words and perhaps as a change of a text.
func Advice(title string, parts ...snippet.Part) snippet.Group {
	return snippet.Group{Level: snippet.Help, Title: title, Parts: parts}
}

// change is what the manifest would be like.
func (s *Subject) change(at snippet.Span, with string) snippet.Change {
	return snippet.Change{Path: s.Path, Text: s.Text(), At: at, With: with}
}
