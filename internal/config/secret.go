package config

import "fmt"

// Secret is a text that no message shows.
type Secret struct{ text string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal is the text, for the one who sends it.
func (s Secret) Reveal() string { return s.text }

// Format prints the same for every verb, %v in a struct and %q included.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// String says that there is something.
func (s Secret) String() string {
	if s.text == "" {
		return "(no secret)"
	}
	return "(secret)"
}

// MarshalText keeps the text out of JSON and others.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
