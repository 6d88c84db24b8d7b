// Package shellquote writes the words of a command line as stock Cargo shows them, so that people can give them to their
// shell again.
package shellquote

import "strings"

// Word is a word as the shell takes it. Of bytes that are no text each is shown as what is not known.
func Word(text string) string {
	text = string([]rune(text))
	if isUnixShell() {
		return unixWord(text)
	}
	return windowsWord(text)
}

func unixWord(text string) string {
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_=/,.+", r))
	}) {
		return text
	}
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(text) + "'"
}

// windowsWord writes a word that a program's start reads as text: backslashes count only before a quote.
func windowsWord(text string) string {
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
