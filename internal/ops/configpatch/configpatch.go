// Package configpatch reads the [patch] tables of the configuration.
//
// What holds: they mean what they would mean in the manifest of the workspace's root, but that a path is relative to
// the file that it is written in, and that an entry of the configuration takes the place of one of the same key in the
// manifest.
package configpatch

import (
	"slices"
	"strconv"

	"berth/internal/config"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/tomldoc"
	"berth/internal/tomlquote"
)

// Add puts the patches of the configuration before those of the manifest at a path.
func Add(c *config.Config, path string, inManifest []resolve.Patch, o manifest.Options) (patches []resolve.Patch, warnings []string, err error) {
	tables, err := c.Lookup(config.ParseKey("patch"))
	if err != nil || tables == nil {
		return inManifest, nil, err
	}
	if tables.Kind() != config.Table {
		return nil, nil, tables.Expected("patch", "a table")
	}
	for _, source := range tables.Keys() {
		if entries := tables.Get(source); entries.Kind() != config.Table {
			return nil, nil, entries.Expected("patch."+source, "a table")
		}
		for _, key := range tables.Get(source).Keys() {
			entry := tables.Get(source).Get(key)
			found, told, err := read(c, path, source, key, entry, o)
			if err != nil {
				return nil, nil, err
			}
			patches, warnings = append(patches, found...), append(warnings, told...)
		}
	}
	own := patches
	for _, p := range inManifest {
		if !slices.ContainsFunc(own, func(q resolve.Patch) bool {
			return q.Source.Same(p.Source) && q.Dep.NameInManifest() == p.Dep.NameInManifest()
		}) {
			patches = append(patches, p)
		}
	}
	return patches, warnings, nil
}

// read gives one entry to the reader of manifests, as the text that would stand there.
func read(c *config.Config, path, source, key string, entry *config.Node, o manifest.Options) ([]resolve.Patch, []string, error) {
	where := entry.Origin().String()
	text := append(tomlquote.AppendKey([]byte("[patch."), source), "]\n"...)
	text = append(tomlquote.AppendKey(text, key), " = "...)
	doc, err := tomldoc.Parse(where, append(appendNode(text, c, "", entry), '\n'))
	if err != nil {
		return nil, nil, err
	}
	m, err := manifest.ReadPatches(manifest.File{Path: path}, doc, o)
	if err != nil {
		return nil, nil, err
	}
	var patches []resolve.Patch
	for _, p := range m.Patches {
		patches = append(patches, resolve.Patch{Source: p.Source, Key: p.Key, Dep: p.Dep, Where: where})
	}
	var warnings []string
	for _, w := range m.Warnings {
		warnings = append(warnings, "[patch] in cargo config: "+w.Message)
	}
	return patches, warnings, nil
}

func appendNode(text []byte, c *config.Config, key string, n *config.Node) []byte {
	switch n.Kind() {
	case config.String:
		value := n.Text()
		if key == "path" {
			value = c.Path(config.Value[string]{Val: value, Origin: n.Origin(), Set: true})
		}
		return tomlquote.AppendValue(text, value)
	case config.Integer:
		return strconv.AppendInt(text, n.Integer(), 10)
	case config.Boolean:
		return strconv.AppendBool(text, n.Boolean())
	case config.List:
		text = append(text, '[')
		for _, item := range n.Items() {
			text = append(appendNode(text, c, "", item), ", "...)
		}
		return append(text, ']')
	}
	text = append(text, "{ "...)
	for i, name := range n.Keys() {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = append(tomlquote.AppendKey(text, name), " = "...)
		text = appendNode(text, c, name, n.Get(name))
	}
	return append(text, " }"...)
}
