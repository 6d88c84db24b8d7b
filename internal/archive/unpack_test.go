package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/google/go-cmp/cmp"
)

// realistic has every size at which files change their way to the disk, in rust-installer's order: directories first,
// manifest.in anywhere.
func realistic() (ents []ent, want map[string]string) {
	rnd := rand.New(rand.NewPCG(1, 2))
	want = map[string]string{"bin": "/", "share": "/", "share/doc": "/", "share/doc/empty": "/", "share/doc/empty/er": "/"}
	ents = []ent{{name: "t-1.0/"}, {name: "t-1.0/docs/"}, {name: "t-1.0/docs/bin/"}, {name: "t-1.0/docs/share/"},
		{name: "t-1.0/docs/share/doc/"}, {name: "t-1.0/docs/share/doc/empty/"}, {name: "t-1.0/docs/share/doc/empty/er/"}}
	add := func(path string, size int, mode int64) {
		body := make([]byte, size)
		for i := range body {
			body[i] = byte(rnd.Uint32() & 0x1f)
		}
		want[path] = string(body)
		ents = append(ents, ent{name: "t-1.0/docs/" + path, body: string(body), mode: mode})
	}
	for i, size := range []int{0, 1, slabSize - 1, slabSize, slabSize + 1, 3*slabSize + 17, 4 * slabSize} {
		add(fmt.Sprintf("bin/tool%d", i), size, 0o755)
	}
	for i := range 300 {
		dir := fmt.Sprintf("share/doc/d%d", i%7)
		if i < 7 {
			want[dir] = "/"
			ents = append(ents, ent{name: "t-1.0/docs/" + dir + "/"})
		}
		add(fmt.Sprintf("%s/page%d.html", dir, i), rnd.IntN(9000), 0o644)
	}
	var manifest strings.Builder
	for i := range 7 {
		fmt.Fprintf(&manifest, "file:bin/tool%d\n", i)
	}
	manifest.WriteString("dir:share/doc\n")
	return append(ents, ent{name: "t-1.0/components", body: "docs\n"}, ent{name: "t-1.0/docs/manifest.in", body: manifest.String()},
		ent{name: "t-1.0/rust-installer-version", body: "3\n"}), want
}

func TestUnpackGivesWhatWasPackedInEveryFormat(t *testing.T) {
	ents, want := realistic()
	data := buildTar(t, ents)
	for _, f := range []Format{Gzip, Xz, Zstd} {
		t.Run(f.String(), func(t *testing.T) {
			dir := t.TempDir()
			before := time.Now().Add(-time.Minute)
			c, err := Unpack(t.Context(), bytes.NewReader(compress(t, f, data)), f,
				Options{Dir: dir, Component: testLong, Short: testShort, Warn: func(s string) { t.Errorf("warning: %s", s) }})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, listTree(t, dir)); diff != "" {
				t.Fatalf("tree (-want +got):\n%s", diff)
			}
			checkContents(t, dir, c, want, before)
			if err := Verify(t.Context(), dir, c.Files, c.Dirs); err != nil {
				t.Error(err)
			}
		})
	}
}

func checkContents(t *testing.T, dir string, c *Contents, want map[string]string, before time.Time) {
	t.Helper()
	var listed []string
	for _, d := range c.Dirs {
		listed = append(listed, d.Path)
		if st, err := os.Stat(filepath.Join(dir, d.Path)); err != nil || st.Mode().Perm() != d.Mode {
			t.Errorf("directory %s: listed mode %v, on disk %v, %v", d.Path, d.Mode, st, err)
		}
	}
	for _, f := range c.Files {
		listed = append(listed, f.Path)
		st, err := os.Stat(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		onDisk := File{Path: f.Path, Size: st.Size(), Mode: st.Mode().Perm(), ModTime: f.ModTime, Sum: xxhash.Sum64String(want[f.Path])}
		if f != onDisk || !f.ModTime.Equal(st.ModTime()) {
			t.Errorf("listed %+v, on disk %+v with %v", f, onDisk, st.ModTime())
		}
		if f.ModTime.Before(before) {
			t.Errorf("%s has the time %v: stock gives the time of unpacking", f.Path, f.ModTime)
		}
	}
	if !slices.IsSortedFunc(c.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("files are not sorted")
	}
	slices.Sort(listed)
	if diff := cmp.Diff(sortedKeys(want), listed); diff != "" {
		t.Errorf("Contents (-want +got):\n%s", diff)
	}
	if got := string(c.Manifest.Encode()); !strings.HasPrefix(got, "file:bin/tool0\nfile:bin/tool1\n") || !strings.HasSuffix(got, "dir:share/doc\n") {
		t.Errorf("manifest: %q", got)
	}
}

// What stock takes is taken, and ends as it does with stock.
func TestTolerated(t *testing.T) {
	const one = "file:bin/a\ndir:share/x\n"
	a := []ent{{name: "top/docs/bin/"}, {name: "top/docs/share/"}, {name: "top/docs/share/x/"}, {name: "top/docs/bin/a", body: "a"}}
	plain := map[string]string{"bin": "/", "bin/a": "a", "share": "/", "share/x": "/"}
	with := func(more ...string) map[string]string {
		m := map[string]string{}
		for k, v := range plain {
			m[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	long := strings.Repeat("q", 200)
	deep := strings.Repeat("deep/", 40) + "f"
	for _, tc := range []struct {
		name string
		ents []ent
		want map[string]string
		warn []string
	}{
		{"plain", wellFormed(one, a...), plain, nil},
		{"what the manifest does not name is left out", wellFormed(one, append(a, ent{name: "top/docs/bin/extra", body: "e"},
			ent{name: "top/docs/stray"}, ent{name: "top/docs/gone/"}, ent{name: "top/docs/gone/deeper/"}, ent{name: "top/docs/gone/deeper/f"})...), plain, nil},
		{"other components are passed over", wellFormed(one, append(a, ent{name: "top/other/"}, ent{name: "top/other/bin/a", body: "no"},
			ent{name: "top/other/manifest.in", body: "file:bin/a"}, ent{name: "top/LICENSE", body: "no"})...), plain, nil},
		{"files above the top directory are passed over", wellFormed(one, append(a, ent{name: "README", body: "no"})...), plain, nil},
		{"several top directories", wellFormed(one, append(a, ent{name: "elsewhere/docs/share/x/o", body: "o"})...), with("share/x/o", "o"), nil},
		{"dots and empty parts in paths", wellFormed(one, append(a, ent{name: "./top/./docs//share/x/./d", body: "d"})...), with("share/x/d", "d"), nil},
		{"a directory twice", wellFormed(one, append(a, ent{name: "top/docs/bin/"})...), plain, nil},
		{"global PAX header", append([]ent{{name: "pax_global_header", kind: 'g', pax: map[string]string{"comment": "c"}}}, wellFormed(one, a...)...), plain, nil},
		{"PAX long name", wellFormed(one, append(a, ent{name: "top/docs/share/x/" + long, body: "l"})...), with("share/x/"+long, "l"), nil},
		{"manifest with carriage returns", wellFormed("file:bin/a\r\ndir:share/x\r\n", a...), plain, nil},
		{"manifest without a last newline", wellFormed("file:bin/a\ndir:share/x", a...), plain, nil},
		{"manifest with dots", wellFormed("file:./bin//a\ndir:share/x/\n", a...), plain, nil},
		{"empty manifest", wellFormed("", a...), map[string]string{}, nil},
		{"missing parents", wellFormed(one, append(a, ent{name: "top/docs/share/x/p/q/r", body: "r"})...),
			with("share/x/p", "/", "share/x/p/q", "/", "share/x/p/q/r", "r"), []string{
				"unexpected: missing parent 'share/x/p/q' for 'top/docs/share/x/p/q/r'",
				"unexpected: missing parent 'share/x/p' for 'top/docs/share/x/p/q/r'"}},
		{"deep", wellFormed("dir:deep\n", ent{name: "top/docs/" + deep}), nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var warned []string
			dir, c, err := unpackTar(t, buildTar(t, tc.ents), func(o *Options) { o.Warn = func(s string) { warned = append(warned, s) } })
			if err != nil {
				t.Fatal(err)
			}
			got := listTree(t, dir)
			if tc.want != nil {
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("tree (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tc.warn, warned); diff != "" {
					t.Errorf("warnings (-want +got):\n%s", diff)
				}
			}
			if len(c.Files)+len(c.Dirs) != len(got) {
				t.Errorf("Contents lists %d files and %d directories, on disk are %d", len(c.Files), len(c.Dirs), len(got))
			}
		})
	}
}

func TestLongNameIsFound(t *testing.T) {
	ents := []ent{{name: "top/rust-installer-version", body: "3"}, {name: "top/components", body: testLong + "\n"},
		{name: "top/" + testLong + "/manifest.in", body: "file:f"}, {name: "top/" + testLong + "/f", body: "f"}}
	dir, c, err := unpackTar(t, buildTar(t, ents), nil)
	if err != nil || len(c.Files) != 1 || listTree(t, dir)["f"] != "f" {
		t.Fatalf("%+v, %v", c, err)
	}
}

func TestModes(t *testing.T) {
	for _, tc := range []struct {
		archive int64
		want    fs.FileMode
	}{
		{0o644, 0o644}, {0o755, 0o755}, {0o700, 0o755}, {0o600, 0o644}, {0o777, 0o755}, {0o666, 0o644}, {0o444, 0o444},
		{0o555, 0o555}, {0o500, 0o555}, {0o4711, 0o755}, {0o6755, 0o755}, {0o1644, 0o644}, {0o200, 0o200}, {0o077, 0}, {0o300, 0o311},
		{0o100644, 0o644}, {1<<40 | 0o755, 0o755},
	} {
		if got := stockMode(tc.archive); got != tc.want {
			t.Errorf("stockMode(%o) = %o, want %o", tc.archive, got, tc.want)
		}
	}
}

func TestDirIsNotEmpty(t *testing.T) {
	_, _, err := unpackTar(t, buildTar(t, wellFormed("file:f\n", ent{name: "top/docs/f", body: "new"})), func(o *Options) {
		if err := os.WriteFile(filepath.Join(o.Dir, "f"), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	var d *DiskError
	if !errors.As(err, &d) || !errors.Is(err, fs.ErrExist) || d.Path != "f" || d.Op != "create" {
		t.Fatalf("got %v, want a DiskError for f: nothing that was there before may be opened", err)
	}
}

func TestDirIsMissing(t *testing.T) {
	_, _, err := unpackTar(t, buildTar(t, wellFormed("")), func(o *Options) { o.Dir += "/missing" })
	var d *DiskError
	if !errors.As(err, &d) || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want a DiskError", err)
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]Format{
		"https://host/dist/2026-01-01/rustc-1.0.tar.gz": Gzip, "a.tgz": Gzip, "a.tar.xz": Xz, "a.tar.zst?x=y.gz": Zstd, "a.zip": 0, "": 0, "xz": 0,
	} {
		got, err := FormatOf(name)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("FormatOf(%q) = %v, %v, want %v", name, got, err, want)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	_, err := Unpack(t.Context(), strings.NewReader(""), 0, Options{Dir: t.TempDir()})
	if err == nil {
		t.Fatal("a format that does not exist was decoded")
	}
}
