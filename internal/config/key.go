package config

import (
	"strings"

	"berth/internal/tomlquote"
)

// Key is a key, part by part, and the variable that stands for it.
type Key struct {
	parts []string
	env   string
}

// ParseKey splits at the dots. There is no quoting, as in Cargo: a part with a dot in it
// (a target triple, a cfg) is reached by Child.
func ParseKey(dotted string) Key {
	k := Root()
	for part := range strings.SplitSeq(dotted, ".") {
		k = k.Child(part)
	}
	return k
}

// Root is the key of everything.
func Root() Key { return Key{env: "CARGO"} }

// Child is the key of a known name below k.
func (k Key) Child(name string) Key {
	return k.child(name, strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
}

// childAsWritten is the key of a name that the user chose: in the variable's name it
// stands as it is.
func (k Key) childAsWritten(name string) Key { return k.child(name, name) }

func (k Key) child(name, env string) Key {
	parts := make([]string, len(k.parts)+1)
	copy(parts, k.parts)
	parts[len(k.parts)] = name
	return Key{parts, k.env + "_" + env}
}

// IsRoot tells whether k is the key of everything.
func (k Key) IsRoot() bool { return len(k.parts) == 0 }

// Parts are the names that lead to the key. Nobody may change them.
func (k Key) Parts() []string { return k.parts }

// Env is the variable that stands for the key.
func (k Key) Env() string { return k.env }

func (k Key) String() string {
	var b []byte
	for i, part := range k.parts {
		if i > 0 {
			b = append(b, '.')
		}
		b = appendPart(b, part)
	}
	return string(b)
}

// appendPart writes a part as Cargo shows it: nothing where it is empty, quoted as a value
// where it is not bare.
func appendPart(b []byte, part string) []byte {
	for _, c := range []byte(part) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return tomlquote.AppendValue(b, part)
		}
	}
	return append(b, part...)
}

// matches compares with a pattern in which * is any part.
func (k Key) matches(pattern string) bool {
	i := 0
	for part := range strings.SplitSeq(pattern, ".") {
		if i == len(k.parts) || part != "*" && part != k.parts[i] {
			return false
		}
		i++
	}
	return i == len(k.parts)
}

// NonMerging tells whether the key's value is a program with its arguments: lists of
// several layers would make nonsense of it when they are joined.
func (k Key) NonMerging() bool {
	for _, pattern := range [...]string{
		"credential-alias.*", "doc.browser", "host.runner", "registries.*.credential-provider", "registry.credential-provider", "target.*.runner",
	} {
		if k.matches(pattern) {
			return true
		}
	}
	return false
}
