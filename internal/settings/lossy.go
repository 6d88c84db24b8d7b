package settings

import (
	"strings"
	"unicode/utf8"
)

// lossy shows a path that may not be UTF-8 the way stock writes it into settings and
// messages: one U+FFFD for each longest beginning of a character that goes wrong,
// not one for each byte.
func lossy(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			size = brokenPrefix(s[i:])
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// brokenPrefix is the length of the broken character that s begins with: as many
// bytes as some valid character begins with.
func brokenPrefix(s string) int {
	length, low, high := 0, byte(0x80), byte(0xbf) // of the second byte
	switch c := s[0]; {
	case 0xc2 <= c && c <= 0xdf:
		length = 2
	case 0xe0 <= c && c <= 0xef:
		length = 3
	case 0xf0 <= c && c <= 0xf4:
		length = 4
	}
	switch s[0] {
	case 0xe0:
		low = 0xa0
	case 0xed:
		high = 0x9f
	case 0xf0:
		low = 0x90
	case 0xf4:
		high = 0x8f
	}
	n := 1
	for n < min(length, len(s)) && low <= s[n] && s[n] <= high {
		n, low, high = n+1, 0x80, 0xbf
	}
	return n
}
