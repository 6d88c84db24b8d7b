package disttree

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

func unpack(t *testing.T, packed []byte, format Format) []byte {
	t.Helper()
	var r io.Reader
	var err error
	switch in := bytes.NewReader(packed); format {
	case Gzip:
		r, err = gzip.NewReader(in)
	case XZ:
		r, err = xz.NewReader(in)
	case Zstd:
		r, err = zstd.NewReader(in)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestComponentArchiveHasTheLayoutOfRustInstaller(t *testing.T) {
	tc := Tiny{Host: "x86_64-unknown-linux-gnu"}.Toolchain()
	im := tc.image(tc.Component("rust-docs"))
	var plain bytes.Buffer
	if err := im.writeTar(&plain); err != nil {
		t.Fatal(err)
	}
	const top = "rust-docs-1.95.0-x86_64-unknown-linux-gnu/"
	var names []string
	content := map[string]string{}
	for r := tar.NewReader(&plain); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name, ok := strings.CutPrefix(h.Name, top)
		if !ok {
			t.Fatalf("entry %s is not below the top directory", h.Name)
		}
		data, _ := io.ReadAll(r)
		names = append(names, name)
		content[name] = string(data)
	}
	want := map[string]string{
		"rust-installer-version": "3\n", "components": "rust-docs\n", "rust-docs/manifest.in": "dir:share/doc/rust/html\n",
	}
	for name, data := range want {
		if content[name] != data {
			t.Errorf("%s = %q, want %q", name, content[name], data)
		}
	}
	firstFile := slices.IndexFunc(names, func(n string) bool { return n != "" && !strings.HasSuffix(n, "/") })
	if slices.ContainsFunc(names[firstFile:], func(n string) bool { return strings.HasSuffix(n, "/") }) {
		t.Errorf("a directory comes after a file: %v", names)
	}
	if slices.Index(names, "rust-docs/manifest.in") < firstFile+1 {
		t.Errorf("manifest.in comes first, which hides from unpackers that it does not in real archives: %v", names)
	}
}

func TestSameSpecSameBytes(t *testing.T) {
	for _, format := range []Format{Gzip, XZ, Zstd} {
		tc := Tiny{Ballast: 100_000}.Toolchain()
		first, err := NewArchives().compress(tc.image(tc.Component("rustc")), format)
		if err != nil {
			t.Fatal(err)
		}
		again := Tiny{Ballast: 100_000}.Toolchain()
		second, err := NewArchives().compress(again.image(again.Component("rustc")), format)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two archives of one description differ", format)
		}
		var plain bytes.Buffer
		if err := tc.image(tc.Component("rustc")).writeTar(&plain); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(digest(plain.Bytes()), digest(unpack(t, first, format))); diff != "" {
			t.Errorf("%s: unpacked archive differs: %s", format, diff)
		}
	}
}

func TestUnknownFormatIsAnError(t *testing.T) {
	if _, err := pack(nil, "rar"); err == nil || !strings.Contains(err.Error(), "expected gz, xz or zst") {
		t.Errorf("pack as rar: %v", err)
	}
}
