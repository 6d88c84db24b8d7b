package tomldoc

import (
	"iter"
	"strconv"
	"strings"
)

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	Missing Kind = iota // there is no value: the kind of a nil *Value
	String
	Integer
	Float
	Boolean
	Datetime
	Array
	TableKind
)

// String names a kind with its article, for errors.
func (k Kind) String() string {
	return [...]string{"nothing", "a string", "an integer", "a float", "a boolean", "a date or time", "an array", "a table"}[k]
}

// making is how a table or array came to be, which decides what may still be added to it.
type making uint8

const (
	byPassing making = iota // on the way to a deeper header: its own header may follow
	byHeader                // [a]
	byDots                  // by a dotted key: other dotted keys beside it may add to it
	inPlace                 // { … } or [ … ]: closed
	byElement               // [[a]]: the array; its last table is open
)

// Value is a value, and the key that it stands under. The methods of a nil *Value say that there is nothing, so that
// lookups can be chained.
type Value struct {
	next  *Value // in its table or array
	key   string
	text  string // a string's content; what else was written as it was written
	table *Table // of a table
	items list   // of an array
	keyAt Span
	at    Span
	kind  Kind
	made  making
}

type list struct {
	first, last *Value
	size        int
}

func (l *list) add(v *Value) {
	if l.last == nil {
		l.first = v
	} else {
		l.last.next = v
	}
	l.last = v
	l.size++
}

func (l *list) all() iter.Seq[*Value] {
	return func(yield func(*Value) bool) {
		for v := l.first; v != nil; v = v.next {
			if !yield(v) {
				return
			}
		}
	}
}

// Kind is Missing for a nil value.
func (v *Value) Kind() Kind {
	if v == nil {
		return Missing
	}
	return v.kind
}

// Key is the last part of the key that v stands under, decoded; empty for items of an array.
func (v *Value) Key() string {
	if v == nil {
		return ""
	}
	return v.key
}

// KeySpan is where the key stands. A table that several headers or keys lead to has the first of them.
func (v *Value) KeySpan() Span {
	if v == nil {
		return Span{}
	}
	return v.keyAt
}

// Span is where the value stands: for the table of a header that header, for one of a dotted key that key.
func (v *Value) Span() Span {
	if v == nil {
		return Span{}
	}
	return v.at
}

// Text is the content of a string.
func (v *Value) Text() (s string, ok bool) {
	if v.Kind() != String {
		return "", false
	}
	return v.text, true
}

// Raw is a number, boolean or date as it was written, and the content of a string.
func (v *Value) Raw() string {
	if v == nil {
		return ""
	}
	return v.text
}

// Bool is the value of a boolean.
func (v *Value) Bool() (b, ok bool) {
	if v.Kind() != Boolean {
		return false, false
	}
	return v.text == "true", true
}

// Int is the value of an integer that 64 bits can hold.
func (v *Value) Int() (i int64, ok bool) {
	if v.Kind() != Integer {
		return 0, false
	}
	i, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), radix(v.text), 64)
	return i, err == nil
}

// radix: Go would take a leading zero for octal.
func radix(text string) int {
	if len(text) > 2 && text[0] == '0' {
		return 0
	}
	return 10
}

// Float is the value of a float.
func (v *Value) Float() (f float64, ok bool) {
	if v.Kind() != Float {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(v.text, "_", ""), 64)
	return f, err == nil
}

// Table is the table that v is, nil when it is none.
func (v *Value) Table() *Table {
	if v == nil {
		return nil
	}
	return v.table
}

// Items are the items of an array; nothing else has any.
func (v *Value) Items() iter.Seq[*Value] {
	if v == nil {
		return (&list{}).all()
	}
	return v.items.all()
}

// Len counts the items of an array.
func (v *Value) Len() int {
	if v == nil {
		return 0
	}
	return v.items.size
}

// Get looks a key up in the table that v is; nil when there is none of either.
func (v *Value) Get(key string) *Value { return v.Table().Get(key) }

// IsInline: the table or array is written in one place, { … } or [ … ].
func (v *Value) IsInline() bool { return v != nil && v.made == inPlace }
