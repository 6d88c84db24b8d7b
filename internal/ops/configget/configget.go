// Package configget writes what "cargo config get" prints: a configuration, or a key of it, as TOML or JSON.
//
// Guarantee: the text is the one of Cargo 1.95, to the byte; scripts read it. The edge: as in Cargo a table is shown without the variables that
// could change it (they are listed below it), and a token that stands in a config.toml or a variable is shown to the one who asks for it.
package configget

import (
	"fmt"
	"strings"

	"berth/internal/config"
	"berth/internal/shellquote"
	"berth/internal/tomlquote"
)

// The formats.
const (
	TOML      = "toml"
	JSON      = "json"
	JSONValue = "json-value"
)

// Options are the command's flags.
type Options struct {
	Key        *string // nil: everything
	Format     string
	ShowOrigin bool
	Unmerged   bool // --merged no: each file by itself
}

// Output is what goes where.
type Output struct{ Stdout, Stderr string }

// Get looks up and writes.
func Get(c *config.Config, o Options) (Output, error) {
	if o.ShowOrigin && o.Format != TOML {
		return Output{}, fmt.Errorf("--show-origin is for --format toml only, and the format is %s", o.Format)
	}
	if o.Unmerged && o.Format != TOML {
		return Output{}, fmt.Errorf("--merged=no is for --format toml only, and the format is %s", o.Format)
	}
	key := config.Root()
	if o.Key != nil {
		key = config.ParseKey(*o.Key)
	}
	w := &writer{origin: o.ShowOrigin}
	if o.Unmerged {
		err := w.layers(c, key)
		return Output{Stdout: strip(w.String())}, err
	}
	n, err := c.Any(key)
	if err != nil {
		return Output{}, err
	}
	if n == nil {
		return Output{}, fmt.Errorf("config value `%s` is not set", key)
	}
	var variables []config.Variable
	if n.Kind() == config.Table {
		variables = c.Variables(key.Env() + "_")
	}
	if o.Format == TOML {
		w.node(key, n)
		if len(variables) > 0 {
			w.WriteString("# The following environment variables may affect the loaded values.\n")
			w.variables("# ", variables)
		}
		return Output{Stdout: strip(w.String())}, nil
	}
	notes := &writer{}
	if len(variables) > 0 {
		notes.WriteString("note: The following environment variables may affect the loaded values.\n")
		notes.variables("", variables)
	}
	return Output{Stdout: strip(document(key, n, o.Format == JSON)), Stderr: strip(notes.String())}, nil
}

// writer writes TOML, a line a value.
type writer struct {
	strings.Builder
	origin bool
}

func (w *writer) variables(mark string, variables []config.Variable) {
	for _, v := range variables {
		w.WriteString(mark + v.Name + "=" + shellquote.Word(v.Value) + "\n")
	}
}

func (w *writer) node(key config.Key, n *config.Node) {
	switch {
	case n.Kind() == config.Table:
		for _, name := range n.Keys() {
			w.node(key.Child(name), n.Get(name))
		}
	case n.Kind() == config.List && w.origin:
		w.WriteString(key.String() + " = [\n")
		for _, item := range n.Items() {
			w.WriteString("    " + string(appendTOML(nil, item)) + ", # " + item.Origin().String() + "\n")
		}
		w.WriteString("]\n")
	default:
		w.WriteString(key.String() + " = " + string(appendTOML(nil, n)))
		if w.origin {
			w.WriteString(" # " + n.Origin().String())
		}
		w.WriteString("\n")
	}
}

func appendTOML(b []byte, n *config.Node) []byte {
	switch n.Kind() {
	case config.Integer:
		return fmt.Append(b, n.Integer())
	case config.Boolean:
		return fmt.Append(b, n.Boolean())
	case config.List:
		b = append(b, '[')
		for i, item := range n.Items() {
			b = appendTOML(separate(b, i), item)
		}
		return append(b, ']')
	case config.Table:
		if len(n.Keys()) == 0 {
			return append(b, "{}"...)
		}
		b = append(b, "{ "...)
		for i, name := range n.Keys() {
			b = append(tomlquote.AppendKey(separate(b, i), name), " = "...)
			b = appendTOML(b, n.Get(name))
		}
		return append(b, " }"...)
	}
	return tomlquote.AppendValue(b, n.Text())
}

func separate(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ", "...)
	}
	return b
}
