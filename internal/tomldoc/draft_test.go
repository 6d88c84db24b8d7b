package tomldoc

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func draftOf(t testing.TB, text string) *Draft {
	t.Helper()
	d, err := Parse("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d.Draft()
}

// TestDraftsPrintWhatTheyWere: the printing of an untouched draft is the document itself, also without the shortcut.
func TestDraftsPrintWhatTheyWere(t *testing.T) {
	for text := range documents() {
		if d, err := Parse("x", []byte(text)); err == nil {
			r := d.Draft()
			want := strings.ReplaceAll(text, "\r\n", "\n")
			if !strings.HasSuffix(want, "\n") && !strings.HasSuffix(r.print(), want) {
				want += "\n" // a last line without an end gets one when something is changed
			}
			if got := r.print(); got != want && !interleaved(text) {
				t.Errorf("%q is printed %q", text, got)
			}
			if string(r.Bytes()) != text || r.Changed() {
				t.Errorf("%q comes out as %q", text, r.Bytes())
			}
		}
	}
}

// interleaved: dotted keys of one table with others between them are put together when something is changed.
func interleaved(text string) bool { return strings.Contains(text, "a.e = 3") }

func TestDraft(t *testing.T) {
	const manifest = `# above

[package] # about
name = "a"

[dependencies] # these
# comment of b
b = "1" # beside b
d = { version = "1" , features=[ "x", # why
  "y" ] }

# comment of f
[dependencies.f]
version = "1"

[features]
one = [
    # about x
    "x", # beside x
    "y",
]
`
	for _, c := range []struct {
		name       string
		edit       func(root *Entry)
		old, fresh string // the replaced part of the manifest; old empty: added at the end
	}{
		{"add", func(r *Entry) { r.Get("dependencies").Put("c", NewString("2")) }, "  \"y\" ] }\n", "  \"y\" ] }\nc = \"2\"\n"},
		{"add sorted", func(r *Entry) {
			deps := r.Get("dependencies")
			if !deps.IsSorted() {
				t.Error("not sorted")
			}
			deps.Put("c", NewString("2"))
			deps.Sort()
		}, "d = {", "c = \"2\"\nd = {"},
		{"add a table", func(r *Entry) { r.Table("target", "cfg(unix)", "dev-dependencies").Put("c", NewString("2")) },
			"", "\n[target.\"cfg(unix)\".dev-dependencies]\nc = \"2\"\n"},
		{"replace", func(r *Entry) { r.Get("dependencies").Replace("b", NewString("2")) }, `b = "1"`, `b = "2"`},
		{"replace by a table", func(r *Entry) {
			v := NewInline()
			v.Put("version", NewString("1"))
			v.Put("features", NewStrings([]string{"p", "q"}))
			v.Put("optional", NewBool(true))
			r.Get("dependencies").Replace("b", v)
		}, `b = "1"`, `b = { version = "1", features = ["p", "q"], optional = true }`},
		{"remove", func(r *Entry) { r.Get("dependencies").Remove("b") }, "# comment of b\nb = \"1\" # beside b\n", ""},
		{"remove a section", func(r *Entry) { r.Get("dependencies").Remove("f") }, "\n# comment of f\n[dependencies.f]\nversion = \"1\"\n", ""},
		{"remove a table", func(r *Entry) { r.Remove("features") }, manifest[strings.Index(manifest, "\n[features]"):], ""},
		{"remove an item", func(r *Entry) { r.Find("features", "one").RemoveItem(0) }, "    # about x\n    \"x\", # beside x\n", "    # about x\n # beside x\n"},
		{"remove the last item", func(r *Entry) { r.Find("features", "one").RemoveItem(1) }, "    \"y\",\n", "\n"},
		{"replace an item", func(r *Entry) { r.Find("features", "one").ReplaceItem(0, NewString("z")) }, `"x", # beside`, `"z", # beside`},
		{"put in braces", func(r *Entry) { r.Find("dependencies", "d").Put("optional", NewBool(true)) }, `"y" ] }`, `"y" ] , optional = true }`},
		{"remove in braces", func(r *Entry) { r.Find("dependencies", "d").Remove("version") }, `{ version = "1" , features`, `{ features`},
	} {
		r := draftOf(t, manifest)
		c.edit(r.Root())
		want := manifest + c.fresh
		if c.old != "" {
			want = strings.Replace(manifest, c.old, c.fresh, 1)
		}
		if diff := cmp.Diff(want, string(r.Bytes())); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestDraftKeepsLineEnds: of what is there and of what is new, and a byte-order mark.
func TestDraftKeepsLineEnds(t *testing.T) {
	r := draftOf(t, "\xef\xbb\xbf[a]\r\nb = \"\"\"\r\nx\"\"\"\r\n")
	r.Root().Get("a").Put("c", NewBool(false))
	if got, want := string(r.Bytes()), "\xef\xbb\xbf[a]\r\nb = \"\"\"\r\nx\"\"\"\r\nc = false\r\n"; got != want {
		t.Errorf("got %q", got)
	}
}

// FuzzDraft: no change, no difference; a change is there when the result is read again, and nothing else is.
func FuzzDraft(f *testing.F) {
	for text := range documents() {
		f.Add([]byte(text), "k", "v")
	}
	f.Fuzz(func(t *testing.T, text []byte, key, value string) {
		d, err := Parse("x", text)
		if err != nil || !utf8.ValidString(key) || !utf8.ValidString(value) {
			return
		}
		if got := string(d.Draft().Bytes()); got != string(text) {
			t.Fatalf("%q comes out as %q", text, got)
		}
		before := dumpSorted(d.Root())
		again, err := Parse("x", []byte(d.Draft().print()))
		if err != nil || dumpSorted(again.Root()) != strings.ReplaceAll(before, "\r\n", "\n") {
			t.Fatalf("%q is printed %q: %v", text, d.Draft().print(), err)
		}
		if strings.Contains(before, "\r") || d.Root().Get(key) != nil || strings.Contains(value, "\r") {
			return
		}
		r := d.Draft()
		r.Root().Put(key, NewString(value))
		changed, err := Parse("x", r.Bytes())
		if err != nil {
			t.Fatalf("%q and %q: %v\n%s", key, value, err, r.Bytes())
		}
		if got, _ := changed.Root().Get(key).Text(); got != value {
			t.Fatalf("%q = %q became %q", key, value, got)
		}
		r = changed.Draft()
		r.Root().Remove(key)
		if back, err := Parse("x", r.Bytes()); err != nil || dumpSorted(back.Root()) != before {
			t.Fatalf("%q came back as %q: %v", text, r.Bytes(), err)
		}
	})
}

// dumpSorted writes a table without regard to the order of keys.
func dumpSorted(t *Table) string {
	var entries []string
	for v := range t.Entries() {
		entries = append(entries, v.Key()+"="+dumpValue(v))
	}
	return "{" + strings.Join(slices.Sorted(slices.Values(entries)), " ") + "}"
}

func dumpValue(v *Value) string {
	switch v.Kind() {
	case TableKind:
		return dumpSorted(v.table)
	case Array:
		s := "["
		for item := range v.Items() {
			s += dumpValue(item) + " "
		}
		return s + "]"
	}
	return dump(v)
}
