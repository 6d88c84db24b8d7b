package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	testLong  = "docs-x86_64-unknown-linux-gnu"
	testShort = "docs"
)

// ent is one entry of an archive under test; without a kind it is a file, or a directory if the name ends in a slash.
type ent struct {
	name string
	body string
	kind byte
	mode int64
	link string
	pax  map[string]string
}

// wellFormed is a package whose component has the given manifest, followed by more entries.
func wellFormed(manifest string, more ...ent) []ent {
	return append([]ent{
		{name: "top/"},
		{name: "top/rust-installer-version", body: "3\n"},
		{name: "top/components", body: "other\ndocs\n"},
		{name: "top/docs/"},
		{name: "top/docs/manifest.in", body: manifest},
	}, more...)
}

func buildTar(t testing.TB, ents []ent) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range ents {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: e.mode, Linkname: e.link, PAXRecords: e.pax}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
			if strings.HasSuffix(e.name, "/") {
				h.Typeflag = tar.TypeDir
			}
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		h.Size = int64(len(e.body))
		if h.Typeflag == tar.TypeXGlobalHeader {
			h = &tar.Header{Name: e.name, Typeflag: e.kind, PAXRecords: e.pax}
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatalf("header of %q: %v", e.name, err)
		}
		if _, err := w.Write([]byte(e.body)); err != nil {
			t.Fatalf("body of %q: %v", e.name, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func compress(t testing.TB, f Format, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	switch f {
	case Gzip:
		w := gzip.NewWriter(&b)
		w.Write(data)
		w.Close()
	case Zstd:
		w, err := zstd.NewWriter(&b, zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			t.Fatal(err)
		}
		w.Write(data)
		w.Close()
	case Xz:
		cmd := exec.CommandContext(t.Context(), "xz", "-1", "-T1", "-c")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(data), &b, os.Stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("the xz program is needed to make archives: %v", err)
		}
	}
	return b.Bytes()
}

// unpackTar unpacks a plain tar, in the cheapest wrapping, into a directory with room above it to notice escapes.
func unpackTar(t testing.TB, data []byte, change func(*Options)) (string, *Contents, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "above", "stage")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: dir, Component: testLong, Short: testShort, Writers: 2}
	if change != nil {
		change(&o)
	}
	c, err := Unpack(context.Background(), bytes.NewReader(compress(t, Gzip, data)), Gzip, o)
	above := listTree(t, filepath.Dir(filepath.Dir(dir)))
	for name := range above {
		if name != "above" && name != "above/stage" && !strings.HasPrefix(name, "above/stage/") {
			t.Errorf("something was written outside the directory: %s", name)
		}
	}
	return dir, c, err
}

// listTree gives every path below dir with a file's contents, or "/" for a directory.
func listTree(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			all[filepath.ToSlash(rel)] = "/"
		case d.Type().IsRegular():
			data, err := os.ReadFile(p)
			all[filepath.ToSlash(rel)] = string(data)
			return err
		default:
			all[filepath.ToSlash(rel)] = d.Type().String()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
