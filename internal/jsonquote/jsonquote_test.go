package jsonquote

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestAppend(t *testing.T) {
	for text, want := range map[string]string{
		"": `""`, "a": `"a"`, `"\`: `"\"\\"`, "\b\f\n\r\t\x00\x1f": `"\b\f\n\r\t\u0000\u001f"`, "é<>&\u2028\x7f": "\"é<>&\u2028\x7f\"",
	} {
		if got := string(Append(nil, text)); got != want {
			t.Errorf("%q: %s, expected %s", text, got, want)
		}
	}
}

// FuzzAppend: what is written is read as the same.
func FuzzAppend(f *testing.F) {
	f.Add("a\"\\\n\x00é")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		var again string
		if err := json.Unmarshal(Append(nil, text), &again); err != nil || again != text {
			t.Errorf("%q is read as %q (%v)", text, again, err)
		}
	})
}
