package tomldoc

import "iter"

// Table is a table, in the order in which its keys were first written. The methods of a nil *Table find nothing.
type Table struct {
	list
	index map[string]*Value // once there are many
}

// many is where looking one by one becomes dearer than a map.
const many = 16

// Get is the value under a key, nil when there is none.
func (t *Table) Get(key string) *Value {
	if t == nil {
		return nil
	}
	if t.index != nil {
		return t.index[key]
	}
	for v := t.first; v != nil; v = v.next {
		if v.key == key {
			return v
		}
	}
	return nil
}

// Find follows keys through tables below tables.
func (t *Table) Find(keys ...string) *Value {
	var v *Value
	for _, key := range keys {
		v = t.Get(key)
		t = v.Table()
	}
	return v
}

// Entries are all values of the table, each with its key.
func (t *Table) Entries() iter.Seq[*Value] {
	if t == nil {
		return (&list{}).all()
	}
	return t.all()
}

// Len counts the keys.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return t.size
}

func (t *Table) put(v *Value) {
	t.add(v)
	switch {
	case t.index != nil:
		t.index[v.key] = v
	case t.size == many:
		t.index = make(map[string]*Value, 2*many)
		for e := t.first; e != nil; e = e.next {
			t.index[e.key] = e
		}
	}
}
