package toolchain_test

import (
	"testing"

	"berth/internal/dist"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/faulthttp"
	"berth/internal/toolchain"
)

// Two names share their components. One is uninstalled while the other is being
// installed and waits for what only it has: what it found in the store stays there,
// though no tree is made of it at this moment.
func TestWhatAnInstallationFoundIsNotSwept(t *testing.T) {
	w := newWorld(t)
	dated := w.name(stable + "-" + w.publish(disttree.Tiny{}).Date)
	w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal})
	const only = "*/rustfmt-*.tar.*"
	if err := w.server.Inject(faulthttp.Fault{Kind: faulthttp.Hold, Path: only, Event: "swept"}); err != nil {
		t.Fatal(err)
	}
	w.server.Reset()
	installed := make(chan error)
	go func() {
		_, err := w.home.Install(t.Context(), toolchain.Request{Toolchain: dated, Profile: dist.Minimal, Components: []string{"rustfmt"}})
		installed <- err
	}()
	if err := w.server.AwaitRequests(t.Context(), only, 1); err != nil {
		t.Fatal(err)
	}
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
