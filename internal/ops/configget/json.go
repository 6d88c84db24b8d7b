package configget

import (
	"fmt"

	"berth/internal/config"
	"berth/internal/jsonquote"
)

// document is a value in a line of JSON, below the objects of its key or by itself.
func document(key config.Key, n *config.Node, below bool) string {
	var b []byte
	parts := key.Parts()
	if !below {
		parts = nil
	}
	for _, part := range parts {
		b = append(jsonquote.Append(append(b, '{'), part), ':')
	}
	b = appendJSON(b, n)
	for range parts {
		b = append(b, '}')
	}
	return string(b) + "\n"
}

func appendJSON(b []byte, n *config.Node) []byte {
	switch n.Kind() {
	case config.Integer:
		return fmt.Append(b, n.Integer())
	case config.Boolean:
		return fmt.Append(b, n.Boolean())
	case config.List:
		b = append(b, '[')
		for i, item := range n.Items() {
			b = appendJSON(comma(b, i), item)
		}
		return append(b, ']')
	case config.Table:
		b = append(b, '{')
		for i, name := range n.Keys() {
			b = appendJSON(append(jsonquote.Append(comma(b, i), name), ':'), n.Get(name))
		}
		return append(b, '}')
	}
	return jsonquote.Append(b, n.Text())
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}
