package manifest

import (
	"path"
	"path/filepath"

	"berth/internal/tomldoc"
)

// workspace is the table that keys are inherited from: the manifest's own, or that of the root above it.
func (p *parser) workspace(i item) *Workspace {
	switch {
	case p.m.Workspace != nil:
		return p.m.Workspace
	case p.root != nil:
		return p.root
	case p.file.Root == nil:
		i.wrong("`%s` is inherited, but there is no workspace to inherit from", i.path).
			WithHelp("write the value itself, or add a [workspace] table to a Cargo.toml in a directory above this one")
		return nil
	}
	root, err := p.file.Root(p.m.WorkspacePath)
	switch {
	case err != nil && p.err == nil:
		p.err = err
	case err == nil && root == nil:
		i.wrong("`%s` is inherited, but this package is in no workspace", i.path).
			WithHelp("write the value itself, or add a [workspace] table to a Cargo.toml in a directory above this one")
	}
	p.root = root
	return root
}

// isInherited tells whether the value is { workspace = true }.
func (i item) isInherited() bool {
	if i.v.Kind() != tomldoc.TableKind {
		return false
	}
	w := i.get("workspace")
	switch b := w.flag(); {
	case !w.there():
		i.wrong("`%s` is a table without `workspace = true`", i.path).WithHelp("write the value itself, or `%s.workspace = true` to inherit it", i.v.Key())
	case b != nil && !*b:
		w.wrong("`%s` cannot be false", w.path).WithHelp("write the value itself instead")
	}
	i.unused("workspace")
	return true
}

// inherited is a key of [package], or what the workspace says in its place.
func (p *parser) inherited(about item, key string) item {
	i := about.get(key)
	if !i.isInherited() || p.err != nil {
		return i
	}
	w := p.workspace(i)
	if w == nil {
		return item{p: p}
	}
	value := item{p, w.Doc, w.Package.Get(key), trailOf("workspace", "package", key)}
	if !value.there() && key != "readme" {
		i.wrong("`%s` is inherited, but [workspace.package] has no `%s`", i.path, key).
			WithHelp("add it in %s", w.Doc.Name())
	}
	return value
}

// fromRoot is a path of the workspace's manifest as it is from the package's directory.
func (p *parser) fromRoot(w *Workspace, file string) string {
	target := file
	if !filepath.IsAbs(file) {
		target = filepath.Join(w.Dir, filepath.FromSlash(file))
	}
	relative, err := filepath.Rel(p.dir, target)
	if err != nil {
		return target
	}
	return relative
}

// inheritedPath is a key of [package] that names a file.
func (p *parser) inheritedPath(about item, key string) *string {
	i := about.get(key)
	text := p.inherited(about, key).text()
	if text != nil && i.v.Kind() == tomldoc.TableKind {
		moved := p.fromRoot(p.workspace(i), *text)
		text = &moved
	}
	return text
}

// readme is the file that is stated, or the first of the usual names that is there; nil for none.
func (p *parser) readme(about item) *string {
	i := about.get("readme")
	if i.isInherited() && p.err == nil {
		return p.inheritedReadme(i)
	}
	return i.readme(p.files)
}

func (p *parser) inheritedReadme(i item) *string {
	w := p.workspace(i)
	if w == nil {
		return nil
	}
	name := item{p, w.Doc, w.Package.Get("readme"), trailOf("workspace", "package", "readme")}.readme(files{fs: w.files})
	if name == nil {
		i.wrong("`%s` is inherited, but the workspace has no readme", i.path).WithHelp("add `readme` to [workspace.package] in %s", w.Doc.Name())
		return nil
	}
	moved := p.fromRoot(w, *name)
	return &moved
}

func (i item) readme(dir files) *string {
	text, flag := i.textOrFlag()
	switch {
	case text != nil:
		return text
	case flag != nil && !*flag:
		return nil
	case flag != nil:
		name := "README.md"
		return &name
	}
	for _, name := range []string{"README.md", "README.txt", "README"} {
		if dir.isFile(name) {
			return &name
		}
	}
	return nil
}

// textOrFlag is one of a string and a boolean, or neither.
func (i item) textOrFlag() (*string, *bool) {
	switch i.v.Kind() {
	case tomldoc.Missing:
		return nil, nil
	case tomldoc.String:
		return i.text(), nil
	case tomldoc.Boolean:
		return nil, i.flag()
	}
	i.expected("a string, true or false")
	return nil, nil
}

// clean is a path without needless parts, as Cargo normalizes those of targets: only in writing, links are not
// followed.
func clean(file string) string { return path.Clean(filepath.ToSlash(file)) }
