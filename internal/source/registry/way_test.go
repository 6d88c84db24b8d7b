package registry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"berth/internal/cargohome"
	"berth/internal/lockfs"
	"berth/internal/source/registry"
)

// TestGivesWay: as long as a process with fewer crates left keeps all cores busy another one does not begin with a crate;
// it goes on when that one is gone.
func TestGivesWay(t *testing.T) {
	home := t.TempDir()
	small := order{Home: home, Busy: 5}.start(t)
	<-small.ready
	looks := 0
	w := registry.NewWay(cargohome.Open(lockfs.At(home)), 2, 0)
	err := w.Give(t.Context(), func() int64 {
		if looks++; looks == 3 {
			small.kill()
		}
		return 6
	})
	if err != nil || looks != 3 {
		t.Errorf("%v after %d looks, expected 3", err, looks)
	}
}

// TestGivesNoWay to who has as much left, beyond its courtesy, and after its end.
func TestGivesNoWay(t *testing.T) {
	root := t.TempDir()
	small := order{Home: root, Busy: 5}.start(t)
	<-small.ready
	home := cargohome.Open(lockfs.At(root))
	left := func(n int64) func() int64 { return func() int64 { return n } }
	if err := registry.NewWay(home, 2, 0).Give(t.Context(), left(5)); err != nil {
		t.Error(err)
	}
	if err := registry.NewWay(home, 2, registry.Courtesy).Give(t.Context(), left(6)); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("interrupted")
	cancel(reason)
	if err := registry.NewWay(home, 2, 0).Give(ctx, left(6)); !errors.Is(err, reason) {
		t.Error(err)
	}
}

// looks is what another process with 9 crates left finds.
func looks(t *testing.T, home string) string {
	t.Helper()
	p := order{Home: home, Busy: 9}.start(t)
	<-p.ready
	p.begin()
	text, err := p.wait()
	if err != nil {
		t.Error(err)
	}
	return text
}

// TestKeepsCoresBusy: others give way while all cores are busy, also between two crates, and no longer.
func TestKeepsCoresBusy(t *testing.T) {
	root := t.TempDir()
	w := registry.NewWay(cargohome.Open(lockfs.At(root)), 2, 0)
	expect := func(want string) {
		t.Helper()
		if text := looks(t, root); text != want {
			t.Errorf("another process with 9 crates left: %q, expected %q", text, want)
		}
	}
	w.Begin(8)
	expect("first")
	w.Begin(7)
	expect("gives way")
	w.End(true)
	expect("gives way")
	w.Begin(6)
	w.End(false)
	expect("first")
}

// TestAnswersKeepCoresBusy: others give way while answers follow one another, and no longer.
func TestAnswersKeepCoresBusy(t *testing.T) {
	root := t.TempDir()
	w := registry.NewWay(cargohome.Open(lockfs.At(root)), 2, 0)
	w.Lull(time.Hour)
	w.Answered(8)
	if text := looks(t, root); text != "gives way" {
		t.Errorf("another process with 9 crates left, amid answers: %q", text)
	}
	w.Lull(0)
	w.Answered(8)
	for looks(t, root) != "first" {
	}
}
