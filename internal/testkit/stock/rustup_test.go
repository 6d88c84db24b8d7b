package stock

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
)

// serveTiny starts a server over the tiny set in one format.
func serveTiny(t *testing.T, formats ...disttree.Format) (*Home, *distserver.Server, []disttree.Release) {
	t.Helper()
	root, err := DefaultRoot()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := disttree.Open(t.TempDir(), root)
	if err != nil {
		t.Fatal(err)
	}
	releases, err := tree.PublishAll(disttree.TinySet(disttree.Tiny{Formats: formats})...)
	if err != nil {
		t.Fatal(err)
	}
	server := distserver.Run(t, tree.Root)
	return New(t, server.URL()), server, releases
}

func (h *Home) installed(t *testing.T) []string {
	t.Helper()
	return strings.Fields(h.Run("component", "list", "--installed"))
}

// Stock rustup spends most of a second waiting in every install, so the tests run side by side.
func TestStockInstallsEveryProfileInEveryFormat(t *testing.T) {
	t.Parallel()
	host := disttree.Host()
	minimal := []string{"cargo-" + host, "rust-std-" + host, "rustc-" + host}
	standard := slices.Sorted(slices.Values(append([]string{"clippy-" + host, "rust-docs-" + host, "rustfmt-" + host}, minimal...)))
	tests := []struct {
		format  disttree.Format
		profile string
		want    []string
	}{
		{disttree.XZ, "minimal", minimal}, {disttree.Gzip, "minimal", minimal}, {disttree.Zstd, "minimal", minimal},
		{disttree.XZ, "default", standard},
	}
	for _, test := range tests {
		t.Run(string(test.format)+" "+test.profile, func(t *testing.T) {
			t.Parallel()
			home, server, _ := serveTiny(t, test.format)
			home.Run("toolchain", "install", "stable", "--profile", test.profile, "--no-self-update")
			if got := home.installed(t); !slices.Equal(got, test.want) {
				t.Errorf("installed %v, want %v", got, test.want)
			}
			if n := server.Requests("*.tar." + string(test.format)); n != len(test.want) {
				t.Errorf("%d archives were fetched, want %d", n, len(test.want))
			}
			if got := home.Run("run", "stable", "rustc", "--version"); got != "rustc 1.95.0 (59807616e 2026-04-14)\n" {
				t.Errorf("rustc says %q", got)
			}
		})
	}
}

func TestStockAddsAndUpdates(t *testing.T) {
	t.Parallel()
	home, server, releases := serveTiny(t)
	home.Run("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
	home.Run("component", "add", "rustfmt", "rust-src")
	home.Run("target", "add", "wasm32-unknown-unknown")
	before := home.installed(t)
	if len(before) != 6 {
		t.Errorf("installed %v, want six", before)
	}

	server.Point("stable", releases[1].Date)
	if r := home.Try("check"); r.Code != 100 || !strings.Contains(r.Stdout, "1.95.0 (59807616e 2026-04-14) -> 1.95.1 (a1b2c3d4e 2026-05-26)") {
		t.Errorf("check: exit %d\n%s", r.Code, r.Stdout)
	}
	home.Run("update", "--no-self-update")
	if after := home.installed(t); !slices.Equal(after, before) {
		t.Errorf("installed after the update %v, before %v", after, before)
	}
	if got := home.Run("run", "stable", "cargo", "--version"); got != "cargo 1.95.1 (a1b2c3d4e 2026-05-26)\n" {
		t.Errorf("cargo says %q", got)
	}
	if r := home.Try("check"); r.Code != 0 || !strings.Contains(r.Stdout, "up to date") {
		t.Errorf("check after the update: exit %d\n%s", r.Code, r.Stdout)
	}
	home.Run("uninstall", "stable")
}

// The newest nightly lacks rustfmt and clippy: an update of a toolchain that has them stays on the day before.
func TestStockBacktracksOverMissingComponents(t *testing.T) {
	t.Parallel()
	home, server, releases := serveTiny(t)
	server.Point("nightly", releases[3].Date)
	home.Run("toolchain", "install", "nightly", "--profile", "default", "--no-self-update")
	server.Point("nightly", releases[4].Date)
	r := home.Try("update", "nightly", "--no-self-update")
	if version := home.Run("run", "nightly", "rustc", "--version"); !strings.Contains(version, "4d1f98451") {
		t.Errorf("nightly is %q after an update (exit %d)\n%s", version, r.Code, r.Stderr)
	}
}

func TestStockTreeIsTheDescribedOne(t *testing.T) {
	t.Parallel()
	home, _, _ := serveTiny(t)
	home.Run("toolchain", "install", "stable", "--profile", "default", "--no-self-update")
	tc := disttree.TinySet(disttree.Tiny{})[0]
	dir := home.Toolchain("stable-" + disttree.Host())
	for _, name := range []string{"rustc", "cargo", "rust-docs", "rustfmt-preview"} {
		for _, f := range tc.Component(name).Files {
			data, err := os.ReadFile(filepath.Join(dir, f.Path))
			if err != nil || string(data) != string(f.Data) {
				t.Errorf("%s of %s: %v, %d bytes, want %d", f.Path, name, err, len(data), len(f.Data))
			}
		}
	}
}

// A rebuilt toolchain goes the whole way round: stock's tree, archives of it, stock's tree again.
func TestStockInstallsARebuiltToolchain(t *testing.T) {
	t.Parallel()
	home, _, _ := serveTiny(t)
	home.Run("toolchain", "install", "stable", "--profile", "default", "--no-self-update")
	name := "stable-" + disttree.Host()
	tree, err := disttree.Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = tree.Rebuild(t.Context(), disttree.Rebuild{
		Toolchain: home.Toolchain(name), Format: disttree.XZ, Channels: []string{"stable"}, StdAs: []string{"wasm32-unknown-unknown"},
	})
	if err != nil {
		t.Fatal(err)
	}
	again := New(t, distserver.Run(t, tree.Root).URL())
	again.Run("toolchain", "install", "stable", "--profile", "default", "--no-self-update")
	again.Run("target", "add", "wasm32-unknown-unknown")
	again.Run("target", "remove", "wasm32-unknown-unknown")
	first, second := files(t, home.Toolchain(name)), files(t, again.Toolchain(name))
	// These name the archives and the order in which they arrived.
	for _, record := range []string{"components", "multirust-channel-manifest.toml"} {
		delete(first, filepath.Join("lib/rustlib", record))
		delete(second, filepath.Join("lib/rustlib", record))
	}
	if len(first) < 20 {
		t.Fatalf("only %d files to compare", len(first))
	}
	for file, content := range first {
		if second[file] != content {
			t.Errorf("%s: %q, want %q", file, second[file], content)
		}
		delete(second, file)
	}
	if len(second) > 0 {
		t.Errorf("more files than in the original: %v", second)
	}
}

// files is mode and content of every file below dir.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		all[rel] = info.Mode().String() + " " + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
