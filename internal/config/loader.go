package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"berth/internal/tomldoc"
)

// loader reads files into nodes.
type loader struct {
	options Options
	secret  bool // no line of these files is shown
}

// walk calls visit with the configuration files that there are, strongest first.
func (l *loader) walk(visit func(path string) error) error {
	seen := map[string]bool{}
	for dir := l.options.From; ; dir = filepath.Dir(dir) {
		folder := filepath.Join(dir, ".cargo")
		if path, ok := l.choose(folder, "config"); ok {
			if err := visit(path); err != nil {
				return err
			}
		}
		seen[l.options.Files.Real(folder)] = true
		if dir == filepath.Dir(dir) {
			break
		}
	}
	// A home that is one of these folders had its turn.
	home := l.options.Home
	if home == "" || seen[home] || seen[l.options.Files.Real(home)] {
		return nil
	}
	if path, ok := l.choose(home, "config"); ok {
		return visit(path)
	}
	return nil
}

// file reads a file with what it includes. Seen are the files on the way, or with --config
// all files before: one that comes twice would include itself for ever.
func (l *loader) file(path string, layer Layer, seen map[string]bool) (*Node, error) {
	own, err := l.single(path, layer, seen)
	if err != nil {
		return nil, err
	}
	return l.withIncludes(own, seen)
}

// most files include none; so many are a circle whose paths grow at every turn (a/../a/../…).
const most = 1000

// single reads a file without what it includes.
func (l *loader) single(path string, layer Layer, seen map[string]bool) (*Node, error) {
	if seen[path] || len(seen) == most {
		return nil, &unreadable{fmt.Errorf("configuration file %s is read already: remove it here, or the include that leads to it a second time", path)}
	}
	seen[path] = true
	data, err := l.options.Files.Read(path)
	if err != nil {
		return nil, &unreadable{fmt.Errorf("read configuration: %w", err)}
	}
	return l.parse(path, data, Origin{layer, path})
}

func (l *loader) parse(name string, data []byte, o Origin) (*Node, error) {
	if line := notUTF8(data); line > 0 {
		return nil, fmt.Errorf("%s:%d: a byte that is not UTF-8; save the file as UTF-8", name, line)
	}
	doc, err := tomldoc.Parse(name, data)
	if place, ok := err.(*tomldoc.Error); ok {
		return nil, hideSecret(place, l.secret)
	}
	if err != nil {
		return nil, err
	}
	return maker{doc, o, l.secret}.root()
}

// notUTF8 is the line of the first byte that is no UTF-8, 0 if there is none.
func notUTF8(data []byte) int {
	if utf8.Valid(data) {
		return 0
	}
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}

// withIncludes is what a file includes, in order, and over it the file itself.
func (l *loader) withIncludes(own *Node, seen map[string]bool) (*Node, error) {
	includes, err := includesOf(own)
	if err != nil {
		return nil, err
	}
	delete(own.table, "include")
	if len(includes) == 0 {
		return own, nil
	}
	all := newTable(own.origin)
	for _, include := range includes {
		path, wanted := l.includePath(include)
		if !wanted {
			continue
		}
		included, err := l.file(path, own.origin.Layer, seen)
		if err == nil {
			err = all.merge(included, true)
		}
		if err != nil {
			return nil, include.failed(err)
		}
	}
	return all, all.merge(own, true)
}

// include is one file to include.
type include struct {
	path     *Node
	optional bool
}

// failed points to the include of a file that is not there. What is wrong within a file
// points into that file.
func (i include) failed(err error) error {
	if u, ok := err.(*unreadable); ok {
		return i.path.errorf("%v", u.error)
	}
	return err
}

// unreadable is a file that cannot be read at all.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

func (l *loader) includePath(i include) (path string, wanted bool) {
	path = join(i.path.origin.includeBase(l.options.Dir), i.path.text)
	if l.options.Release.PlainIncludes() {
		path = filepath.Clean(path)
	}
	return path, !i.optional || l.options.Files.Exists(path)
}

// includesOf reads and checks the key include.
func includesOf(n *Node) ([]include, error) {
	list := n.Get("include")
	if list == nil {
		return nil, nil
	}
	if list.kind != List {
		return nil, list.wrongKind("include", "an array of paths")
	}
	var includes []include
	for index, item := range list.items {
		i, err := readInclude(item, fmt.Sprintf("include[%d]", index))
		if err != nil {
			return nil, err
		}
		includes = append(includes, i)
	}
	return includes, nil
}

func readInclude(item *Node, key string) (include, error) {
	i := include{path: item}
	if item.kind == Table {
		if i.path = item.Get("path"); i.path == nil {
			return i, item.errorf("`%s` has no `path`", key).withHelp("write { path = \"other.toml\", optional = true }")
		}
		if o := item.Get("optional"); o != nil {
			if o.kind != Boolean {
				return i, o.wrongKind(key+".optional", "a boolean")
			}
			i.optional = o.boolean
		}
		key += ".path"
	}
	if i.path.kind != String {
		return i, i.path.wrongKind(key, "a string or a table with `path`")
	}
	switch path := i.path.text; {
	case filepath.Ext(path) != ".toml" || filepath.Base(path) == ".toml":
		return i, i.path.errorf("`%s` has to end in .toml", key)
	case strings.ContainsAny(path, "*?[]{}"):
		return i, i.path.errorf("`%s` is one path: patterns and placeholders are not known here", key)
	}
	return i, nil
}
