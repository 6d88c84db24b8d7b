package toolchain_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/dist"
	"berth/internal/testkit/disttree"
	"berth/internal/toolchain"
)

// The power went while the stamp was written: nobody knows what the tree was made
// of. It is made anew, though the update hash says that there is nothing new.
func TestATornStampIsRepaired(t *testing.T) {
	w := newWorld(t)
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal, Components: []string{"rustfmt"}})
	torn := w.place(stable)
	stamp := filepath.Join(filepath.Dir(torn.Path), "stamp")
	info, err := os.Stat(stamp)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stamp, make([]byte, info.Size()), 0o644); err != nil {
		t.Fatal(err)
	}
	rustc := filepath.Join(torn.Path, "bin", "rustc")
	if err := os.Remove(rustc); err != nil { // it may be a link to the component
		t.Fatal(err)
	}
	w.write(rustc, "torn")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	lease, err := w.home.Use(ctx, w.name(stable).String())
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Close()
	if lease.Hash == torn.Hash {
		t.Error("the torn tree is in use")
	}
	if data, err := os.ReadFile(filepath.Join(lease.Path, "bin", "rustc")); string(data) == "torn" || err != nil {
		t.Errorf("rustc is %q (%v)", data, err)
	}
	if _, err := os.Stat(filepath.Join(lease.Path, "bin", "rustfmt")); err != nil {
		t.Errorf("a component is lost: %v", err)
	}
}

// A file of the user's stays through every change, as it does with stock; and what
// came from a directory of stock's is not fetched by the second change either.
func TestAdoptedStaysAdopted(t *testing.T) {
	w := newWorld(t)
	w.beside().Run("toolchain", "install", stable, "--profile", "minimal", "--no-self-update")
	own := filepath.Join(w.ours(stable), "lib", "rustlib", "own", "notes")
	w.write(own, "mine")
	w.server.Reset()
	w.change(stable, []string{"rustfmt"}, nil)
	w.change(stable, []string{"clippy"}, nil)
	if n := w.server.Requests("*.tar.*"); n != 2 {
		t.Errorf("%d archives were fetched, expected those of rustfmt and clippy alone", n)
	}
	if data, err := os.ReadFile(own); string(data) != "mine" {
		t.Errorf("the user's own file after two changes: %q, %v", data, err)
	}
	w.publish(disttree.Tiny{Date: "2026-05-28", Version: "1.96.0 (aaaabbbbc 2026-05-25)"})
	w.install(toolchain.Request{Toolchain: w.name(stable)})
	if data, err := os.ReadFile(own); string(data) != "mine" {
		t.Errorf("the user's own file after an update: %q, %v", data, err)
	}
}

// A clock that was set back makes the scratch files of a dead stock rustup young
// for as long as it was set back.
func TestScratchOfTheFutureIsNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.beside().Run("toolchain", "install", stable, "--profile", "minimal", "--no-self-update")
	left := filepath.Join(w.dir, "tmp", "0123456789abcdef_file")
	w.write(left, "")
	later := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(left, later, later); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := w.home.Uninstall(ctx, w.name(stable).String()); err != nil {
		t.Fatal(err)
	}
}
