package gitconfig_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/gitconfig"
)

func entries(text string) string {
	var b strings.Builder
	for e, err := range gitconfig.Entries(text) {
		switch {
		case err != nil:
			return b.String() + "!"
		case e.Sub != "":
			b.WriteString(e.Section + "." + e.Sub + "." + e.Key)
		default:
			b.WriteString(e.Section + "." + e.Key)
		}
		if e.HasValue {
			b.WriteString("=" + e.Value)
		}
		b.WriteByte('|')
	}
	return b.String()
}

func TestEntries(t *testing.T) {
	for text, want := range map[string]string{
		"[a]\nb=c":                         "a.b=c|",
		"\ufeff[A]\r\n\tB = c d  \r\n":     "a.b=c d|",
		"[a]b=c\n d":                       "a.b=c|a.d|",
		"[a]\nb = \" c \" ; d\n# x\ne = f": "a.b= c |a.e=f|",
		"[a]\nb = c\\\n  d":                "a.b=c  d|",
		`[a]` + "\n" + `b = \"\\\t\n`:      "a.b=\"\\\t\n|",
		"[a \"x\\\"]\"]\nb=c":              `a.x"].b=c|`,
		"[a.x]\nb=c":                       "a.x.b=c|",
		"[a]\nb=\"c":                       "!",
		"[a]\nb=\\q":                       "!",
		"[a\nb=c":                          "!",
		"b=c":                              "!",
		"[a]\nb c":                         "!",
		"[a]\nb=":                          "a.b=|",
		"[a]\nb=c\n[d":                     "a.b=c|!",
		"[a \"x\"\nb=c":                    "!",
	} {
		if got := entries(text); got != want {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}

func FuzzEntries(f *testing.F) {
	for _, text := range []string{"[a]\nb=c", "[http \"x\"]\nproxy=\"y\\n\" # c", "[include]\npath=~/x", "[a]b\\", "[a \"\\"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		for e, err := range gitconfig.Entries(text) {
			if n++; n > len(text)+1 || err == nil && (e.Section == "" || e.Key == "") {
				t.Fatalf("%q has too many or strange entries: %+v", text, e)
			}
		}
	})
}

// TestAsGit: git reads the same entries out of the same file.
func TestAsGit(t *testing.T) {
	text := "[core]\n\tBare\n[submodule \"A b\\\"c\"]\n\tpath = x/y # c\n\turl = \"../z\\tq\" \n[Old.Style]\nk=1\n"
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("git", "config", "--file", file, "--list", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("\n", "=", "\x00", "|").Replace(string(out))
	if got := entries(text); got != want {
		t.Errorf("%q, git has %q", got, want)
	}
}
