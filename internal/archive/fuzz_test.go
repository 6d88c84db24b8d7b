package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// FuzzUnpackTar takes any bytes as a tar: no panic, nothing outside the directory, an error of a known kind, and what is
// reported as unpacked is what lies there.
func FuzzUnpackTar(f *testing.F) {
	ents, _ := realistic()
	seeds := [][]byte{nil, buildTar(f, wellFormed("dir:x\n", ent{name: "top/docs/x/"}, ent{name: "top/docs/x/f", body: "hello"})),
		buildTar(f, wellFormed("file:f\n", ent{name: "top/docs/" + strings.Repeat("p/", 60) + "f"}, ent{name: "top/docs/f", body: "f"})),
		buildTar(f, wellFormed("", ent{name: "top/docs/l", kind: tar.TypeSymlink, link: "/etc"})), buildTar(f, ents[14:24])}
	if len(seeds) != 5 {
		f.Fatal("the seeds are gone")
	}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzOne(t, data) })
}

// FuzzEntry has headers that are sound and names, kinds and manifests that are not.
func FuzzEntry(f *testing.F) {
	for _, s := range []struct {
		manifest, name, second string
		kind                   byte
	}{{"file:f", "f", "f", '0'}, {"dir:x", "x/../../../f", "x", '0'}, {"dir:x", "x/l", "x/l/f", '2'}, {"file:../f", "../f", "/f", '0'},
		{"dir:x\nfile:x/f", "x/f", "x/f/g", '5'}, {"file:a\\b", `..\..\f`, "C:f", '0'}, {"dir:.", "./././f", "f/", '0'}} {
		f.Add(s.manifest, s.name, s.second, s.kind)
	}
	f.Fuzz(func(t *testing.T, manifest, name, second string, kind byte) {
		b := bytes.NewBuffer(bytes.TrimRight(buildTar(t, wellFormed(manifest)), "\x00"))
		b.Write(make([]byte, -b.Len()&511)) // the end marker is gone, the last block whole again
		w := tar.NewWriter(b)
		for _, h := range []*tar.Header{{Name: "top/docs/" + name, Typeflag: kind, Linkname: "/etc/passwd"}, {Name: "top/docs/" + second, Typeflag: tar.TypeReg}} {
			if w.WriteHeader(h) != nil { // what Go's writer refuses, its reader refuses too
				return
			}
		}
		w.Close()
		fuzzOne(t, b.Bytes())
	})
}

func fuzzOne(t *testing.T, data []byte) {
	room := t.TempDir()
	dir := filepath.Join(room, "above", "stage")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.NoCompression)
	w.Write(data)
	w.Close()
	c, err := Unpack(context.Background(), &z, Gzip, Options{Dir: dir, Component: testLong, Short: testShort, Writers: 1,
		Limits: Limits{Entries: 1000, Bytes: 16 << 20, PathLen: 512}})
	for name := range listTree(t, room) {
		if name != "above" && name != "above/stage" && !strings.HasPrefix(name, "above/stage/") {
			t.Fatalf("something was written outside the directory: %q", name)
		}
	}
	if err != nil {
		var damaged *CorruptError
		if c != nil || !errors.As(err, &damaged) {
			t.Fatalf("%v, %v", c, err)
		}
		return
	}
	checkListed(t, dir, c)
}

func checkListed(t *testing.T, dir string, c *Contents) {
	var listed []string
	for _, d := range c.Dirs {
		listed = append(listed, d.Path)
	}
	for _, f := range c.Files {
		listed = append(listed, f.Path)
	}
	slices.Sort(listed)
	if found := sortedKeys(listTree(t, dir)); !slices.Equal(listed, found) {
		t.Fatalf("listed %q, found %q", listed, found)
	}
	if err := Verify(context.Background(), dir, c.Files, c.Dirs); err != nil {
		t.Fatal(err)
	}
}

// FuzzParseManifest: what parses must come back the same from its own text, and stay inside.
func FuzzParseManifest(f *testing.F) {
	for _, s := range []string{"", "file:bin/a\ndir:share/x\n", "file:a\r\ndir:./b//c/", "dir:../x", "file:/x", "x", "dir:a\nfile:a/b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseManifest(text)
		if err != nil {
			return
		}
		for _, p := range m {
			if !filepath.IsLocal(filepath.FromSlash(p.Path)) {
				t.Fatalf("%q leaves the tree", p.Path)
			}
		}
		again, err := ParseManifest(m.Encode())
		if err != nil || !slices.Equal(m, again) {
			t.Fatalf("%v became %v, %v", m, again, err)
		}
	})
}
