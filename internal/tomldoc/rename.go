package tomldoc

import (
	"strings"

	"berth/internal/tomlquote"
)

// Rename gives a key another name; what it holds then stands at the end of the table. Where there is one of that name
// already, what it held goes. It is false where there is no such key.
func (e *Entry) Rename(key, name string) bool {
	one := e.Get(key)
	if one == nil {
		return false
	}
	e.Remove(key)
	if e.Get(name) != nil {
		return true
	}
	one.key, one.asKey = name, ""
	one.renameIn(0, string(tomlquote.AppendKey(nil, name)))
	e.entries = append(e.entries, one)
	return true
}

// renameIn changes the name in headers and dotted keys as they are written. The entry is so many levels below the renamed one.
func (e *Entry) renameIn(level int, name string) {
	if i := e.depth - 1 - level; e.path != "" && i >= 0 {
		e.path = renamePart(e.path, i, name)
	}
	switch e.form {
	case section:
		for _, one := range e.entries {
			one.renameIn(level+1, name)
		}
	case sections:
		for _, element := range e.entries { // each has the header
			element.renameIn(level, name)
		}
	}
}

// renamePart puts a name in the place of the i-th part of a header or a dotted key; white space stays.
func renamePart(path string, i int, name string) string {
	start, end := 0, 0
	for ; i >= 0; i-- {
		start = end + strings.IndexFunc(path[end:], func(r rune) bool { return !strings.ContainsRune(" \t[.", r) })
		end = start + partLength(path[start:])
	}
	return path[:start] + name + path[end:]
}

// partLength is how long the key is that a text begins with.
func partLength(text string) int {
	quote := text[0]
	if quote != '"' && quote != '\'' {
		if end := strings.IndexAny(text, " \t.]"); end >= 0 {
			return end
		}
		return len(text)
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i + 1
		case text[i] == '\\' && quote == '"':
			i++
		}
	}
	return len(text)
}
