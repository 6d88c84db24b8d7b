package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// crateEntry is a header with what belongs to it.
type crateEntry struct {
	tar.Header
	data string
}

func regular(name, data string) crateEntry {
	return crateEntry{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, ModTime: published()}, data}
}

func packCrate(t testing.TB, entries ...crateEntry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		e.Size = int64(len(e.data))
		e.Format = tar.FormatGNU
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, e.data)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unpackCrate(t testing.TB, data []byte) (dir string, err error) {
	t.Helper()
	dir = t.TempDir()
	_, err = new(Crates).Unpack(context.Background(), bytes.NewReader(data), CrateOptions{Dir: dir, Top: "c-1.0.0", Skip: ".cargo-ok"})
	return dir, err
}

// listing is a tree as lines: mode, time of files, path, and what is in it.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		switch {
		case d.IsDir():
			fmt.Fprintf(&b, "%o %s/\n", info.Mode().Perm(), rel)
		case info.Mode()&os.ModeSymlink != 0:
			target, _ := os.Readlink(path)
			fmt.Fprintf(&b, "%s -> %s\n", rel, target)
		default:
			data, _ := os.ReadFile(path)
			fmt.Fprintf(&b, "%o %d %s %q\n", info.Mode().Perm(), info.ModTime().Unix(), rel, data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestCrateAsStock: what Cargo 1.95 makes of these archives under the usual umask, listed by hand from a run of it.
func TestCrateAsStock(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("modes mean nothing here")
		return
	}
	with := func(e crateEntry, change func(*crateEntry)) crateEntry { change(&e); return e }
	data := packCrate(t,
		with(regular("c-1.0.0/Cargo.toml", "m"), func(e *crateEntry) { e.ModTime = time.Unix(123, 0) }),
		with(regular("c-1.0.0/src/lib.rs", "x"), func(e *crateEntry) { e.Mode = 0o755 }),
		with(regular("c-1.0.0/a/b/none", "1"), func(e *crateEntry) { e.Mode, e.ModTime = 0o600, time.Unix(0, 0) }),
		with(regular("c-1.0.0/late", "1"), func(e *crateEntry) { e.Mode, e.ModTime = 0o444, time.Unix(5_000_000_000, 0) }),
		with(regular("c-1.0.0/suid", "1"), func(e *crateEntry) { e.Mode = 0o4777 }),
		crateEntry{tar.Header{Typeflag: tar.TypeDir, Name: "c-1.0.0/d/", Mode: 0o700}, ""},
		regular("c-1.0.0/d/f", "x"),
		regular("c-1.0.0/twice", "1"),
		with(regular("c-1.0.0/twice", "22"), func(e *crateEntry) { e.Mode = 0o755 }),
		regular("c-1.0.0/.cargo-ok", "evil"),
		regular("c-1.0.0/sub/.cargo-ok", "evil"),
		crateEntry{tar.Header{Typeflag: tar.TypeSymlink, Name: "c-1.0.0/src/.cargo-ok", Linkname: "lib.rs"}, ""},
		crateEntry{tar.Header{Typeflag: tar.TypeLink, Name: "c-1.0.0/d/.cargo-ok", Linkname: "c-1.0.0/d/f"}, ""},
		crateEntry{tar.Header{Typeflag: tar.TypeDir, Name: "c-1.0.0/a/.cargo-ok", Mode: 0o755}, ""},
		regular("c-1.0.0/./y//z", "1"),
		crateEntry{tar.Header{Typeflag: tar.TypeDir, Name: "c-1.0.0", Mode: 0o755}, ""},
		regular("c-1.0.0/"+strings.Repeat("n", 120)+"/"+strings.Repeat("m", 120), "long"),
		crateEntry{tar.Header{Typeflag: tar.TypeSymlink, Name: "c-1.0.0/d/link", Linkname: "../src/lib.rs"}, ""},
		crateEntry{tar.Header{Typeflag: tar.TypeSymlink, Name: "c-1.0.0/dir", Linkname: "./src"}, ""},
		crateEntry{tar.Header{Typeflag: tar.TypeLink, Name: "c-1.0.0/hard", Linkname: "c-1.0.0/d/f"}, ""},
	)
	dir, err := unpackCrate(t, data)
	if err != nil {
		t.Fatal(err)
	}
	want := `755 c-1.0.0/
644 1153704088 c-1.0.0/Cargo.toml "m"
755 c-1.0.0/a/
755 c-1.0.0/a/b/
600 1 c-1.0.0/a/b/none "1"
700 c-1.0.0/d/
644 1153704088 c-1.0.0/d/f "x"
c-1.0.0/d/link -> ../src/lib.rs
c-1.0.0/dir -> ./src
644 1153704088 c-1.0.0/hard "x"
444 5000000000 c-1.0.0/late "1"
755 c-1.0.0/` + strings.Repeat("n", 120) + `/
644 1153704088 c-1.0.0/` + strings.Repeat("n", 120) + "/" + strings.Repeat("m", 120) + ` "long"
755 c-1.0.0/src/
755 1153704088 c-1.0.0/src/lib.rs "x"
755 1153704088 c-1.0.0/suid "1"
755 1153704088 c-1.0.0/twice "22"
755 c-1.0.0/y/
644 1153704088 c-1.0.0/y/z "1"
`
	if got := listing(t, dir); got != want {
		t.Errorf("got\n%sexpected\n%s", got, want)
	}
}

func TestCrateRefuses(t *testing.T) {
	link := func(name, target string, kind byte) crateEntry {
		return crateEntry{tar.Header{Typeflag: kind, Name: name, Linkname: target, Mode: 0o644}, ""}
	}
	for name, c := range map[string]struct {
		entry crateEntry
		want  string
	}{
		"another top":        {regular("other-1.0.0/x", ""), `"other-1.0.0/x": it is not below "c-1.0.0"`},
		"a longer top":       {regular("c-1.0.01/x", ""), "it is not below"},
		"absolute":           {regular("/c-1.0.0/x", ""), "it is not below"},
		"with a dot":         {regular("./c-1.0.0/x", ""), "it is not below"},
		"upwards":            {regular("c-1.0.0/../x", ""), `its path has ".."`},
		"the top as a file":  {regular("c-1.0.0", "x"), "as a file and as a directory"},
		"below a file":       {regular("c-1.0.0/f/x", "x"), "which is no directory"},
		"below a link":       {regular("c-1.0.0/l/x", "x"), "which is no directory"},
		"over a link":        {regular("c-1.0.0/l", "x"), "as a file and as a link"},
		"a pipe":             {link("c-1.0.0/p", "", tar.TypeFifo), "no file, directory or link"},
		"a device":           {link("c-1.0.0/p", "", tar.TypeChar), "no file, directory or link"},
		"absolute target":    {link("c-1.0.0/m", "/etc/passwd", tar.TypeSymlink), "expected a path within the crate"},
		"target outside":     {link("c-1.0.0/m", "../x", tar.TypeSymlink), "it leads out of the crate"},
		"target above":       {link("c-1.0.0/m", "..", tar.TypeSymlink), "it leads out of the crate"},
		"up in the middle":   {link("c-1.0.0/m", "l/../../x", tar.TypeSymlink), "expected a path within the crate"},
		"empty target":       {link("c-1.0.0/m", "", tar.TypeSymlink), "expected a path within the crate"},
		"hard link outside":  {link("c-1.0.0/m", "/etc/passwd", tar.TypeLink), "which is no file of the crate"},
		"hard link to link":  {link("c-1.0.0/m", "c-1.0.0/l", tar.TypeLink), "which is no file of the crate"},
		"hard link upwards":  {link("c-1.0.0/m", "c-1.0.0/../x", tar.TypeLink), "which is no file of the crate"},
		"hard link to empty": {link("c-1.0.0/m", "", tar.TypeLink), "which is no file of the crate"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := unpackCrate(t, packCrate(t, regular("c-1.0.0/f", "f"), link("c-1.0.0/l", "f", tar.TypeSymlink), c.entry))
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "invalid crate archive: ") {
				t.Errorf("%v, expected %q", err, c.want)
			}
			if beside, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(beside) != 1 {
				t.Errorf("beside the directory: %v %v", beside, err)
			}
		})
	}
}

func TestCrateDamaged(t *testing.T) {
	whole := packCrate(t, regular("c-1.0.0/f", strings.Repeat("text", 10_000)))
	broken := append([]byte{}, whole...)
	broken[len(broken)/2] ^= 0x10
	var noTar bytes.Buffer
	z := gzip.NewWriter(&noTar)
	io.WriteString(z, strings.Repeat("no tar", 1000))
	z.Close()
	for name, data := range map[string][]byte{
		"empty": {}, "no gzip": []byte("no gzip"), "cut": whole[:len(whole)/2], "broken": broken, "no tar": noTar.Bytes(),
	} {
		_, err := unpackCrate(t, data)
		var corrupt *CorruptError
		if !errors.As(err, &corrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := unpackCrate(t, append(append([]byte{}, whole...), "after the end"...)); err != nil {
		t.Errorf("what follows the end is not looked at: %v", err)
	}
}

// TestCrateBomb: the bound is asked for once, and it is one of the decompressed bytes.
func TestCrateBomb(t *testing.T) {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	w := tar.NewWriter(z)
	const size = MinCrateLimit + 1<<20
	w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "c-1.0.0/.cargo-ok", Size: size})
	zeros := make([]byte, 1<<20)
	for range size >> 20 {
		w.Write(zeros)
	}
	w.Close()
	z.Close()
	for _, c := range []struct {
		limit   int64
		refused bool
	}{{MinCrateLimit, true}, {CrateLimit(int64(b.Len())), true}, {CrateLimit(MinCrateLimit), false}} {
		asked := 0
		_, err := new(Crates).Unpack(t.Context(), bytes.NewReader(b.Bytes()), CrateOptions{
			Dir: t.TempDir(), Top: "c-1.0.0", Skip: ".cargo-ok", Limit: func() int64 { asked++; return c.limit },
		})
		if refused := err != nil && strings.Contains(err.Error(), "more than the allowed size"); refused != c.refused || asked != 1 {
			t.Errorf("limit %d: %v, asked %d times", c.limit, err, asked)
		}
	}
}

// TestCrateSourceFails: a connection that breaks is not the archive's fault.
func TestCrateSourceFails(t *testing.T) {
	whole := packCrate(t, regular("c-1.0.0/f", strings.Repeat("text", 10_000)))
	wrong := errors.New("connection lost")
	_, err := new(Crates).Unpack(t.Context(), io.MultiReader(bytes.NewReader(whole[:60]), failing{wrong}),
		CrateOptions{Dir: t.TempDir(), Top: "c-1.0.0"})
	if !errors.Is(err, wrong) || errors.As(err, new(*CorruptError)) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzCrate takes any bytes as the tar of a crate: no panic, nothing outside the directory.
func FuzzCrate(f *testing.F) {
	unpacked := func(data []byte) []byte {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			f.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			f.Fatal(err)
		}
		return plain
	}
	f.Add(unpacked(packCrate(f, regular("c-1.0.0/f", "f"), regular("c-1.0.0/a/b", "f"))))
	f.Add(unpacked(packCrate(f, regular("c-1.0.0/../f", "f"),
		crateEntry{tar.Header{Typeflag: tar.TypeSymlink, Name: "c-1.0.0/l", Linkname: ".."}, ""},
		crateEntry{tar.Header{Typeflag: tar.TypeLink, Name: "c-1.0.0/h", Linkname: "c-1.0.0/f"}, ""})))
	// Tables of a compressor are larger than what it gets here, and so are those of a decompressor.
	z, err := gzip.NewWriterLevel(io.Discard, gzip.NoCompression)
	if err != nil {
		f.Fatal(err)
	}
	crates := new(Crates)
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		z.Reset(&b)
		z.Write(data)
		z.Close()
		room := t.TempDir()
		dir := filepath.Join(room, "dir")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := crates.Unpack(t.Context(), bytes.NewReader(b.Bytes()), CrateOptions{Dir: dir, Top: "c-1.0.0", Skip: ".cargo-ok"})
		if err != nil && !errors.As(err, new(*CorruptError)) && !errors.As(err, new(*DiskError)) {
			t.Errorf("an error of no known kind: %v", err)
		}
		for place, want := range map[string]string{room: "dir", dir: "c-1.0.0"} {
			entries, _ := os.ReadDir(place)
			if len(entries) != 1 || entries[0].Name() != want {
				t.Errorf("%s has %v", place, entries)
			}
		}
		filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Type()&os.ModeSymlink != 0 {
				if real, err := filepath.EvalSymlinks(path); err == nil && !strings.HasPrefix(real, dir+"/c-1.0.0") {
					t.Errorf("%s leads to %s", path, real)
				}
			}
			return nil
		})
	})
}
