package config

import (
	"fmt"
	"strings"

	"berth/internal/tomldoc"
)

// arguments reads what --config says: files, and KEY=VALUE.
func (l *loader) arguments() (*Node, error) {
	all := newTable(Origin{Layer: Argument})
	seen := map[string]bool{}
	for _, arg := range l.options.Args {
		n, err := l.argument(arg, seen)
		if err == nil {
			err = all.merge(n, true)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (l *loader) argument(arg string, seen map[string]bool) (*Node, error) {
	if path := join(l.options.Dir, arg); arg != "" && l.options.Files.Exists(path) {
		return l.file(path, Argument, seen)
	}
	n, err := l.parse("--config", []byte(arg), Origin{Layer: Argument})
	if err != nil {
		return nil, fmt.Errorf("--config takes KEY=VALUE in TOML, or a file, and there is no file of this name: %w", err)
	}
	if problem := keyValue(n); problem != "" {
		return nil, fmt.Errorf("--config takes one KEY=VALUE (for example build.jobs=2), or a file: %s in `%s`", problem, hideValue(arg))
	}
	for _, section := range [...]string{"registry", "registries"} {
		if secret := secretIn(n.Get(section), section); secret != "" {
			return nil, fmt.Errorf("%s cannot be given by --config, where other users of the machine can see it; "+
				"use cargo login, or the variable %s", secret, ParseKey(secret).Env())
		}
	}
	return l.withIncludes(n, map[string]bool{})
}

// secretIn is the key of a token in [registry] or [registries.*].
func secretIn(n *Node, key string) string {
	if key == "registries" {
		for _, name := range n.Keys() {
			if found := secretIn(n.Get(name), key+"."+name); found != "" {
				return found
			}
		}
		return ""
	}
	for _, name := range [...]string{"token", "secret-key"} {
		if n.Get(name) != nil {
			return key + "." + name
		}
	}
	return ""
}

// keyValue says what is wrong with a document that should be one dotted key with a value
// that is no inline table: whoever wants more writes a file.
func keyValue(n *Node) string {
	doc := n.doc
	table := doc.Root()
	var v *tomldoc.Value
	for first := true; first || v.Kind() == tomldoc.TableKind; first = false {
		if table.Len() != 1 {
			return count(table.Len())
		}
		for entry := range table.Entries() {
			v = entry
		}
		if doc.Slice(tomldoc.Span{Start: v.Span().Start, End: v.Span().Start + 1}) == "[" && !v.IsInline() {
			return "there is a [header]"
		}
		if v.Kind() == tomldoc.TableKind && v.IsInline() {
			return "there is an inline table"
		}
		table = v.Table()
	}
	return comments(doc, v)
}

func count(keys int) string {
	if keys == 0 {
		return "there is no key"
	}
	return fmt.Sprintf("there are %d keys", keys)
}

// comments beside the key and its value are refused as Cargo refuses them; in the value
// and in lines below they are not.
func comments(doc *tomldoc.Document, v *tomldoc.Value) string {
	text := doc.Text()
	before := text[:firstKey(doc)]
	after, _, _ := strings.Cut(text[v.Span().End:], "\n")
	if strings.Contains(before, "#") || strings.Contains(after, "#") {
		return "there is a comment"
	}
	return ""
}

// firstKey is where the first key of the document begins.
func firstKey(doc *tomldoc.Document) uint32 {
	for entry := range doc.Root().Entries() {
		return entry.KeySpan().Start
	}
	return 0
}

// hideValue leaves what may be secret out of a message.
func hideValue(arg string) string {
	lower := strings.ToLower(arg)
	if strings.Contains(lower, "token") || strings.Contains(lower, "secret") {
		key, _, _ := strings.Cut(arg, "=")
		return strings.TrimSpace(key) + "=…"
	}
	return arg
}
