// Package glob is the patterns in which names are asked for: * is any number of characters, ? is one, [a-z] is one of these
// and [!a-z] one of all others. There is no way to take the meaning from a character but to write it as the only one of a class.
package glob

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Check refuses what means nothing.
func Check(pattern string) error {
	if strings.Contains(pattern, "**") && pattern != "**" {
		return fmt.Errorf("** in a pattern must be all that stands between two slashes")
	}
	for rest := pattern; ; {
		open := strings.IndexByte(rest, '[')
		if open < 0 {
			return nil
		}
		_, after, ok := class(rest[open:], 'x')
		if !ok {
			return fmt.Errorf("[ in a pattern has no ]")
		}
		rest = after
	}
}

// Fits tells whether a pattern fits the whole of a name; a slash is a character like all others. Where it does not go on,
// the last * takes one more character: those before it need never take more.
func Fits(pattern, name string) bool {
	afterStar, retry, starred := "", "", false
	for name != "" {
		if strings.HasPrefix(pattern, "*") {
			pattern = strings.TrimLeft(pattern, "*")
			afterStar, retry, starred = pattern, name, true
			continue
		}
		if after, rest, ok := one(pattern, name); ok {
			pattern, name = after, rest
			continue
		}
		if !starred {
			return false
		}
		_, size := utf8.DecodeRuneInString(retry)
		retry = retry[size:]
		pattern, name = afterStar, retry
	}
	return strings.Trim(pattern, "*") == ""
}

// one takes a character from name and what stands for it from pattern, which begins with no *.
func one(pattern, name string) (after, rest string, ok bool) {
	if pattern == "" {
		return "", "", false
	}
	r, size := utf8.DecodeRuneInString(name)
	switch pattern[0] {
	case '?':
		return pattern[1:], name[size:], true
	case '[':
		inside, after, ok := class(pattern, r)
		return after, name[size:], ok && inside
	}
	after, ok = strings.CutPrefix(pattern, name[:size])
	return after, name[size:], ok
}

// class tells whether r is in the class that pattern begins with, and what follows that. A ] right after the opening
// is one of its characters.
func class(pattern string, r rune) (inside bool, after string, ok bool) {
	body := pattern[1:]
	body, negated := strings.CutPrefix(body, "!")
	if body == "" {
		return false, "", false
	}
	end := strings.IndexByte(body[1:], ']')
	if end < 0 {
		return false, "", false
	}
	set := []rune(body[:end+1])
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			inside = inside || set[i] <= r && r <= set[i+2]
			i += 2
			continue
		}
		inside = inside || set[i] == r
	}
	return inside != negated, body[end+2:], true
}
