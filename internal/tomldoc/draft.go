package tomldoc

import (
	"slices"
	"strings"
)

// Draft is a document that is being changed. Each entry keeps the white space and comments around it as they were
// written; what is new is written in the usual way, and what is not touched comes out as it came in. (Cargo's own
// add and remove do the same through the Rust crate toml_edit; where they leave a choice, a draft chooses likewise, so
// that a manifest does not change its looks with the tool.)
//
// What holds: a draft that was not changed is the same bytes. Line ends stay those of the file.
type Draft struct {
	root   *Entry
	tail   string // after the last line
	crlf   bool
	marked bool

	original []byte
	printed  string // of the draft before any change
}

// Draft begins changes of a document; the document itself stays as it is.
func (d *Document) Draft() *Draft {
	text := d.text
	r := &Draft{original: d.Bytes(), marked: d.marked}
	if end := strings.IndexByte(text, '\n'); end > 0 && text[end-1] == '\r' {
		r.crlf = true
	}
	b := newDrafter(strings.ReplaceAll(text, "\r\n", "\n"))
	r.root, r.tail = b.document()
	r.printed = r.print()
	return r
}

// Root is the table of the whole document.
func (r *Draft) Root() *Entry { return r.root }

// Changed tells whether the bytes are others than those of the document.
func (r *Draft) Changed() bool { return r.print() != r.printed }

// Bytes is the document with the changes.
func (r *Draft) Bytes() []byte {
	text := r.print()
	if text == r.printed {
		return slices.Clone(r.original)
	}
	if r.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if r.marked {
		text = byteOrderMark + text
	}
	return []byte(text)
}

// form is how an entry is written.
type form uint8

const (
	scalar   form = iota
	array         // [1, 2]
	braces        // { a = 1 }
	section       // [a], and tables that other headers or dotted keys pass through
	sections      // [[a]]
)

// Entry is a key and its value in a draft, an item of an array, or a table of an array of tables.
type Entry struct {
	key    string
	asKey  string // as it was written, empty where it is written anew
	path   string // the whole dotted key in front of =, as it was written
	depth  int    // parts of path
	before *string
	after  *string // before =

	form        form
	kind        Kind
	text        string // a scalar as it is written
	content     string // of a string
	lead, trail *string
	entries     []*Entry
	inner       string // after the last item, before the closing bracket
	comma       bool   // after the last item
	dotted      bool
	implicit    bool
	place       int // order of the header among all; 0: with the one before
}

// Key is the entry's key, decoded.
func (e *Entry) Key() string { return e.key }

// IsTable: it has keys.
func (e *Entry) IsTable() bool { return e != nil && (e.form == section || e.form == braces) }

// IsSection: it is a table that is not written within braces.
func (e *Entry) IsSection() bool { return e != nil && e.form == section }

// IsInline: it is a table within braces.
func (e *Entry) IsInline() bool { return e != nil && e.form == braces }

// Text is the content of a string.
func (e *Entry) Text() (string, bool) {
	if e == nil || e.form != scalar || e.kind != String {
		return "", false
	}
	return e.content, true
}

// Bool is the value of a boolean.
func (e *Entry) Bool() (value, ok bool) {
	if e == nil || e.form != scalar || e.kind != Boolean {
		return false, false
	}
	return e.text == "true", true
}

// IsArray: it is an array written in brackets.
func (e *Entry) IsArray() bool { return e != nil && e.form == array }

// Kind is what the entry is, for errors.
func (e *Entry) Kind() Kind {
	switch {
	case e == nil:
		return Missing
	case e.form == scalar:
		return e.kind
	case e.form == section || e.form == braces:
		return TableKind
	}
	return Array
}

// Entries are the keys of a table, the items of an array or the tables of an array of tables.
func (e *Entry) Entries() []*Entry {
	if e == nil {
		return nil
	}
	return e.entries
}

// Get finds a key of a table, nil if it is not there or e is no table.
func (e *Entry) Get(key string) *Entry {
	if !e.IsTable() {
		return nil
	}
	for _, one := range e.entries {
		if one.key == key {
			return one
		}
	}
	return nil
}

// Find follows keys through tables.
func (e *Entry) Find(keys ...string) *Entry {
	for _, key := range keys {
		e = e.Get(key)
	}
	return e
}

// Table is the table under a key, which is made if there is none; nil where something else is.
func (e *Entry) Table(keys ...string) *Entry {
	for _, key := range keys {
		if !e.IsTable() {
			return nil
		}
		next := e.Get(key)
		if next == nil {
			next = &Entry{key: key, form: section, implicit: true}
			if e.form == braces {
				next = &Entry{key: key, form: braces}
			}
			e.entries = append(e.entries, next)
		}
		e = next
	}
	if !e.IsTable() {
		return nil
	}
	return e
}

// Put adds a value at the end of a table, or puts it in the place of what is there, written anew.
func (e *Entry) Put(key string, v *Entry) {
	v.key = key
	for i, old := range e.entries {
		if old.key == key {
			v.takeKey(old)
			e.entries[i] = v
			return
		}
	}
	e.entries = append(e.entries, v)
}

// takeKey makes v stand under the key of old, comments and all.
func (v *Entry) takeKey(old *Entry) {
	v.asKey, v.path, v.depth, v.before, v.after = old.asKey, old.path, old.depth, old.before, old.after
}

// Replace is Put, with what was written around the value that was there.
func (e *Entry) Replace(key string, v *Entry) {
	old := e.Get(key)
	if old != nil && v.hasSameDecor(old) {
		v.lead, v.trail = old.lead, old.trail
	}
	e.Put(key, v)
	if old.IsSection() && old.dotted {
		if lines := old.lines(); len(lines) > 0 {
			v.before = lines[0][len(lines[0])-1].before // comments stand above the first key
		}
	}
}

// hasSameDecor: around a value stands something else than around a header.
func (v *Entry) hasSameDecor(old *Entry) bool {
	return (v.form == section) == (old.form == section) && old.form != sections && v.form != sections
}

// Remove takes a key out of a table, with the comments above it.
func (e *Entry) Remove(key string) {
	e.entries = slices.DeleteFunc(e.entries, func(one *Entry) bool { return one.key == key })
}

// Sort puts the keys of a table in order.
func (e *Entry) Sort() {
	slices.SortStableFunc(e.entries, func(a, b *Entry) int { return strings.Compare(a.key, b.key) })
	for _, one := range e.entries {
		if one.IsTable() && one.dotted {
			one.Sort()
		}
	}
}

// IsSorted tells whether the keys that stand below the table's header are in order.
func (e *Entry) IsSorted() bool {
	var keys []string
	for _, line := range e.lines() {
		keys = append(keys, line[0].key)
	}
	return slices.IsSorted(keys)
}

// SetDotted makes a table one that is written by dotted keys, or not any more.
func (e *Entry) SetDotted(yes bool) { e.dotted = yes }

// SetImplicit: the header is not written while the table has no keys of its own.
func (e *Entry) SetImplicit(yes bool) { e.implicit = yes }

// PlainKey forgets how the key was written and what is around it.
func (e *Entry) PlainKey() { e.asKey, e.path, e.before, e.after = "", "", nil, nil }

// PlainInline forgets what is around the keys and values of an inline table: it then stands in one line, as long as
// its values do.
func (e *Entry) PlainInline() {
	for _, one := range e.entries {
		one.path, one.before, one.after = "", nil, nil
		one.lead, one.trail = nil, nil
	}
}

// RemoveItem takes an item out of an array. Comments on lines of their own stay.
func (e *Entry) RemoveItem(i int) {
	item := e.entries[i]
	e.entries = slices.Delete(e.entries, i, i+1)
	kept := ""
	if item.lead != nil {
		if end := strings.LastIndexByte(*item.lead, '\n'); end >= 0 {
			kept = (*item.lead)[:end+1]
		}
	}
	if item.trail != nil {
		if _, lines, ok := strings.Cut(*item.trail, "\n"); ok {
			kept += lines + "\n"
		}
	}
	if i == len(e.entries) {
		e.inner = kept + e.inner
		return
	}
	next := e.entries[i]
	if next.lead != nil {
		kept += *next.lead
	}
	next.lead = &kept
}

// ReplaceItem puts a value in the place of an item of an array.
func (e *Entry) ReplaceItem(i int, v *Entry) {
	v.lead, v.trail = e.entries[i].lead, e.entries[i].trail
	e.entries[i] = v
}
