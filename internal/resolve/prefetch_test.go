package resolve

import (
	"context"
	"sync"
	"testing"
	"time"

	"berth/internal/crate"
)

// gated is a registry whose answers for some packages come when others were asked for.
type gated struct {
	*packages
	gates map[string]<-chan struct{}
	open  map[string]func()
}

func (g *gated) Query(ctx context.Context, q Query) ([]*crate.Summary, error) {
	if open := g.open[q.Name]; open != nil {
		open()
	}
	if gate := g.gates[q.Name]; gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return g.packages.Query(ctx, q)
}

// resolve ends the test where an answer is waited for that never comes.
func (g *gated) resolve(t *testing.T, roots []Root) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := Resolve(ctx, Input{Registry: g, Roots: roots})
	if ctx.Err() != nil {
		t.Fatal(err)
	}
	return err
}

// TestPrefetchEndsWithoutHope: a workspace that cannot have what it names is told so before the rest of its graph, here a
// package whose answer never comes, was looked at.
func TestPrefetchEndsWithoutHope(t *testing.T) {
	reg, roots := packagesOf(`
root 1.0.0
  broken 1
  big 1
--
broken 1.0.0
  absent 1
big 1.0.0
  slow 1
slow 1.0.0
`)
	g := &gated{packages: reg, gates: map[string]<-chan struct{}{"slow": make(chan struct{})}}
	if g.resolve(t, roots) == nil {
		t.Error("there is no package absent, and all is well")
	}
}

// TestPrefetchGoesOnBelowTheNextVersion: where the newest version needs what there is not, the one before it is looked at
// beside all else. Here that is the only way to get on.
func TestPrefetchGoesOnBelowTheNextVersion(t *testing.T) {
	reg, roots := packagesOf(`
root 1.0.0
  slow 1
  a 1
--
a 1.1.0
  b 1
a 1.0.0
  old 1
b 1.0.0
  absent 1
old 1.0.0
slow 1.0.0
  slower 1
slower 1.0.0
`)
	asked := make(chan struct{})
	g := &gated{packages: reg, gates: map[string]<-chan struct{}{"slower": asked}, open: map[string]func(){"old": sync.OnceFunc(func() { close(asked) })}}
	if err := g.resolve(t, roots); err != nil {
		t.Error(err)
	}
}

// TestNothingIsAskedBehindTheHopeless: a package of the workspace wants a feature that no version has. That is said before
// anything is asked for that its other dependencies would need.
func TestNothingIsAskedBehindTheHopeless(t *testing.T) {
	reg, roots := packagesOf(`
root 1.0.0
  big 1
  plain 1 features=absent
--
big 1.0.0
  behind 1
plain 1.1.0
plain 1.0.0
behind 1.0.0
`)
	g := &gated{packages: reg, open: map[string]func(){"behind": func() { t.Error("behind was asked for") }}}
	if g.resolve(t, roots) == nil {
		t.Error("plain has no feature absent, and all is well")
	}
}
