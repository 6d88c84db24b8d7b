package dist

import (
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"
)

// value is what stands right of an equals sign and is no table.
type value struct {
	doc  *document
	node *unstable.Node
	at   uint32 // of its key: arrays have no place of their own
}

func (v value) string() (string, error) {
	if v.node.Kind != unstable.String {
		return "", v.expected("a string")
	}
	return v.doc.string(v.node), nil
}

func (v value) bool() (bool, error) {
	if v.node.Kind != unstable.Bool {
		return false, v.expected("true or false")
	}
	return v.node.Data[0] == 't', nil
}

// strings is an array of strings.
func (v value) strings() ([]string, error) {
	if v.node.Kind != unstable.Array {
		return nil, v.expected("an array of strings")
	}
	list := []string{}
	for item := v.node.Child(); item.Valid(); item = item.Next() {
		s, err := value{v.doc, item, v.at}.string()
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// tables is an array of inline tables; each is read into the scope that begin returns for it.
func (v value) tables(begin func(at uint32) (scope, error)) error {
	if v.node.Kind != unstable.Array {
		return v.expected("an array of tables")
	}
	for item := v.node.Child(); item.Valid(); item = item.Next() {
		if item.Kind != unstable.InlineTable {
			return value{v.doc, item, v.at}.expected("a table")
		}
		at := v.place(item)
		s, err := begin(at)
		if err != nil {
			return v.doc.locate(err, at)
		}
		if err := v.doc.assignAll(s, item); err != nil {
			return err
		}
	}
	return nil
}

func (v value) place(node *unstable.Node) uint32 {
	if node.Raw.Length == 0 {
		return v.at
	}
	return node.Raw.Offset
}

func (v value) expected(what string) error {
	return v.doc.errorf(v.place(v.node), "expected %s, got %s", what, kindName(v.node.Kind))
}

func kindName(kind unstable.Kind) string {
	switch kind {
	case unstable.String:
		return "a string"
	case unstable.Bool:
		return "a boolean"
	case unstable.Integer, unstable.Float:
		return "a number"
	case unstable.Array:
		return "an array"
	case unstable.InlineTable:
		return "a table"
	}
	return "a date or time"
}

// wrongKind is the answer of a scope whose key holds something else than the document says.
func wrongKind(k key, expected, got string) error {
	return fmt.Errorf("%s: expected %s, got %s", quoteShort(k.name), expected, got)
}

// twice is the answer of a scope to a second definition.
func twice(k key) error {
	return fmt.Errorf("%s is defined twice", quoteShort(k.name))
}

// quoteShort quotes text from outside for a message, cut to what a line can hold.
func quoteShort(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%q…", s[:most])
	}
	return fmt.Sprintf("%q", s)
}
