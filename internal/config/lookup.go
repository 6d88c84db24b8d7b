package config

import (
	"strconv"
	"strings"
)

// Files and --config are one tree after Load; variables are looked at when a key is asked
// for, since nothing in their names tells where a key ends and what type it has.

// Lookup is what files and --config say of a key, without variables; nil where they say
// nothing.
func (c *Config) Lookup(k Key) (*Node, error) {
	n := c.root
	for i, part := range k.parts {
		if n.kind != Table {
			return nil, n.wrongKind(Key{parts: k.parts[:i]}.String(), "a table")
		}
		if n = n.table[part]; n == nil {
			return nil, nil
		}
	}
	return n, nil
}

// Any is the value of a key whose type nobody knows, as "cargo config get" shows it: a
// variable is a boolean or an integer where it looks like one. Nil where there is none.
func (c *Config) Any(k Key) (*Node, error) {
	n, err := c.Lookup(k)
	if err != nil || k.IsRoot() {
		return n, err
	}
	text, ok := c.env.text(k.env)
	o := Origin{Environment, k.env}
	if !ok || n != nil && n.kind != List && n.origin.Layer >= Environment {
		return n, nil
	}
	if i, err := parseInteger(text); err == nil {
		return &Node{kind: Integer, integer: i, origin: o}, nil
	}
	switch {
	case text == "true" || text == "false":
		return &Node{kind: Boolean, boolean: text == "true", origin: o}, nil
	case n.Kind() == List:
		merged := *n
		merged.items = c.withEnvItems(k, n.items)
		return &merged, nil
	}
	return &Node{kind: String, text: text, origin: o}, nil
}

// withEnvItems adds the words of a variable to the items of a list.
func (c *Config) withEnvItems(k Key, items []*Node) []*Node {
	text, o, ok := c.fromEnv(k)
	if !ok {
		return items
	}
	if k.NonMerging() {
		if len(items) > 0 && items[0].origin.Layer > Environment {
			return items
		}
		items = nil
	}
	all := append([]*Node(nil), items...)
	for word := range strings.FieldsSeq(text) {
		all = append(all, &Node{kind: String, text: word, origin: o})
	}
	sortByLayer(all)
	return all
}

// parseInteger reads as Cargo does: digits, with a sign or without.
func parseInteger(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }

// has tells whether a key is there, or with below something below it.
func (c *Config) has(k Key, below bool) (bool, error) {
	if _, ok := c.env.values[k.env]; ok {
		return true, nil
	}
	if below && c.hasBelow(k) {
		return true, nil
	}
	n, err := c.Lookup(k)
	return n != nil, err
}
