package toolchain_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/dist"
	"berth/internal/store"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/stock"
	"berth/internal/toolchain"
)

// beside is stock rustup on the very home that berth works on.
func (w *world) beside() *stock.Home {
	h := w.stock()
	h.Rustup = w.dir
	return h
}

func (w *world) place(name string) store.Place {
	w.t.Helper()
	p, err := w.home.Store().Look(w.name(name).String())
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) write(path, content string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// A toolchain that stock made gets a component: nothing of it is fetched again,
// what the user put into it comes along, and stock goes on with it.
func TestAdoptsADirectoryOfStock(t *testing.T) {
	w := newWorld(t)
	theirs := w.beside()
	theirs.Run("toolchain", "install", stable, "--profile", "minimal", "--no-self-update")
	own := filepath.Join(w.ours(stable), "lib", "rustlib", "own", "notes")
	w.write(own, "mine")
	w.server.Reset()

	w.change(stable, []string{"rustfmt"}, nil)
	if p := w.place(stable); p.Kind != store.InStore {
		t.Errorf("the toolchain is %+v, expected a tree of the store", p)
	}
	if n := w.server.Requests("*.tar.*"); n != 1 {
		t.Errorf("%d archives were fetched, expected that of rustfmt alone", n)
	}
	if data, err := os.ReadFile(own); string(data) != "mine" {
		t.Errorf("the user's own file: %q, %v", data, err)
	}
	theirs.Run("component", "add", "--toolchain", stable, "clippy")
	theirs.Run("component", "remove", "--toolchain", stable, "rustfmt")

	reference := w.stock()
	reference.Run("toolchain", "install", stable, "--profile", "minimal", "--no-self-update")
	reference.Run("component", "add", "--toolchain", stable, "rustfmt")
	reference.Run("component", "add", "--toolchain", stable, "clippy")
	reference.Run("component", "remove", "--toolchain", stable, "rustfmt")
	os.RemoveAll(filepath.Join(w.ours(stable), "lib", "rustlib", "own"))
	sameTree(t, w.ours(stable), reference.Toolchain(w.name(stable).String()))
}

// Stock changes a tree of ours through the pointer: what it left is the
// toolchain, and the next change builds a new tree from it.
func TestFollowsWhatStockDidThroughThePointer(t *testing.T) {
	w := newWorld(t)
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	first := w.place(stable).Hash
	w.beside().Run("component", "add", "--toolchain", stable, "clippy")
	if untouched, err := w.home.Store().Untouched(first, w.name(stable).String()); untouched || err != nil {
		t.Fatalf("stock's visit was not seen (%v)", err)
	}
	w.ageStockScratch()
	w.change(stable, []string{"rustfmt"}, nil)
	if w.place(stable).Hash == first {
		t.Error("a tree that stock changed was taken for ours")
	}
	reference := w.stock()
	reference.Run("toolchain", "install", stable, "--profile", "minimal", "--no-self-update")
	reference.Run("component", "add", "--toolchain", stable, "clippy")
	reference.Run("component", "add", "--toolchain", stable, "rustfmt")
	sameTree(t, w.ours(stable), reference.Toolchain(w.name(stable).String()))
}

// ageStockScratch: what stock leaves in tmp/ keeps a transaction waiting while it
// is young; a test does not wait.
func (w *world) ageStockScratch() {
	os.RemoveAll(filepath.Join(w.dir, "tmp"))
}

func TestUpdateKeepsThePreviousTree(t *testing.T) {
	w := newWorld(t)
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	before := w.place(stable)
	w.publish(disttree.Tiny{Date: "2026-05-28", Version: "1.96.0 (aaaabbbbc 2026-05-25)"})
	w.install(toolchain.Request{Toolchain: w.name(stable)})
	after := w.place(stable)
	if after.Hash == before.Hash {
		t.Fatal("the update did not switch")
	}
	if _, err := os.Stat(filepath.Join(before.Path, "bin", "rustc")); err != nil {
		t.Errorf("the tree before the update is gone: %v", err)
	}
	to, err := w.home.Rollback(t.Context(), w.name(stable).String())
	if err != nil || to.Hash != before.Hash || w.place(stable).Hash != before.Hash {
		t.Fatalf("rollback led to %+v (%v), expected %s", to, err, before.Hash)
	}
	if out := w.install(toolchain.Request{Toolchain: w.name(stable)}); out.Status != toolchain.Updated {
		t.Errorf("an update after a rollback: %v, expected the newer one again", out.Status)
	}
	if got := w.place(stable).Hash; got != after.Hash {
		t.Errorf("tree %s, expected %s again", got, after.Hash)
	}
}

func TestUninstallLeavesNothingButLocks(t *testing.T) {
	w := newWorld(t)
	w.install(toolchain.Request{Toolchain: w.name(stable)})
	if was, err := w.home.Uninstall(t.Context(), w.name(stable).String()); !was || err != nil {
		t.Fatal(was, err)
	}
	for _, dir := range []string{"toolchains", "update-hashes", "berth/v1/components", "berth/v1/toolchains", "berth/v1/staging", "berth/v1/previous"} {
		entries, _ := os.ReadDir(filepath.Join(w.dir, dir))
		for _, e := range entries {
			t.Errorf("left over: %s/%s", dir, e.Name())
		}
	}
	if was, err := w.home.Uninstall(t.Context(), w.name(stable).String()); was || err != nil {
		t.Errorf("a second uninstall: %v, %v", was, err)
	}
}

// A tool that runs keeps its tree, also when it is uninstalled under it.
func TestALeasedTreeStays(t *testing.T) {
	w := newWorld(t)
	name := w.name(stable).String()
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	lease, err := w.home.Use(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.home.Uninstall(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(lease.Path, "bin", "rustc")); err != nil {
		t.Errorf("the tree of a running tool is gone: %v", err)
	}
	if err := lease.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.home.Sweep(t.Context(), store.DefaultPolicy()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(lease.Path); !os.IsNotExist(err) {
		t.Errorf("an uninstalled tree that nobody uses is still there: %v", err)
	}
}

// Somebody edits a file of a toolchain in place, and by the hard link that of
// the component: the next tree that is made of it has the right one.
func TestAnEditedComponentIsMadeAnew(t *testing.T) {
	w := newWorld(t)
	w.publish(disttree.Tiny{Channels: []string{"stable", "1.95.0"}})
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	rustc := filepath.Join(w.ours(stable), "bin", "rustc")
	want, err := os.ReadFile(rustc)
	if err != nil {
		t.Fatal(err)
	}
	w.write(rustc, "#!/bin/sh\necho edited in place\n")
	w.install(toolchain.Request{Toolchain: w.name("1.95.0"), Profile: dist.Minimal})
	got, err := os.ReadFile(filepath.Join(w.ours("1.95.0"), "bin", "rustc"))
	if err != nil || string(got) != string(want) {
		t.Errorf("rustc of the second toolchain is %q (%v)", got, err)
	}
}

func TestStrayHashAndPointerToNothing(t *testing.T) {
	w := newWorld(t)
	name := w.name(stable).String()
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	hash := filepath.Join(w.dir, "update-hashes", name)
	data, err := os.ReadFile(hash)
	if err != nil || len(data) != 20 {
		t.Fatalf("update hash %q (%v), expected 20 digits and no newline", data, err)
	}
	// A cache restored the pointer and the hash, but not what it points to.
	if err := os.RemoveAll(filepath.Join(w.dir, "berth")); err != nil {
		t.Fatal(err)
	}
	if there, err := w.home.IsInstalled(name); there || err != nil {
		t.Errorf("a pointer to nothing counts as installed (%v)", err)
	}
	if out := w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal}); out.Status != toolchain.Freshly {
		t.Errorf("status %v, expected a fresh install", out.Status)
	}
	if _, err := os.Stat(filepath.Join(w.ours(stable), "bin", "rustc")); err != nil {
		t.Error(err)
	}
}
