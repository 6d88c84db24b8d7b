package config

import (
	"errors"
	"strings"
)

// Value is a value of a known type. Set tells whether anybody wrote it.
type Value[T any] struct {
	Val    T
	Origin Origin
	Set    bool
}

// Or is the value, or what holds where nobody wrote one.
func (v Value[T]) Or(otherwise T) T {
	if v.Set {
		return v.Val
	}
	return otherwise
}

// String is a string. Variables are taken as they are.
func (c *Config) String(key string) (Value[string], error) { return c.stringAt(ParseKey(key)) }

// Integer is an integer.
func (c *Config) Integer(key string) (Value[int64], error) { return c.integerAt(ParseKey(key)) }

// Bool is a boolean.
func (c *Config) Bool(key string) (Value[bool], error) { return c.boolAt(ParseKey(key)) }

// Words is a list of strings, or a string of words: what rustflags are. A variable's words
// are added.
func (c *Config) Words(key string) (Value[[]string], error) { return c.wordsAt(ParseKey(key)) }

// Strings is a list of strings, and nothing but a list. A variable's words are added.
func (c *Config) Strings(key string) (Value[[]string], error) {
	return plainTexts(c.stringsAt(ParseKey(key)))
}

func (c *Config) stringAt(k Key) (Value[string], error) {
	return scalar(c, k, String, "a string", func(text string) (string, error) { return text, nil }, func(n *Node) string { return n.text })
}

func (c *Config) integerAt(k Key) (Value[int64], error) {
	return scalar(c, k, Integer, "an integer", parseInteger, func(n *Node) int64 { return n.integer })
}

func (c *Config) boolAt(k Key) (Value[bool], error) {
	return scalar(c, k, Boolean, "true or false", parseBool, func(n *Node) bool { return n.boolean })
}

var errNotBool = errors.New("not true or false")

func parseBool(text string) (bool, error) {
	switch text {
	case "true", "false":
		return text == "true", nil
	}
	return false, errNotBool
}

// scalar is the stronger of the variable and what files and --config say. A value that
// cannot be read is an error even where a stronger one hides it, as in Cargo.
func scalar[T any](c *Config, k Key, kind Kind, expected string, parse func(string) (T, error), get func(*Node) T) (Value[T], error) {
	n, err := c.Lookup(k)
	if err != nil {
		return Value[T]{}, err
	}
	text, o, ok := c.fromEnv(k)
	var fromEnv Value[T]
	if ok {
		val, err := parse(text)
		if err != nil {
			return Value[T]{}, wrong(k, o, "expected %s, found %q", expected, shorten(text))
		}
		fromEnv = Value[T]{val, o, true}
	}
	switch {
	case n == nil:
		return fromEnv, nil
	case n.kind != kind:
		return Value[T]{}, n.wrongKind(k.String(), expected)
	case ok && n.origin.Layer <= Environment:
		return fromEnv, nil
	}
	return Value[T]{get(n), n.origin, true}, nil
}

// shorten keeps a message readable when a whole file went into a variable.
func shorten(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// wordsAt: what the value's origin is matters for a program only, which is taken from one
// layer.
func (c *Config) wordsAt(k Key) (Value[[]string], error) {
	n, err := c.Lookup(k)
	if err != nil {
		return Value[[]string]{}, err
	}
	if n.Kind() == String {
		list := &Node{kind: List, origin: n.origin}
		for word := range strings.FieldsSeq(n.text) {
			list.items = append(list.items, &Node{kind: String, text: word, origin: n.origin, doc: n.doc, at: n.at})
		}
		n = list
	}
	return plainTexts(c.listOf(k, n, "a string or an array of strings"))
}

func (c *Config) stringsAt(k Key) (Value[[]Value[string]], error) {
	n, err := c.Lookup(k)
	if err != nil {
		return Value[[]Value[string]]{}, err
	}
	return c.listOf(k, n, "an array of strings")
}

// listOf is the strings of a list and of the variable.
func (c *Config) listOf(k Key, n *Node, expected string) (Value[[]Value[string]], error) {
	var v Value[[]Value[string]]
	if n != nil && n.kind != List {
		return v, n.wrongKind(k.String(), expected)
	}
	_, envOrigin, fromEnv := c.fromEnv(k)
	switch {
	case n == nil && !fromEnv:
		return v, nil
	case n == nil || fromEnv && n.origin.Layer <= Environment:
		v.Origin = envOrigin
	default:
		v.Origin = n.origin
	}
	v.Set, v.Val = true, []Value[string]{}
	for _, item := range c.withEnvItems(k, n.Items()) {
		if item.kind != String {
			return Value[[]Value[string]]{}, item.wrongKind(k.String(), "strings only")
		}
		v.Val = append(v.Val, Value[string]{item.text, item.origin, true})
	}
	return v, nil
}

func plainTexts(v Value[[]Value[string]], err error) (Value[[]string], error) {
	plain := Value[[]string]{Origin: v.Origin, Set: v.Set}
	for _, item := range v.Val {
		plain.Val = append(plain.Val, item.Val)
	}
	return plain, err
}
