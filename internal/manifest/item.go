package manifest

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"berth/internal/nearest"
	"berth/internal/tomldoc"
)

// item is a value somewhere in a manifest, or the place where one could be. The getters note the first wrong type as
// the parser's error and then answer as if nothing were there, so that readers need no checks of their own.
type item struct {
	p    *parser
	doc  *tomldoc.Document // an inherited value stands in the workspace's manifest
	v    *tomldoc.Value    // nil where nothing is
	path trail             // package.name
}

// trail is the way to a value. It becomes text only for messages: there are a hundred lookups in a manifest, and
// hardly ever anything to say.
type trail struct {
	parts [6]string
	size  int
}

func (t trail) add(key string) trail {
	if t.size == len(t.parts) {
		t.parts[t.size-1] += "." + key
		return t
	}
	t.parts[t.size] = key
	t.size++
	return t
}

// String is the way with dots.
func (t trail) String() string { return strings.Join(t.parts[:t.size], ".") }

// trailOf is a way of which the parts are known.
func trailOf(keys ...string) trail {
	var t trail
	for _, key := range keys {
		t = t.add(key)
	}
	return t
}

// there tells whether the key is written at all.
func (i item) there() bool { return i.v != nil }

func (i item) wrong(format string, args ...any) *tomldoc.Error {
	return i.p.fail(i.doc, i.v.Span(), format, args...)
}

// expected is the error for a value of a wrong type.
func (i item) expected(what string) {
	i.wrong("`%s` is %s, expected %s", i.path, i.v.Kind(), what).Malformed = true
}

// text is a string, nil where there is none.
func (i item) text() *string {
	if i.v == nil {
		return nil
	}
	s, ok := i.v.Text()
	if !ok {
		i.expected("a string")
		return nil
	}
	return &s
}

// str is a string, empty where there is none.
func (i item) str() string {
	if s := i.text(); s != nil {
		return *s
	}
	return ""
}

// flag is a boolean, nil where there is none.
func (i item) flag() *bool {
	if i.v == nil {
		return nil
	}
	b, ok := i.v.Bool()
	if !ok {
		i.expected("true or false")
		return nil
	}
	return &b
}

// texts is an array of strings; nil where there is none, else never nil.
func (i item) texts() []string {
	if i.v == nil {
		return nil
	}
	if i.v.Kind() != tomldoc.Array {
		i.expected("an array of strings")
		return nil
	}
	list := make([]string, 0, i.v.Len())
	for one := range i.items() {
		list = append(list, one.str())
	}
	return list
}

// items are the items of an array.
func (i item) items() iter.Seq[item] {
	return func(yield func(item) bool) {
		n := 0
		for v := range i.v.Items() {
			if !yield(item{i.p, i.doc, v, i.path.add(strconv.Itoa(n))}) {
				return
			}
			n++
		}
	}
}

// array is the items of what must be an array, if anything.
func (i item) array(of string) []item {
	if i.v == nil {
		return nil
	}
	if i.v.Kind() != tomldoc.Array {
		i.expected("an array of " + of)
		return nil
	}
	return slices.Collect(i.items())
}

// table makes sure that the value, if there is one, is a table.
func (i item) table() item {
	if i.v != nil && i.v.Kind() != tomldoc.TableKind {
		i.expected("a table")
		i.v = nil
	}
	return i
}

// get is the item under a key of a table.
func (i item) get(key string) item {
	return item{i.p, i.doc, i.v.Get(key), i.path.add(key)}
}

// entries are the items of a table.
func (i item) entries() iter.Seq2[string, item] {
	return func(yield func(string, item) bool) {
		for v := range i.v.Table().Entries() {
			if !yield(v.Key(), item{i.p, i.doc, v, i.path.add(v.Key())}) {
				return
			}
		}
	}
}

// sorted are the items of a table by key: the order in which Cargo looks at tables whose keys are names.
func (i item) sorted() []item {
	list := make([]item, 0, i.v.Table().Len())
	for _, one := range i.entries() {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.v.Key(), b.v.Key()) })
	return list
}

// unused warns of keys that nothing reads; known are the others, separated by spaces.
func (i item) unused(known string) {
	i.p.unused = append(i.p.unused, i.strangers(known)...)
}

func (i item) strangers(known string) []Warning {
	var found []Warning
	for key, one := range i.entries() {
		if !isWord(known, key) {
			found = append(found, one.stranger(strings.Fields(known)))
		}
	}
	return found
}

// stranger is the warning of a key that nothing reads.
func (i item) stranger(known []string) Warning {
	w := Warning{Message: "unused manifest key: " + i.path.String(), At: i.doc.Position(i.v.KeySpan().Start)}
	if name := nearest.Of(i.v.Key(), known...); name != "" {
		w.Message += "\nhelp: a key with a similar name exists: `" + name + "`"
	}
	return w
}

func isWord(words, word string) bool {
	if strings.ContainsRune(word, ' ') {
		return false
	}
	for at := 0; ; {
		n := strings.Index(words[at:], word)
		if n < 0 || word == "" {
			return false
		}
		start, end := at+n, at+n+len(word)
		if (start == 0 || words[start-1] == ' ') && (end == len(words) || words[end] == ' ') {
			return true
		}
		at = end
	}
}
