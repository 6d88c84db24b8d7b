package disttree

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const testHost = "x86_64-unknown-linux-gnu"

// install lays a described toolchain out as stock rustup leaves it behind: with records, and with a manifest that is rendered again.
func install(t *testing.T, names ...string) string {
	t.Helper()
	tree := openTree(t)
	tc := Tiny{Host: testHost, Formats: []Format{Gzip, XZ}}.Toolchain()
	publish(t, tree, tc)
	dir := t.TempDir()
	var list strings.Builder
	for _, name := range names {
		c := tc.Component(name)
		installed := name + "-" + testHost
		list.WriteString(installed + "\n")
		put(t, filepath.Join(dir, recordsDir, "manifest-"+installed), c.record(), 0o644)
		for _, f := range c.Files {
			put(t, filepath.Join(dir, f.Path), f.Data, f.mode())
		}
	}
	put(t, filepath.Join(dir, recordsDir, "components"), []byte(list.String()), 0o644)
	put(t, filepath.Join(dir, manifestFile), readTree(t, tree, "dist/channel-rust-stable.toml"), 0o644)
	return dir
}

func put(t *testing.T, file string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, mode); err != nil {
		t.Fatal(err)
	}
}

// listing is every file of an archive, below its component's folder, with mode and content.
func listing(t *testing.T, packed []byte, format Format) map[string]string {
	t.Helper()
	files := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(unpack(t, packed, format))); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = os.FileMode(h.Mode).String() + " " + string(data)
	}
}

func TestRebuiltArchiveIsTheOneThatWasInstalled(t *testing.T) {
	dir := install(t, "rustc", "rust-std", "cargo", "rust-docs")
	for _, format := range []Format{Gzip, XZ, Zstd} {
		tree := openTree(t)
		release, err := tree.Rebuild(t.Context(), Rebuild{Toolchain: dir, Format: format, Channels: []string{"stable", "1.95.0"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(release.Archives) != 4 || tree.DefaultRoot != testRoot {
			t.Fatalf("%s: root %s, %d archives, want 4", format, tree.DefaultRoot, len(release.Archives))
		}
		original := Tiny{Host: testHost}.Toolchain()
		for _, a := range release.Archives {
			var plain bytes.Buffer
			if err := original.image(original.Component(a.Component, testHost)).writeTar(&plain); err != nil {
				t.Fatal(err)
			}
			packed := readTree(t, tree, a.Path)
			if a.Hash != digest(packed) || a.Size != int64(len(packed)) {
				t.Errorf("%s: %s is not what the release says", format, a.Path)
			}
			if !bytes.Equal(plain.Bytes(), unpack(t, packed, format)) {
				t.Errorf("%s: %s differs: %s", format, a.Path, cmp.Diff(listing(t, mustPack(t, plain.Bytes(), format), format), listing(t, packed, format)))
			}
		}
	}
}

func mustPack(t *testing.T, plain []byte, format Format) []byte {
	t.Helper()
	packed, err := pack(plain, format)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestRebuiltManifestDiffersOnlyWhereItMust(t *testing.T) {
	dir := install(t, "cargo")
	tree := openTree(t)
	release, err := tree.Rebuild(t.Context(), Rebuild{Toolchain: dir, Format: Gzip, Channels: []string{"stable"}, Date: "2026-06-01"})
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	old, now := parseManifest(t, before), parseManifest(t, readTree(t, tree, "dist/channel-rust-stable.toml"))
	cargo := now.Pkg["cargo"].Target[testHost]
	if want := testRoot + "/" + release.Archives[0].Path; cargo.URL != want || cargo.Hash != release.Archives[0].Hash || cargo.XZURL != "" {
		t.Errorf("cargo is %+v, want only %s", cargo, want)
	}
	old.Pkg["cargo"].Target[testHost], old.Date = cargo, "2026-06-01"
	if diff := cmp.Diff(old, now); diff != "" {
		t.Errorf("beyond cargo and the date the manifest differs: %s", diff)
	}
}

func TestOnlyServedHidesTheRest(t *testing.T) {
	tree := openTree(t)
	_, err := tree.Rebuild(t.Context(), Rebuild{
		Toolchain: install(t, "rustc", "cargo"), Format: Gzip, Channels: []string{"stable"}, Only: []string{"cargo"}, OnlyServed: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	m := parseManifest(t, readTree(t, tree, "dist/channel-rust-stable.toml"))
	for name, pkg := range m.Pkg {
		for target, entry := range pkg.Target {
			if want := name == "cargo" || name == "rust"; entry.Available != want {
				t.Errorf("%s for %s: available = %t", name, target, entry.Available)
			}
			if name != "cargo" && entry.URL == "" {
				t.Errorf("%s for %s lost its url", name, target)
			}
		}
	}
}

func TestSecondDateCostsWhatDiffers(t *testing.T) {
	dir := install(t, "rustc", "cargo", "rustfmt-preview")
	tree := openTree(t)
	var said []string
	r := Rebuild{Toolchain: dir, Format: Gzip, Channels: []string{"stable"}, Progress: func(m string) {
		if strings.HasPrefix(m, "compressing") {
			said = append(said, m)
		}
	}}
	first, err := tree.Rebuild(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	said = nil
	r.Date, r.Change = "2026-06-01", []string{"rustfmt"}
	second, err := tree.Rebuild(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"compressing rustfmt-1.95.0-" + testHost}; !slices.Equal(said, want) {
		t.Errorf("second date: %v, want %v", said, want)
	}
	for _, a := range first.Archives {
		b, _ := second.Archive(a.Component)
		if (a.Hash == b.Hash) == (a.Component == "rustfmt-preview") {
			t.Errorf("%s: %s then %s", a.Component, a.Hash, b.Hash)
		}
	}
}

// What a killed run leaves in the pool is written over, not believed.
func TestHalfWrittenArchiveIsMadeAgain(t *testing.T) {
	dir, tree := install(t, "cargo"), openTree(t)
	r := Rebuild{Toolchain: dir, Format: Gzip, Channels: []string{"stable"}}
	first, err := tree.Rebuild(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	hashes, err := filepath.Glob(filepath.Join(tree.Root, "pool", "*.sha256"))
	if err != nil || len(hashes) != 1 {
		t.Fatalf("pool has %v (%v), want one hash", hashes, err)
	}
	if err := os.Rename(strings.TrimSuffix(hashes[0], ".sha256"), strings.TrimSuffix(hashes[0], ".sha256")+".part"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(hashes[0]); err != nil {
		t.Fatal(err)
	}
	second, err := tree.Rebuild(t.Context(), r)
	if err != nil || second.Archives[0].Hash != first.Archives[0].Hash {
		t.Errorf("after a kill: %v, %v; want %v", second.Archives, err, first.Archives)
	}
}

func TestStdUnderAnotherName(t *testing.T) {
	tree := openTree(t)
	release, err := tree.Rebuild(t.Context(), Rebuild{
		Toolchain: install(t, "rust-std"), Format: Gzip, Channels: []string{"stable"}, StdAs: []string{"wasm32-unknown-unknown"},
	})
	if err != nil {
		t.Fatal(err)
	}
	a, ok := release.Archive("rust-std", "wasm32-unknown-unknown")
	if !ok {
		t.Fatalf("no rust-std for wasm32 in %v", release.Archives)
	}
	files := listing(t, readTree(t, tree, a.Path), Gzip)
	const top = "rust-std-1.95.0-wasm32-unknown-unknown/"
	const inside = top + "rust-std-wasm32-unknown-unknown/"
	if files[top+"components"] == "" || files[inside+"lib/rustlib/wasm32-unknown-unknown/lib/libstd-kit.rlib"] == "" {
		t.Errorf("archive has %v", files)
	}
	if record := files[inside+"manifest.in"]; strings.Contains(record, testHost) {
		t.Errorf("record still names the host: %s", record)
	}
}

func TestRebuildErrorsNameWhatIsWrong(t *testing.T) {
	dir := install(t, "cargo")
	tests := []struct {
		name string
		r    Rebuild
		want string
	}{
		{"no toolchain", Rebuild{Toolchain: t.TempDir(), Channels: []string{"stable"}, Format: Gzip}, "expected a toolchain that rustup installed"},
		{"unknown package", Rebuild{Toolchain: dir, Only: []string{"gdb"}, Channels: []string{"stable"}, Format: Gzip}, "its packages are cargo"},
		{"no channel", Rebuild{Toolchain: dir, Format: Gzip}, "no channel"},
		{"format", Rebuild{Toolchain: dir, Format: "rar", Channels: []string{"stable"}}, "unknown archive format"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := openTree(t).Rebuild(t.Context(), test.r); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}
