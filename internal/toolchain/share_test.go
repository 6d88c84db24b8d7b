package toolchain_test

import (
	"context"
	"testing"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/faulthttp"
	"berth/internal/toolchain"
)

// Two names share a component. Who waits for it while the other one makes it has it
// as soon as it is there, though the other one holds it on: each may well wait for
// what the other one holds.
func TestAComponentIsWaitedForUntilItIsThere(t *testing.T) {
	w := newWorld(t)
	dated := w.name(stable + "-" + w.publish(disttree.Tiny{}).Date)
	for event, path := range map[string]string{"shared": "*/cargo-*.tar.*", "other": "*/rustfmt-*.tar.*"} {
		if err := w.server.Inject(faulthttp.Fault{Kind: faulthttp.Hold, Path: path, Event: event}); err != nil {
			t.Fatal(err)
		}
	}
	first, second, waiting := make(chan error, 1), make(chan error, 1), make(waits, 1)
	go func() {
		_, err := w.home.Install(t.Context(), toolchain.Request{Toolchain: dated, Profile: dist.Minimal, Components: []string{"rustfmt"}})
		first <- err
	}()
	for _, path := range []string{"*/cargo-*.tar.*", "*/rustfmt-*.tar.*"} {
		if err := w.server.AwaitRequests(t.Context(), path, 1); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		ctx := lockfs.WithSession(context.Background(), &lockfs.Session{Command: "install", Notice: waiting})
		_, err := w.home.Install(ctx, toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
		second <- err
	}()
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
