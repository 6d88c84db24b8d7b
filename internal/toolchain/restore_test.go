package toolchain_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/dist"
	"berth/internal/testkit/disttree"
	"berth/internal/toolchain"
)

// sorted are a record's lines, without what is in no other record: which component was asked for first, and by what.
func sorted(record string) string {
	lines := slices.Sorted(strings.SplitSeq(record, "\n"))
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "is_extension") }), "\n")
}

// Whatever somebody did to a record: the next install or change makes the toolchain anew with the components that it had, also
// where the update hash says that there is nothing to do, and also where the channel has gone on since.
func TestBrokenRecordsAreMadeAnew(t *testing.T) {
	for _, record := range []string{dist.ManifestFile, dist.ConfigFile, dist.ComponentsFile, dist.VersionFile} {
		t.Run(record, func(t *testing.T) {
			w := newWorld(t)
			stable := toolchain.Request{Toolchain: w.name("stable"), Profile: dist.Minimal, Components: []string{"clippy"}}
			w.install(stable)
			pointer := filepath.Join(w.dir, "toolchains", stable.Toolchain.String())
			whole := treeOf(t, pointer)
			broken := func() {
				t.Helper()
				if err := os.WriteFile(filepath.Join(pointer, "lib", "rustlib", record), []byte("<html>\xff"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			restored := func() {
				t.Helper()
				now := treeOf(t, pointer)
				if len(now) != len(whole) || now["bin/cargo-clippy"] != whole["bin/cargo-clippy"] || sorted(now["lib/rustlib/"+record]) != sorted(whole["lib/rustlib/"+record]) {
					t.Errorf("%d entries, there were %d; %s was\n%s\nand is\n%s", len(now), len(whole), record, whole["lib/rustlib/"+record], now["lib/rustlib/"+record])
				}
			}
			broken()
			w.install(toolchain.Request{Toolchain: stable.Toolchain})
			restored()
			broken()
			nothing := func(*dist.View) (add, remove []dist.Component, err error) { return nil, nil, nil }
			if _, err := w.home.Change(t.Context(), stable.Toolchain, nothing); err != nil {
				t.Fatal(err)
			}
			restored()
			broken()
			w.publish(disttree.Tiny{Version: "1.95.1 (11ab37c55 2026-05-20)", Date: "2026-05-28"})
			if _, err := w.home.Change(t.Context(), stable.Toolchain, nothing); err != nil {
				t.Fatal(err)
			}
			if _, ok := treeOf(t, pointer)["bin/rustc"]; !ok {
				t.Error("no rustc after the channel went on")
			}
		})
	}
}

// A cache that brought back half of a home, a cleaner of old files, a slip of the hand: what the next install needs of it is made
// anew, and nobody has to find out what to remove.
func TestBrokenStoreIsMadeAnew(t *testing.T) {
	for name, breaks := range map[string]func(w *world, component, tree string){
		"no stamp":          func(w *world, component, _ string) { w.remove(component, "stamp") },
		"stamp a directory": func(w *world, component, _ string) { w.write(filepath.Join(w.remove(component, "stamp"), "x"), "") },
		"empty component":   func(w *world, component, _ string) { w.write(filepath.Join(w.remove(component), "x"), "") },
		"component a file":  func(w *world, component, _ string) { w.write(w.remove(component), "") },
		"bin a file":        func(w *world, component, _ string) { w.write(w.remove(component, "tree", "bin"), "") },
		"tree a file":       func(w *world, _, tree string) { w.write(w.remove(tree), "") },
		"no lock file":      func(w *world, _, tree string) { w.remove(filepath.Dir(tree), "lease.lock") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
			bins, err := filepath.Glob(filepath.Join(w.dir, "berth", "v1", "components", "*", "tree", "bin", "rustc"))
			if err != nil || len(bins) != 1 {
				t.Fatalf("components with rustc: %v, %v", bins, err)
			}
			breaks(w, filepath.Dir(filepath.Dir(filepath.Dir(bins[0]))), w.place(stable).Path)
			w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal, Components: []string{"clippy"}})
			lease, err := w.home.Use(t.Context(), w.name(stable).String())
			if err != nil {
				t.Fatal(err)
			}
			defer lease.Close()
			for _, tool := range []string{"rustc", "cargo-clippy"} {
				if info, err := os.Stat(filepath.Join(lease.Path, "bin", tool)); err != nil || !info.Mode().IsRegular() {
					t.Errorf("%s: %v", tool, err)
				}
			}
			if left, err := os.ReadDir(filepath.Join(w.dir, "berth", "v1", "staging")); err != nil || len(left) != 0 {
				t.Errorf("left over: %v, %v", left, err)
			}
		})
	}
}

// remove removes what lies at a path, and returns the path.
func (w *world) remove(elements ...string) string {
	w.t.Helper()
	path := filepath.Join(elements...)
	if err := os.RemoveAll(path); err != nil {
		w.t.Fatal(err)
	}
	return path
}
