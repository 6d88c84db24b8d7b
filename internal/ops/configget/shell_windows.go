package configget

import "strings"

// shellQuote writes a word that a program's start reads as text: backslashes count only before a quote.
func shellQuote(text string) string {
	if text != "" && !strings.ContainsAny(text, "\"\t\n ") {
		return text
	}
	b := []byte{'"'}
	slashes := 0
	for _, c := range []byte(text) {
		if c == '"' {
			b = append(b, strings.Repeat(`\`, slashes+1)...)
		}
		b = append(b, c)
		if slashes++; c != '\\' {
			slashes = 0
		}
	}
	return string(b) + strings.Repeat(`\`, slashes) + `"`
}
