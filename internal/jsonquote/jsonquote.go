// Package jsonquote writes JSON as stock Cargo's serializer does, to the byte: no spaces, and nothing escaped that need
// not be. The standard library also escapes <, >, & and U+2028, and through reflection takes several times as long. Text
// that is not UTF-8 is the caller's mistake.
package jsonquote

const hex = "0123456789abcdef"

// Append appends a string in its quotes.
func Append(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}
