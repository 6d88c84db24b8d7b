package tomldoc

import "berth/internal/tomlquote"

// NewString is a string.
func NewString(s string) *Entry {
	return &Entry{form: scalar, kind: String, content: s, text: string(tomlquote.AppendValue(nil, s))}
}

// NewBool is a boolean.
func NewBool(b bool) *Entry {
	if b {
		return &Entry{form: scalar, kind: Boolean, text: "true"}
	}
	return &Entry{form: scalar, kind: Boolean, text: "false"}
}

// NewStrings is an array of strings.
func NewStrings(list []string) *Entry {
	a := &Entry{form: array}
	for _, s := range list {
		a.entries = append(a.entries, NewString(s))
	}
	return a
}

// NewInline is an inline table.
func NewInline() *Entry { return &Entry{form: braces} }
