package shellquote

import "testing"

func TestWords(t *testing.T) {
	for _, c := range []struct{ word, unix, windows string }{
		{"", "''", `""`},
		{"--crate-type", "--crate-type", "--crate-type"},
		{"a b", "'a b'", `"a b"`},
		{`cfg(feature, values("x"))`, `'cfg(feature, values("x"))'`, `"cfg(feature, values(\"x\"))"`},
		{"it's!", `'it'\''s'\!''`, "it's!"},
		{`C:\a\rustc.exe`, `'C:\a\rustc.exe'`, `C:\a\rustc.exe`},
		{`C:\a b\`, `'C:\a b\'`, `"C:\a b\\"`},
		{`\"`, `'\"'`, `"\\\""`},
		{"\xff", "'\ufffd'", "\ufffd"},
	} {
		word := string([]rune(c.word))
		if got := unixWord(word); got != c.unix {
			t.Errorf("%q: %s, expected %s", c.word, got, c.unix)
		}
		if got := windowsWord(word); got != c.windows {
			t.Errorf("%q on Windows: %s, expected %s", c.word, got, c.windows)
		}
	}
	if got := Word("\xff"); got != "\ufffd" && got != "'\ufffd'" {
		t.Error(got)
	}
}
