package configget

import (
	"fmt"

	"berth/internal/config"
	"berth/internal/jsonquote"
)

// document is a value in a line of JSON, below the objects of its key or by itself.
func document(key config.Key, n *config.Node, below bool) string {
	var w jsonquote.Writer
	parts := key.Parts()
	if !below {
		parts = nil
	}
	for _, part := range parts {
		w.Open('{')
		w.Key(part)
	}
	writeJSON(&w, n)
	for range parts {
		w.Close('}')
	}
	return string(w.Buf) + "\n"
}

func writeJSON(w *jsonquote.Writer, n *config.Node) {
	switch n.Kind() {
	case config.Integer:
		w.Raw(fmt.Sprint(n.Integer()))
	case config.Boolean:
		w.Raw(fmt.Sprint(n.Boolean()))
	case config.List:
		w.Open('[')
		for _, item := range n.Items() {
			w.Comma()
			writeJSON(w, item)
		}
		w.Close(']')
	case config.Table:
		w.Open('{')
		for _, name := range n.Keys() {
			w.Key(name)
			writeJSON(w, n.Get(name))
		}
		w.Close('}')
	default:
		w.Quote(n.Text())
	}
}
