package git_test

import (
	"sync"
	"testing"

	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/source/git"
)

// unheard is a Notice for who must not wait for a lock.
type unheard struct{ t *testing.T }

func (u unheard) Waiting(w lockfs.Waiting) func() {
	u.t.Errorf("said to wait for %s, held by %d", w.Lock, w.Holder.PID)
	return func() {}
}

func (u unheard) NoLocks(path string) { u.t.Errorf("no locks at %s", path) }

// mute is a voice for several goroutines.
type mute struct{}

func (mute) Status(string, string) {}
func (mute) Warn(string)           {}

// TestReferencesOfOneRepository: a command that looks for several references of a repository at once does not say that it
// waits for itself.
func TestReferencesOfOneRepository(t *testing.T) {
	w := newWorld(t)
	s := newSource(t.TempDir(), "command", mute{}, git.Policy{})
	ctx := lockfs.WithSession(t.Context(), &lockfs.Session{Notice: unheard{t}})
	all := []crate.SourceID{
		sourceOf(t, w.url(), crate.DefaultBranch, ""), sourceOf(t, w.url(), crate.Branch, "master"),
	}
	var running sync.WaitGroup
	for _, id := range all {
		running.Go(func() {
			if _, err := s.Checkout(ctx, id); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}
