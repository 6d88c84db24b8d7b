package disttree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

const testRoot = "https://dist.test"

func openTree(t *testing.T) *Tree {
	t.Helper()
	tree, err := Open(t.TempDir(), testRoot)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func publish(t *testing.T, tree *Tree, tc Toolchain) Release {
	t.Helper()
	release, err := tree.Publish(tc)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func readTree(t *testing.T, tree *Tree, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tree.Root, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// parsed is as much of a channel manifest as the tests look at.
type parsed struct {
	Date string
	Pkg  map[string]struct {
		Version string
		Target  map[string]struct {
			Available  bool
			URL        string
			Hash       string
			XZURL      string `toml:"xz_url"`
			XZHash     string `toml:"xz_hash"`
			ZstURL     string `toml:"zst_url"`
			ZstHash    string `toml:"zst_hash"`
			Components []struct{ Pkg, Target string }
			Extensions []struct{ Pkg, Target string }
		}
	}
	Renames  map[string]struct{ To string }
	Profiles map[string][]string
}

func parseManifest(t *testing.T, text []byte) parsed {
	t.Helper()
	var m parsed
	if err := toml.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestManifestNamesWhatIsPublished(t *testing.T) {
	tree := openTree(t)
	tc := Tiny{Host: "x86_64-unknown-linux-gnu", Formats: []Format{Gzip, XZ, Zstd}}.Toolchain()
	tc.Component("clippy-preview").Unavailable = true
	release := publish(t, tree, tc)

	text := readTree(t, tree, "dist/channel-rust-stable.toml")
	if want := string(readTree(t, tree, "dist/channel-rust-stable.toml.sha256")); !strings.HasPrefix(want, digest(text)+"  ") || release.Manifest != digest(text) {
		t.Errorf("hash of the manifest is %s, published %s, file says %s", digest(text), release.Manifest, want)
	}
	m := parseManifest(t, text)
	rustc := m.Pkg["rustc"].Target["x86_64-unknown-linux-gnu"]
	for url, hash := range map[string]string{rustc.URL: rustc.Hash, rustc.XZURL: rustc.XZHash, rustc.ZstURL: rustc.ZstHash} {
		name, ok := strings.CutPrefix(url, testRoot+"/")
		if !ok || digest(readTree(t, tree, name)) != hash {
			t.Errorf("archive behind %q has not the hash %s", url, hash)
		}
	}
	clippy := m.Pkg["clippy-preview"].Target["x86_64-unknown-linux-gnu"]
	if clippy.Available || clippy.URL != "" {
		t.Errorf("unavailable component is %+v", clippy)
	}
	rust := m.Pkg["rust"].Target["x86_64-unknown-linux-gnu"]
	if len(rust.Components) != 4 || len(rust.Extensions) != 5 {
		t.Errorf("rust has %d components and %d extensions, want 4 and 5", len(rust.Components), len(rust.Extensions))
	}
	if m.Renames["rustfmt"].To != "rustfmt-preview" || len(m.Profiles["minimal"]) != 4 {
		t.Errorf("renames %v, profiles %v", m.Renames, m.Profiles)
	}
	if !m.Pkg["rust-src"].Target[AnyTarget].Available {
		t.Error("rust-src is not there for every target")
	}
}

func TestEachHostListsItsOwnComponentsAndTheOthersStd(t *testing.T) {
	tree := openTree(t)
	a := Tiny{Host: "x86_64-unknown-linux-gnu"}.Toolchain()
	b := Tiny{Host: "aarch64-apple-darwin", Targets: []string{}}.Toolchain()
	b.Remove("rust-src") // a has it, for all
	a.Hosts = append(a.Hosts, b.Hosts...)
	a.Components = append(a.Components, b.Components...)
	publish(t, tree, a)
	m := parseManifest(t, readTree(t, tree, "dist/channel-rust-stable.toml"))
	for _, host := range a.Hosts {
		rust := m.Pkg["rust"].Target[host]
		if len(rust.Components) != 4 {
			t.Errorf("%s: components %v", host, rust.Components)
		}
		std := 0
		for _, e := range rust.Extensions {
			if e.Pkg == "rust-std" {
				std++
			} else if e.Target != host && e.Target != AnyTarget {
				t.Errorf("%s lists %v", host, e)
			}
		}
		if std != 2 {
			t.Errorf("%s has %d further targets, want wasm32 and the other host", host, std)
		}
	}
}

func TestPatchedReleaseKeepsTheOtherArchives(t *testing.T) {
	tree := openTree(t)
	set := TinySet(Tiny{})
	first, second := publish(t, tree, set[0]), publish(t, tree, set[1])
	for _, a := range first.Archives {
		b, ok := second.Archive(a.Component, a.Target)
		renewed := a.Component == "rustc" || a.Component == "cargo" || a.Component == "rust-docs"
		if !ok || (a.Hash != b.Hash) != renewed {
			t.Errorf("%s for %s: %s then %s", a.Component, a.Target, a.Hash, b.Hash)
		}
	}
	if m := parseManifest(t, readTree(t, tree, "dist/channel-rust-stable.toml")); m.Date != first.Date {
		t.Errorf("a dated release became the newest: %s", m.Date)
	}
	if err := tree.Point(second.Date, "stable"); err != nil {
		t.Fatal(err)
	}
	if m := parseManifest(t, readTree(t, tree, "dist/channel-rust-stable.toml")); m.Date != second.Date {
		t.Errorf("newest is %s, want %s", m.Date, second.Date)
	}
	if err := tree.Point("1999-12-31", "stable"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("point at a date that is not there: %v", err)
	}
}

// A manifest and its hash, opened through the same revision, always agree, and both are always there.
func TestReadersSeeWholeRevisions(t *testing.T) {
	tree := openTree(t)
	publish(t, tree, Tiny{}.Toolchain())
	ctx, stop := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		for ctx.Err() == nil {
			if err := readRevision(tree.Root); err != nil {
				failed <- err
				return
			}
		}
	}()
	for i := range 20 {
		tc := Tiny{}.Toolchain()
		tc.Component("cargo").Put(Text("share/revision", fmt.Sprint(i)))
		publish(t, tree, tc)
	}
	stop()
	if err := <-failed; err != nil {
		t.Error(err)
	}
}

func readRevision(root string) error {
	dist, err := filepath.EvalSymlinks(filepath.Join(root, "dist"))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dist, "channel-rust-stable.toml"))
	if err != nil {
		return err
	}
	hash, err := os.ReadFile(filepath.Join(dist, "channel-rust-stable.toml.sha256"))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(hash), digest(text)) {
		return fmt.Errorf("manifest has hash %s beside a file that says %s", digest(text), hash)
	}
	return nil
}

func TestFailedChangeLeavesWhatWasPublished(t *testing.T) {
	tree := openTree(t)
	publish(t, tree, Tiny{}.Toolchain())
	before := readTree(t, tree, "dist/channel-rust-stable.toml")
	broken := errors.New("broken")
	err := tree.Change(func(rev *Revision) error {
		return errors.Join(rev.Remove("dist/channel-rust-stable.toml"), broken)
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if string(readTree(t, tree, "dist/channel-rust-stable.toml")) != string(before) {
		t.Error("a change that failed shows")
	}
}

func TestEqualContentKeepsItsTime(t *testing.T) {
	tree := openTree(t)
	release := publish(t, tree, Tiny{}.Toolchain())
	file := filepath.Join(tree.Root, release.Archives[0].Path)
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, tree, Tiny{}.Toolchain())
	after, err := os.Stat(file)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("publishing the same again replaced %s (%v)", release.Archives[0].Path, err)
	}
}
