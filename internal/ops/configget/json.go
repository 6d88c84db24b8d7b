package configget

import (
	"fmt"
	"unicode/utf8"

	"berth/internal/config"
)

// document is a value in a line of JSON, below the objects of its key or by itself.
func document(key config.Key, n *config.Node, below bool) string {
	var b []byte
	parts := key.Parts()
	if !below {
		parts = nil
	}
	for _, part := range parts {
		b = append(appendString(append(b, '{'), part), ':')
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
			b = appendJSON(append(appendString(comma(b, i), name), ':'), n.Get(name))
		}
		return append(b, '}')
	}
	return appendString(b, n.Text())
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// appendString escapes what JSON asks for and nothing else; Go's own encoder does more.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
