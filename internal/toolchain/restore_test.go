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
