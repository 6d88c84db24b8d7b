package tomldoc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/testkit/stock"
)

// dump writes a tree as one value, for comparing.
func dump(v *Value) string {
	switch v.Kind() {
	case String:
		return "'" + v.text + "'"
	case Array:
		var items []string
		for item := range v.Items() {
			items = append(items, dump(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case TableKind:
		return dumpTable(v.table)
	}
	return v.Raw()
}

func dumpTable(t *Table) string {
	var entries []string
	for v := range t.Entries() {
		entries = append(entries, v.Key()+"="+dump(v))
	}
	return "{" + strings.Join(entries, " ") + "}"
}

// documents are what TOML says of tables, each with the tree or, after "error: ", the first line of the error.
func documents() map[string]string {
	return map[string]string{
		"a = 1\nb = 'x'\nc = \"y\\u0041\"\nd = 1.5\ne = true\nf = 1979-05-27": "{a=1 b='x' c='yA' d=1.5 e=true f=1979-05-27}",
		"a = [1, [2, 3], # x, ]\n {b = 1, c = [ ], },\n\n]\n":                 "{a=[1 [2 3] {b=1 c=[]}]}",
		"a.b.c = 1\na.b.d = 2\na.e = 3":                                       "{a={b={c=1 d=2} e=3}}",
		"[a.b]\nc = 1\n[a]\nd = 2":                                            "{a={b={c=1} d=2}}",
		"[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 1\n[[a.e]]\n[[a.e]]\nf = 1":   "{a=[{b=1} {b=2 c={d=1} e=[{} {f=1}]}]}",
		"[ a . 'b' ] # x\nc = 1\n[[ d ]]\n":                                   "{a={b={c=1}} d=[{}]}",
		"a = {b.c = 1, b.d = 2}":                                              "{a={b={c=1 d=2}}}",
		"[a]\nb.c = 1\n[a.b.d]\ne = 1":                                        "{a={b={c=1 d={e=1}}}}",
		"a = \"\"\"\n x\\\n   y\"\"\"\nb = '''\nz\n'''":                       "{a=' xy' b='z\n'}",
		"a = {\n b = 1, # x\n}\n":                                             "{a={b=1}}",
		"a = \"\\e\\x41\"":                                                    "{a='\x1bA'}",
		"'' = 1\n\"a.b\" = 2\n3 = 4":                                          "{=1 a.b=2 3=4}",
		"a = [\n]\nb = [[], [[]]]\r\n":                                        "{a=[] b=[[] [[]]]}",
		"a = 07:32:00\nb = 1979-05-27T07:32:00.5-08:00\nc = 1979-05-27 07:32": "{a=07:32:00 b=1979-05-27T07:32:00.5-08:00 c=1979-05-27 07:32}",
		"a = 1\na = 2":                           "error: duplicate key",
		"a = {b = 1, b = 2}":                     "error: duplicate key",
		"[a]\n[a]":                               "error: duplicate key",
		"[a]\nb = 1\n[a.b]":                      "error: duplicate key",
		"[a]\nb = 1\n[a.b.c]":                    "error: cannot add to an integer",
		"a = 1\n[a]":                             "error: duplicate key",
		"a = {}\n[a]":                            "error: duplicate key",
		"a = {}\n[a.b]":                          "error: cannot add to an inline table",
		"a = {}\na.b = 1":                        "error: cannot add to an inline table",
		"a = {b.c = 1}\na.b.d = 1":               "error: cannot add to an inline table",
		"a = []\n[[a]]":                          "error: duplicate key",
		"a = [{}]\n[a.b]":                        "error: cannot add to an array",
		"[[a]]\n[a]":                             "error: duplicate key",
		"[a]\n[[a]]":                             "error: duplicate key",
		"[a.b]\n[[a]]":                           "error: duplicate key",
		"[a]\nb.c = 1\n[a.b]\nd = 2":             "error: duplicate key",
		"a.b = 1\n[a]\nc = 2":                    "error: duplicate key",
		"[a.b.c]\nz = 9\n[a]\nb.c.t = 1":         "error: cannot add to a table by a dotted key",
		"[[a.b]]\nz = 9\n[a]\nb.t = 1":           "error: cannot add to an array of tables by a dotted key",
		"a.b = 1\na.b.c = 2":                     "error: cannot add to an integer",
		"[a.b.c]\nz = 1\n[a]\nb.d = 1":           "error: cannot add to a table by a dotted key",
		"a = {b = 1}\n[c]\na.b.c = 1\n[c.a.b.d]": "{a={b=1} c={a={b={c=1 d={}}}}}",
		"a.b.c = 1\n[a.d]\n[x]\n":                "{a={b={c=1} d={}} x={}}",
		"a = 1979-02-29":                         "error: this is no date or time",
		"a = 1979-05-27T25:00:00":                "error: this is no date or time",
		"a = " + strings.Repeat("[", 81) + strings.Repeat("]", 81): "error: arrays and tables lie more than 80 deep in one another",
		strings.Repeat("a.", 80) + "a = 1":                         "error: the key has more than 80 parts",
		"[" + strings.Repeat("a.", 80) + "a]":                      "error: the key has more than 80 parts",
		"a = \xff":                                                 "error: a byte that is not UTF-8: the file has another encoding; save it as UTF-8",
		"a = '\ufffd' # \xc3":                                      "error: a byte that is not UTF-8: the file has another encoding; save it as UTF-8",
		"\xff\xfea\x00=\x00":                                       "error: a byte that is not UTF-8: the file has another encoding; save it as UTF-8",
		"a = 'x\ny'":                                               "error: literal strings cannot have new lines",
		"a = ":                                                     "error: expected value, not end of input",
		"a":                                                        "error: expected '=' after key",
		"[a":                                                       "error: expected ']' to close table name",
		"a = [1 2]":                                                "error: expected ',' or ']' after array value",
		"a = 1 b = 2":                                              "error: expected newline but got U+0062 'b'",
	}
}

func TestDocuments(t *testing.T) {
	for text, want := range documents() {
		got := ""
		if d, err := Parse("x", []byte(text)); err != nil {
			got, _, _ = strings.Cut("error: "+err.Error(), "\n")
		} else {
			got = dumpTable(d.Root())
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestStockAgrees: what is an error here is one for the stock Cargo.
func TestStockAgrees(t *testing.T) {
	cargo, dir := stock.NewCargo(t), t.TempDir()
	for text, want := range documents() {
		if strings.HasPrefix(text, "a = [[[") || strings.HasPrefix(text, "'' = 1") {
			continue // stock has the same limit, but it is of the whole tree; stock warns of such keys
		}
		manifest := filepath.Join(dir, "Cargo.toml")
		// Keys at the top may be no keys of a manifest: unknown ones are warned of.
		if err := os.WriteFile(manifest, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		r := cargo.Try(dir, nil, "metadata", "--no-deps", "--format-version=1")
		out := r.Stderr
		wrong := !strings.Contains(out, "virtual manifests must be configured") && !strings.Contains(out, "missing either a `[package]`")
		if wrong != strings.HasPrefix(want, "error: ") {
			t.Errorf("%s\nhere: %s\nstock: %s", text, want, out)
		}
	}
}

func TestErrorShowsThePlace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[a]\nb = 1\n\tb = 2\n", "duplicate key\n --> d/x.toml:3:2\n  |\n3 |     b = 2\n  |     ^ first defined in line 2"},
		{"a = 'ü' x", "expected newline but got U+0078 'x'\n --> d/x.toml:1:9\n  |\n1 | a = 'ü' x\n  |         ^"},
		{"\n\n\n\n\n\n\n\n\na = ", "expected value, not end of input\n  --> d/x.toml:10:5\n   |\n10 | a = \n   |     ^"},
		{"\xef\xbb\xbfa = 1\r\na = 1\r\n", "duplicate key\n --> d/x.toml:2:1\n  |\n2 | a = 1\n  | ^ first defined in line 1"},
	} {
		_, err := Parse("d/x.toml", []byte(c.text))
		if err == nil {
			t.Errorf("%q: no error", c.text)
		} else if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
	}
}

func TestSpans(t *testing.T) {
	text := "\xef\xbb\xbf[a]\nb = [1, {c = 'x' }, [ ] ]\n[ d.'e' ] # f\ng.h = 1\n[[i]]\n"
	d, err := Parse("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	show := func(v *Value) { got = append(got, d.Slice(v.KeySpan())+"|"+d.Slice(v.Span())) }
	show(d.Root().Find("a"))
	show(d.Root().Find("a", "b"))
	for item := range d.Root().Find("a", "b").Items() {
		show(item)
	}
	show(d.Root().Find("a", "b", "c"))
	show(d.Root().Find("d"))
	show(d.Root().Find("d", "e"))
	show(d.Root().Find("d", "e", "g"))
	show(d.Root().Find("d", "e", "g", "h"))
	for item := range d.Root().Find("i").Items() {
		show(item)
	}
	want := []string{"a|[a]", "b|[1, {c = 'x' }, [ ] ]", "|1", "|{c = 'x' }", "|[ ]", "|", "d|d", "'e'|[ d.'e' ]", "g|g", "h|1", "|[[i]]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if string(d.Bytes()) != text {
		t.Error("the bytes changed")
	}
}

func TestValues(t *testing.T) {
	d, err := Parse("x", []byte("a = 0x1_0\nb = -1_000\nc = +5\nd = 9223372036854775808\ne = 1e3\nf = true\ng = 's'\nh = 0o17\ni = 0"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int64{"a": 16, "b": -1000, "c": 5, "h": 15, "i": 0} {
		if got, ok := d.Root().Get(key).Int(); !ok || got != want {
			t.Errorf("%s is %d %v, expected %d", key, got, ok, want)
		}
	}
	if _, ok := d.Root().Get("d").Int(); ok {
		t.Error("65 bits in 64")
	}
	if f, ok := d.Root().Get("e").Float(); !ok || f != 1000 {
		t.Errorf("e is %v %v", f, ok)
	}
	if b, ok := d.Root().Get("f").Bool(); !ok || !b {
		t.Errorf("f is %v %v", b, ok)
	}
	none := d.Root().Find("x", "y")
	if _, ok := none.Text(); ok || none.Kind() != Missing || none.Get("z") != nil || none.Len() != 0 || none.Table().Len() != 0 {
		t.Error("a value that is not there has something")
	}
	for range none.Items() {
		t.Error("a value that is not there has items")
	}
}

func TestManyKeysAreFound(t *testing.T) {
	var text strings.Builder
	for i := range 100 {
		text.WriteString("k" + strings.Repeat("x", i) + " = 1\n")
	}
	d, err := Parse("x", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if d.Root().Get("k"+strings.Repeat("x", i)) == nil {
			t.Errorf("key %d is not there", i)
		}
	}
	if _, err := Parse("x", []byte(text.String()+"kxxx = 2")); err == nil {
		t.Error("a key twice among many")
	}
}

func FuzzParse(f *testing.F) {
	for text := range documents() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		before := string(doc)
		d, err := Parse("x", doc)
		if err != nil {
			_ = err.Error()
			return
		}
		if string(d.Bytes()) != before {
			t.Fatal("the bytes changed")
		}
		checkSpans(t, d, d.Root())
	})
}

// checkSpans: what a span cuts out is the value again.
func checkSpans(t *testing.T, d *Document, table *Table) {
	for v := range table.Entries() {
		checkKey(t, d, v)
		if v.IsInline() || v.Table() == nil && v.made != byElement {
			again, err := Parse("x", []byte("k = "+d.Slice(v.Span())))
			if err != nil {
				t.Fatalf("%q: %v", d.Slice(v.Span()), err)
			}
			if got := dump(again.Root().Get("k")); got != dump(v) {
				t.Fatalf("%q is %s, expected %s", d.Slice(v.Span()), got, dump(v))
			}
		}
		checkSpans(t, d, v.Table())
		for item := range v.Items() {
			checkSpans(t, d, item.Table())
		}
	}
}

func checkKey(t *testing.T, d *Document, v *Value) {
	again, err := Parse("x", []byte(d.Slice(v.KeySpan())+" = 1"))
	if err != nil || again.Root().Get(v.Key()) == nil {
		t.Fatalf("key %q is not %q: %v", d.Slice(v.KeySpan()), v.Key(), err)
	}
}

func BenchmarkParse(b *testing.B) {
	var doc strings.Builder
	for i := range 8000 {
		doc.WriteString("[pkg.component-" + strings.Repeat("x", i%40) + string(rune('a'+i%26)) + strings.Repeat("y", i/200) + "]\nversion = \"1.2.3 (abc)\"\nhash = \"0123456789abcdef0123456789abcdef0123456789abcdef\"\n\n")
	}
	text := []byte(doc.String())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = Parse("x", text)
	}
}
