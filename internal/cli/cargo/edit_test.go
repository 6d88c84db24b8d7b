package cargo_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

// TestAddAndRemoveBesideStock: the flags mean what they mean to stock. One line after
// the other works on the same files.
func TestAddAndRemoveBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	theirs, ours := filepath.Join(realDir(t), "w"), filepath.Join(realDir(t), "w")
	for _, dir := range []string{theirs, ours} {
		p.pkg(dir+"/one", "one", "0.1.0", "\n[dependencies]\n")
		p.pkg(dir+"/two", "two", "0.2.0", "\n[features]\ndefault = [\"std\"]\nstd = []\nother = [\"std\"]\n")
		p.write(dir+"/ws/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n[workspace.dependencies]\ntwo = { path = \"../two\" }\n")
		for _, name := range []string{"a", "b"} {
			p.write(dir+"/ws/"+name+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
			p.write(dir+"/ws/"+name+"/src/lib.rs", "")
		}
	}
	for _, c := range []struct{ dir, line string }{
		{"one", "add --path ../two"}, {"one", "add two --path ../two -F other"}, {"one", "add two --path ../two -F other,std -F bogus"},
		{"one", "add two --path ../two --no-default-features --optional"}, {"one", "add two --path ../two --no-optional --default-features"},
		{"one", "add two --path ../two --no-default-features --default-features"}, {"one", "add nosuch --path ../two"}, {"one", "add two --path ../none"},
		{"one", "add -n --build --path ../two"}, {"one", "add --build --path ../two"}, {"one", "add --dev --path ../two --target cfg(unix)"},
		{"one", "add --path ../two --rename deux"}, {"one", "add two x --path ../two --rename deux"}, {"one", "add two --path ../two --locked -F std"},
		{"one", "add +x"}, {"one", "add two --path ../two -F dep:x"}, {"one", "add two --path ../two --registry no!"}, {"one", "add -p"}, {"one", "remove -p"},
		{"one", "remove two --dev"}, {"one", "remove two --dev --target cfg(unix)"}, {"one", "remove two deux"}, {"one", "remove two"}, {"one", "rm deux -n"}, {"one", "rm deux"},
		{"one", "remove two --build"}, {"one", "remove two"}, {"one/src", "add --path ../../two -q"},
		{"ws", "add --path ../two"}, {"ws", "add --path ../two -p a"}, {"ws", "add two -p b"}, {"ws/a", "add two -p c"}, {"ws", "remove two -p a"}, {"ws", "remove two"}, {"ws/b", "remove two"},
	} {
		words := strings.Fields(c.line)
		p.dir = filepath.Join(theirs, c.dir)
		want := p.stock(nil, words...)
		p.dir = filepath.Join(ours, c.dir)
		got := p.berth(nil, words...)
		want.Stderr = strings.ReplaceAll(want.Stderr, theirs, ours)
		if want.Code != got.Code || want.Stdout != got.Stdout || want.Code == 0 && firstLine(want, got) || neither(want, got) {
			t.Errorf("%s: cargo %s\nstock: %+v\nberth: %+v", c.dir, c.line, want, got)
		}
		if a, b := files(t, theirs), files(t, ours); !maps.Equal(a, b) {
			t.Fatalf("%s: cargo %s\nstock: %q\nberth: %q", c.dir, c.line, a["/"+c.dir+"/Cargo.toml"], b["/"+c.dir+"/Cargo.toml"])
		}
	}
}
