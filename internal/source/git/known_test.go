package git_test

import (
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/source/git"
)

// TestKnownBefore: a branch, a tag or a default branch that a repository has no more is what it was, as with stock.
func TestKnownBefore(t *testing.T) {
	for _, engine := range []string{"command", "library"} {
		t.Run(engine, func(t *testing.T) {
			w := newWorld(t)
			w.up.Git("branch", "passing")
			w.up.Git("tag", "fleeting")
			home := t.TempDir()
			kinds := map[crate.RefKind]string{crate.Branch: "passing", crate.Tag: "fleeting", crate.DefaultBranch: ""}
			before := map[crate.RefKind]crate.SourceID{}
			for kind, name := range kinds {
				got, err := newSource(home, engine, &voice{}, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), kind, name))
				if err != nil {
					t.Fatal(err)
				}
				before[kind] = got.Source
			}
			w.up.Git("branch", "-D", "passing")
			w.up.Git("tag", "-d", "fleeting")
			w.up.Git("symbolic-ref", "HEAD", "refs/heads/none")
			for kind, name := range kinds {
				got, err := newSource(home, engine, &voice{}, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), kind, name))
				if err != nil || got.Source != before[kind] {
					t.Errorf("%v: %v %v, before: %v", kind, got.Source, err, before[kind])
				}
			}
		})
	}
}

// TestNamedCommit: with a commit that a manifest names all branches and tags come along, so that they are known without
// network; where there is no such commit it may be the name of a tag.
func TestNamedCommit(t *testing.T) {
	for _, engine := range []string{"command", "library"} {
		t.Run(engine, func(t *testing.T) {
			w := newWorld(t)
			first := w.up.Head()
			name := strings.Repeat("0123456789", 4)
			w.up.Git("tag", name)
			home := t.TempDir()
			for _, rev := range []string{first, name} {
				got, err := newSource(home, engine, &voice{}, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), crate.Rev, rev))
				if err != nil || got.Source.Precise() != first {
					t.Errorf("rev = %q: %v %v, expected commit %s", rev, got.Source, err, first)
				}
			}
			offline := newSource(home, engine, &voice{}, git.Policy{Offline: "--offline"})
			if got, err := offline.Checkout(t.Context(), sourceOf(t, w.url(), crate.DefaultBranch, "")); err != nil || got.Source.Precise() != first {
				t.Errorf("without network: %v %v", got.Source, err)
			}
		})
	}
}
