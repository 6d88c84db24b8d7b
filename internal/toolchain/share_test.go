package toolchain_test

import (
	"context"
	"testing"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/faulthttp"
	"berth/internal/toolchain"
)

const (
	cargoArchive   = "*/cargo-*.tar.*"
	rustfmtArchive = "*/rustfmt-*.tar.*"
)

// newSharing is a world in which stable has a second name, whose components are the same.
func newSharing(t *testing.T) (w *world, dated names.Official) {
	w = newWorld(t)
	return w, w.name(stable + "-" + w.publish(disttree.Tiny{}).Date)
}

// hold keeps an archive back until the event.
func (w *world) hold(path, event string) {
	w.t.Helper()
	if err := w.server.Inject(faulthttp.Fault{Kind: faulthttp.Hold, Path: path, Event: event}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) awaitRequest(path string) {
	w.t.Helper()
	if err := w.server.AwaitRequests(w.t.Context(), path, 1); err != nil {
		w.t.Fatal(err)
	}
}

// installing begins a minimal installation with further components.
func (w *world) installing(ctx context.Context, name names.Official, components ...string) (ended <-chan error) {
	done := make(chan error, 1)
	go func() {
		_, err := w.home.Install(ctx, toolchain.Request{Toolchain: name, Profile: dist.Minimal, Components: components})
		done <- err
	}()
	return done
}

// Who waits for a component while another one makes it has it as soon as it is there,
// though the other one holds it on: each may well wait for what the other one holds.
func TestAComponentIsWaitedForUntilItIsThere(t *testing.T) {
	w, dated := newSharing(t)
	w.hold(cargoArchive, "shared")
	w.hold(rustfmtArchive, "other")
	first := w.installing(t.Context(), dated, "rustfmt")
	w.awaitRequest(cargoArchive)
	w.awaitRequest(rustfmtArchive)
	waiting := make(waits, 1)
	second := w.installing(lockfs.WithSession(context.Background(), &lockfs.Session{Command: "install", Notice: waiting}), w.name(stable))
	<-waiting
	w.server.Release("shared")
	if err := <-second; err != nil {
		t.Error(err)
	}
	w.server.Release("other")
	if err := <-first; err != nil {
		t.Error(err)
	}
}

// One name is uninstalled while the other one is being installed and waits for what
// only it has: what it found in the store stays there, though no tree is made of it at
// this moment.
func TestWhatAnInstallationFoundIsNotSwept(t *testing.T) {
	w, dated := newSharing(t)
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	w.hold(rustfmtArchive, "swept")
	w.server.Reset()
	installed := w.installing(t.Context(), dated, "rustfmt")
	w.awaitRequest(rustfmtArchive)
	if _, err := w.home.Uninstall(t.Context(), w.name(stable).String()); err != nil {
		t.Fatal(err)
	}
	w.server.Release("swept")
	if err := <-installed; err != nil {
		t.Fatal(err)
	}
	if n := w.server.Requests("*.tar.*"); n != 1 {
		t.Errorf("%d archives were fetched, expected that of rustfmt alone", n)
	}
}
