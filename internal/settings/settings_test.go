package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// oddPaths are directories whose names need every form of a key.
func oddPaths() []string {
	return []string{
		"plain", "sp ace", "ünï", `quo"te`, "apo's", `back\slash`, `both"'`, "tab\there", "new\nline", "cr\rx",
		"esc\x1bx", "del\x7fx", `three'''x"`, "n\nx'''\"\"\"", "ff\xffx", "cut\xe2\x82x", "c1\u0085x", "#[x]=.",
	}
}

func TestStockWritesWhatMarshalWrites(t *testing.T) {
	s := newStock(t)
	mine := &Settings{Overrides: map[string]string{}}
	check := func() {
		t.Helper()
		got := s.settings()
		if want := mine.Marshal(); !bytes.Equal(got, want) {
			t.Fatalf("stock writes\n%s\nwe write\n%s", got, want)
		}
		if read, err := Parse("", got); err != nil || !bytes.Equal(read.Marshal(), got) {
			t.Fatalf("stock writes\n%s\nwe read %+v, %v", got, read, err)
		}
		if LooksCut(got) {
			t.Fatalf("a whole file looks cut:\n%s", got)
		}
	}
	step := func(change func(), args ...string) {
		t.Helper()
		s.must(args...)
		change()
		check()
	}
	step(func() {}, "show", "profile")
	step(func() { mine.Profile = Minimal }, "set", "profile", "minimal")
	step(func() { mine.DefaultToolchain = "fake" }, "default", "fake")
	step(func() { mine.AutoInstall = AutoInstallDisable }, "set", "auto-install", "disable")
	step(func() { mine.AutoSelfUpdate = SelfUpdateCheckOnly }, "set", "auto-self-update", "check-only")
	step(func() { mine.DefaultHost = "x86_64-unknown-linux-gnu" }, "set", "default-host", "x86_64-unknown-linux-gnu")
	for _, name := range oddPaths() {
		dir := filepath.Join(s.home, "dirs", name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		step(func() { mine.Overrides[OverrideKey(OS{}, s.home, dir)] = "fake" }, "override", "set", "fake", "--path", dir)
	}
	for _, path := range []string{"dirs/plain", "dirs/../dirs/./plain/", "rel/ative", "bare", "/not/there", ""} {
		if path == "" {
			continue // clap refuses it
		}
		step(func() { mine.Overrides[OverrideKey(OS{}, s.home, path)] = "fake" }, "override", "set", "fake", "--path", path)
	}
	step(func() { delete(mine.Overrides, "bare") }, "override", "unset", "--path", "bare")
	step(func() { mine.DefaultToolchain = "" }, "default", "none")
}

// TestStockQuotesAsWeDo gives stock files of random strings of the nasty characters
// and has it write them anew.
func TestStockQuotesAsWeDo(t *testing.T) {
	s := newStock(t)
	random := rand.New(rand.NewPCG(1, 2))
	nasty := func() string {
		var b strings.Builder
		alphabet := []rune(`aZ09-_ .'"\é` + "\"'\n\t\r\b\f\x00\x1f\x7f")
		// Few letters at a time, so that each form of string comes up often.
		from := random.IntN(len(alphabet))
		for range random.IntN(7) {
			b.WriteRune(alphabet[min(from+random.IntN(5), len(alphabet)-1)])
		}
		return b.String()
	}
	for range 12 {
		mine := &Settings{PGPKeys: nasty(), DefaultToolchain: nasty(), Overrides: map[string]string{}}
		for range 200 {
			mine.Overrides[nasty()] = nasty()
		}
		read, err := Parse("", mine.Marshal())
		if err != nil || read.PGPKeys != mine.PGPKeys || !maps.Equal(read.Overrides, mine.Overrides) {
			t.Fatalf("not read back: %v\n%q", err, mine.Marshal())
		}
		write(t, s.settingsPath(), string(mine.Marshal()), 0o644)
		s.must("set", "profile", "complete")
		mine.Profile = Complete
		compareLines(t, s.settings(), mine.Marshal())
	}
}

func compareLines(t *testing.T, stock, mine []byte) {
	t.Helper()
	if bytes.Equal(stock, mine) {
		return
	}
	a, b := strings.Split(string(stock), "\n"), strings.Split(string(mine), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d: stock writes %q, we write %q", i+1, a[i], b[i])
		}
	}
	t.Fatalf("stock writes %d lines, we write %d", len(a), len(b))
}

func TestStockRefusesWhatParseRefuses(t *testing.T) {
	s := newStock(t)
	for _, c := range []struct {
		content string
		problem string // "" means: fine
	}{
		{"version = \"12\"\n", ""},
		{"version='12'\nunknown = 3\n[other]\nx = [1, {a = 2}]\n", ""},
		{"\ufeffversion = \"12\"\n", ""},
		{"version = \"12\" # no overrides", ""},
		{"overrides.\"/a\" = 'x'\nversion = \"12\"\n", ""},
		{"overrides = {'/a' = 'x'}\nversion = \"12\"\n", ""},
		{"version = \"12\"\nVersion = \"2\"\n", ""},
		{"version = \"12\"\nprofile = \"complete\"\nauto_self_update = \"check-only\"\nauto_install = \"enable\"\n", ""},
		{"version = \"12\"\n[a.b]\n[a]\nx=1\n[a.c]\n[[l]]\n[[l]]\n[l.m]\n", ""},
		{"", "the file is empty"},
		{"\n\n", "the file is empty"},
		{"profile = \"minimal\"\n", "'version' is missing"},
		{"version = 12\n", "line 1, column 11: 'version' is an integer, expected a string"},
		{"version = \"2\"\n", "line 1, column 11: version 2"},
		{"version = \"13\"\n", "version '13' is not known, expected 12"},
		{"version = \"12\"\nprofile = \"small\"\n", "line 2, column 11: 'profile' is 'small', expected one of minimal, default, complete"},
		{"version = \"12\"\nprofile = \"m\"\n", "expected one of"},
		{"version = \"12\"\ndefault_toolchain = 1\n", "'default_toolchain' is an integer, expected a string; write default_toolchain = \"stable\""},
		{"version = \"12\"\nauto_install = true\n", "'auto_install' is a boolean, expected a string"},
		{"version = \"12\"\nauto_install = \"check-only\"\n", "expected one of enable, disable"},
		{"version = \"12\"\noverrides = []\n", "'overrides' is an array, expected a table"},
		{"version = \"12\"\n[[overrides]]\n", "'overrides' is an array, expected a table"},
		{"version = \"12\"\n[overrides]\n\"/a\" = 1\n", "line 3, column 8: '/a' is an integer"},
		{"version = \"12\"\n[overrides]\na.b = \"x\"\n", "'a' is a table"},
		{"version = \"12\"\nversion = \"12\"\n", "line 2, column 1: 'version' is defined twice"},
		{"version = \"12\"\n[overrides]\n[overrides]\n", "'overrides' is defined twice"},
		{"version = \"12\"\n[a]\nb.c=1\n[a.b]\n", "'b' is defined twice"},
		{"version = \"12\"\n[a.b]\n[a]\nb.c=1\n", "'b' is defined twice"},
		{"version = \"12\"\nl=[]\n[[l]]\n", "'l' is defined twice"},
		{"version = \"12\"\nt={}\n[t.x]\n", "'t' is defined twice"},
		{"version = \"12\"\nt={a.b=1,a.b=2}\n", "'b' is defined twice"},
		{"version = \"12\"\nx = \n", "line 2"},
		{"version = \"12\"\n[overrides]\n\"/a\" = \"fa", "line 3"},
		{"version = \"12\"\nx = \"\xff\"\n", "line 2, column 6: a byte that is not UTF-8"},
	} {
		_, err := Parse("/x/settings.toml", []byte(c.content))
		write(t, s.settingsPath(), c.content, 0o644)
		_, stderr, stockErr := s.run(s.home, nil, "show", "profile")
		if (err == nil) != (c.problem == "") || (stockErr == nil) != (c.problem == "") {
			t.Errorf("%q: we say %v, stock says %v %s", c.content, err, stockErr, stderr)
			continue
		}
		if err == nil {
			continue
		}
		var where *FileError
		if !errors.As(err, &where) || where.Next == "" || !strings.Contains(err.Error(), c.problem) ||
			!strings.HasPrefix(err.Error(), "could not parse settings file: '/x/settings.toml': ") {
			t.Errorf("%q: %v, want %q", c.content, err, c.problem)
		}
	}
}

func TestIncompleteFiles(t *testing.T) {
	whole := string((&Settings{DefaultToolchain: "fake", Overrides: map[string]string{"/a b": "fake"}}).Marshal())
	for n := range len(whole) + 1 {
		s, err := Parse("", []byte(whole[:n]))
		switch {
		case n == len(whole):
			if err != nil || LooksCut([]byte(whole)) {
				t.Errorf("the whole file: %v", err)
			}
		case err == nil:
			// What parses may be cut all the same: whoever is about to write asks.
			if missing := s.Overrides["/a b"] == ""; missing && !LooksCut([]byte(whole[:n])) && !strings.HasSuffix(whole[:n], "[overrides]\n") {
				t.Errorf("cut at %d it looks whole: %q", n, whole[:n])
			}
		case !errors.Is(err, ErrIncomplete):
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	for _, broken := range []string{"version = 12\n", "x\n"} {
		if _, err := Parse("", []byte(broken)); err == nil || errors.Is(err, ErrIncomplete) {
			t.Errorf("%q does not get better by reading again: %v", broken, err)
		}
	}
	if _, err := Parse("", []byte("version = \"2\"\n")); !errors.Is(err, ErrOutdated) {
		t.Error(err)
	}
}

func TestManyOverrides(t *testing.T) {
	s := Settings{Overrides: map[string]string{}}
	for i := range 5000 {
		s.Overrides[fmt.Sprint("/", i)] = fmt.Sprint("t", i)
	}
	data := s.Marshal()
	read, err := Parse("", data)
	if err != nil || !maps.Equal(read.Overrides, s.Overrides) {
		t.Fatal(err)
	}
	if _, err := Parse("", append(data, "\"/77\" = 'x'\n"...)); err == nil || !strings.Contains(err.Error(), "'/77' is defined twice") {
		t.Error(err)
	}
}

func TestLossy(t *testing.T) {
	for in, want := range map[string]string{
		"ok ü":                 "ok ü",
		"\xff":                 "\ufffd",
		"a\xe2\x82b":           "a\ufffdb",
		"\xe2\x82":             "\ufffd",
		"\xf0\x9f\x98":         "\ufffd",
		"\xf0\x9f\x98\x41":     "\ufffdA",
		"\xe0\x80\x80":         "\ufffd\ufffd\ufffd", // not even a beginning of a character
		"\xed\xa0\x80":         "\ufffd\ufffd\ufffd", // a surrogate
		"\xf4\x90\x80\x80":     "\ufffd\ufffd\ufffd\ufffd",
		"\xc3\x28":             "\ufffd(",
		"\xf0\x90\xe2\x82\xac": "\ufffd€",
	} {
		if got := lossy(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		"version = \"12\"\n\n[overrides]\n",
		"version = '12'\noverrides = {\"a\\u0000\" = '''\nx'''}\npgp_keys = \"\"\"\na\"\"b\"\"\"\n",
		"version = \"12\"\n[a.b]\nc.d = [{x=1}]\n[[e]]\n[e.f]\n",
	} {
		if _, err := Parse("", []byte(seed)); err != nil {
			f.Fatalf("the seed is not taken: %v", err)
		}
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("", data)
		if (s == nil) == (err == nil) {
			t.Fatalf("%+v and %v", s, err)
		}
		if err != nil {
			return
		}
		written := s.Marshal()
		again, err := Parse("", written)
		if err != nil || !bytes.Equal(again.Marshal(), written) || !maps.Equal(again.Overrides, s.Overrides) {
			t.Errorf("%q\nis written as %q\nand read as %+v, %v", data, written, again, err)
		}
	})
}
