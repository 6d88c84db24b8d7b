package tomldoc_test

import (
	"testing"

	"berth/internal/tomldoc"
)

// TestRenameKeepsWhatIsAround: white space and quotes of headers stay, wherever the key stands in them.
func TestRenameKeepsWhatIsAround(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# a\n[ old ] # b\nx = 1\n", "# a\n[ new ] # b\nx = 1\n"},
		{"[\told . 'a.b' . c ]\n[ old.d]\ne = 1\n", "[\tnew . 'a.b' . c ]\n[ new.d]\ne = 1\n"},
		{"[ \"old\".x]\na . b = 1\n", "[ new.x]\na . b = 1\n"},
		{"[[ old ]]\na = 1\n[[ old . b ]]\n[[old]]\n", "[[ new ]]\na = 1\n[[ new . b ]]\n[[new]]\n"},
		{"old . x  = 1\n", "new . x  = 1\n"},
		{"old = { old = 1 }\n", "new = { old = 1 }\n"},
		{"[old]\n[old.old.old]\n", "[new]\n[new.old.old]\n"},
	} {
		doc, err := tomldoc.Parse("Cargo.toml", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		draft := doc.Draft()
		if !draft.Root().Rename("old", "new") || string(draft.Bytes()) != c.want {
			t.Errorf("%q became %q, want %q", c.text, draft.Bytes(), c.want)
		}
	}
	doc, _ := tomldoc.Parse("Cargo.toml", []byte("[ target . 'cfg(any())' . old ] # a\nb = 1\n"))
	draft := doc.Draft()
	draft.Root().Find("target", "cfg(any())").Rename("old", "new")
	if got, want := string(draft.Bytes()), "[ target . 'cfg(any())' . new ] # a\nb = 1\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
