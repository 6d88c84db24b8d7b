package settings

import "github.com/pelletier/go-toml/v2/unstable"

// The files here are TOML, read by go-toml's parser of expressions and put together
// by decode.go. go-toml's own decoder is not used for three reasons: it matches keys
// whatever their case, which stock does not; it forgets where a value stood, which a
// good error needs; and reflection and encoding/json would be set up for every proxy.

// value is a TOML value. Only strings, arrays and tables are of use in these files;
// of the others the kind is kept, to name it in an error.
type value struct {
	kind  unstable.Kind
	at    int // where it stands
	text  string
	items []value
	table *table
}

type table struct {
	entries []entry
	index   map[string]int // of the entries, once they are many
	made    making
}

type entry struct {
	key   string
	at    int
	value value
}

// making is how a table came to be, which decides what may still be added to it.
type making uint8

const (
	byPassing making = iota // on the way to a deeper header: its own header may follow
	byHeader
	byDots   // by a dotted key: other dotted keys beside it may add to it
	inPlace  // { … }: closed
	elements // [[…]]: stands for the array in its parent; the last element is open
)

// many is where looking through a table one by one becomes dearer than a map: a
// home may have hundreds of overrides, and each key is looked for when it is added.
const many = 32

func (t *table) get(key string) *entry {
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return &t.entries[i]
		}
		return nil
	}
	for i := range t.entries {
		if t.entries[i].key == key {
			return &t.entries[i]
		}
	}
	return nil
}

func (t *table) add(key string, at int, v value) *entry {
	t.entries = append(t.entries, entry{key, at, v})
	if t.index != nil {
		t.index[key] = len(t.entries) - 1
	} else if len(t.entries) == many {
		t.index = make(map[string]int, 2*many)
		for i := range t.entries {
			t.index[t.entries[i].key] = i
		}
	}
	return &t.entries[len(t.entries)-1]
}

// text is the string under key; found is false when there is no such key.
func (f *file) text(t *table, key, example string) (s string, found bool, err error) {
	e := t.get(key)
	if e == nil {
		return "", false, nil
	}
	if e.value.kind != unstable.String {
		return "", true, f.wrong(e.value.at, "'"+key+"' is "+kindName(e.value.kind)+", expected a string", "write "+example)
	}
	return e.value.text, true, nil
}

// texts is the array of strings under key, nil when there is no such key.
func (f *file) texts(t *table, key, example string) ([]string, error) {
	e := t.get(key)
	if e == nil {
		return nil, nil
	}
	next := "write " + example
	if e.value.kind != unstable.Array || e.value.table != nil {
		return nil, f.wrong(e.value.at, "'"+key+"' is "+kindName(e.value.kind)+", expected an array of strings", next)
	}
	list := make([]string, 0, len(e.value.items))
	for _, item := range e.value.items {
		if item.kind != unstable.String {
			return nil, f.wrong(item.at, "'"+key+"' holds "+kindName(item.kind)+", expected strings only", next)
		}
		list = append(list, item.text)
	}
	return list, nil
}

// section is the table under key, nil when there is none.
func (f *file) section(t *table, key string) (*table, error) {
	e := t.get(key)
	if e == nil {
		return nil, nil
	}
	if e.value.table == nil || e.value.table.made == elements {
		return nil, f.wrong(e.at, "'"+key+"' is "+kindName(e.value.kind)+", expected a table", "write ["+key+"]")
	}
	return e.value.table, nil
}

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "a string"
	case unstable.Bool:
		return "a boolean"
	case unstable.Integer:
		return "an integer"
	case unstable.Float:
		return "a float"
	case unstable.Array:
		return "an array"
	case unstable.Table, unstable.InlineTable:
		return "a table"
	}
	return "a date or time"
}
