package toolchain_test

import (
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/dist"
	"berth/internal/testkit/disttree"
	"berth/internal/toolchain"
)

const stable = "stable"

func (w *world) ours(name string) string {
	return filepath.Join(w.dir, "toolchains", w.name(name).String())
}

// The toolchain that berth makes is file by file and byte by byte the one that
// stock rustup makes of the same server, through every kind of change.
func TestSameTreeAsStock(t *testing.T) {
	for _, profile := range []dist.Profile{dist.Minimal, dist.Default, dist.Complete} {
		t.Run(string(profile), func(t *testing.T) {
			w := newWorld(t)
			theirs := w.stock()
			theirs.Run("toolchain", "install", stable, "--profile", string(profile), "--no-self-update")
			w.install(toolchain.Request{Toolchain: w.name(stable), Profile: profile})
			sameTree(t, w.ours(stable), theirs.Toolchain(w.name(stable).String()))

			theirs.Run("component", "add", "--toolchain", stable, "rust-src", "rust-analyzer")
			w.change(stable, []string{"rust-src", "rust-analyzer"}, nil)
			theirs.Run("target", "add", "--toolchain", stable, "wasm32-unknown-unknown")
			w.change(stable, []string{"target:wasm32-unknown-unknown"}, nil)
			theirs.Run("component", "remove", "--toolchain", stable, "rust-src")
			w.change(stable, nil, []string{"rust-src"})
			sameTree(t, w.ours(stable), theirs.Toolchain(w.name(stable).String()))

			w.publish(disttree.Tiny{Date: "2026-05-28", Version: "1.96.0 (aaaabbbbc 2026-05-25)"})
			theirs.Run("update", stable, "--no-self-update")
			if out := w.install(toolchain.Request{Toolchain: w.name(stable)}); out.Status != toolchain.Updated {
				t.Errorf("status %v, expected an update", out.Status)
			}
			sameTree(t, w.ours(stable), theirs.Toolchain(w.name(stable).String()))
		})
	}
}

// change adds and removes components by the names that users give them, and
// targets as target:<triple>.
func (w *world) change(name string, add, remove []string) *dist.Plan {
	w.t.Helper()
	plan, err := w.home.Change(w.t.Context(), w.name(name), func(v *dist.View) (adds, removes []dist.Component, err error) {
		for _, words := range []struct {
			list []string
			to   *[]dist.Component
			take func(dist.Component) (dist.Component, error)
		}{{add, &adds, v.Added}, {remove, &removes, v.Removed}} {
			for _, word := range words.list {
				c, err := v.Find(word, "")
				if target, ok := strings.CutPrefix(word, "target:"); ok {
					c = dist.Std(target)
				}
				if err == nil {
					c, err = words.take(c)
				}
				if err != nil {
					return nil, nil, err
				}
				*words.to = append(*words.to, c)
			}
		}
		return dist.Successive(v.Config, adds), removes, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return plan
}
