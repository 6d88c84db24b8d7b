//go:build unix

package configget

import "strings"

// shellQuote writes a word that a shell reads as text.
func shellQuote(text string) string {
	plain := text != ""
	for _, c := range []byte(text) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		plain = plain && (letter || strings.IndexByte("-_=/,.+", c) >= 0)
	}
	if plain {
		return text
	}
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(text) + "'"
}
