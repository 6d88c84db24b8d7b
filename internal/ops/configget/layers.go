package configget

import (
	"fmt"

	"berth/internal/config"
)

// layers writes each layer by itself, strongest first.
func (w *writer) layers(c *config.Config, key config.Key) error {
	layers, err := c.Layers()
	if err != nil {
		return err
	}
	if err := w.layer(layers.Args, key); err != nil {
		return err
	}
	if variables := c.Variables(key.Env()); len(variables) > 0 {
		w.WriteString("# Environment variables\n")
		w.variables("# ", variables)
		w.WriteString("\n")
	}
	for _, n := range layers.Files {
		if err := w.layer(n, key); err != nil {
			return err
		}
	}
	return nil
}

// layer writes what a layer says of the key; nothing where it says nothing.
func (w *writer) layer(root *config.Node, key config.Key) error {
	n, at := root, config.Root()
	for _, part := range key.Parts() {
		if n.Kind() != config.Table {
			return fmt.Errorf("expected a table for `%s`, found %s in %s", at, n.Kind(), n.Origin())
		}
		at, n = at.Child(part), n.Get(part)
		if n == nil {
			return nil
		}
	}
	if n.Kind() == config.Table && len(n.Keys()) == 0 {
		return nil
	}
	w.WriteString("# " + root.Origin().String() + "\n")
	w.node(key, n)
	w.WriteString("\n")
	return nil
}
