package registry_test

import (
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

// TestLateStarters: processes that begin when another has its answers already, and still runs, do not ask again; nor do
// those that begin when that one has ended but one of them runs.
func TestLateStarters(t *testing.T) {
	server := registryserver.Run(t, registryserver.Options{}, cratekit.New("a", "1.0.0"), cratekit.New("b", "1.0.0"))
	stall := func(name string) {
		fault := faulthttp.Fault{Kind: faulthttp.Stall, Path: registryserver.CratePath(name, "1.0.0"), Bytes: 1, Event: name}
		if err := server.Inject(fault); err != nil {
			t.Fatal(err)
		}
	}
	run := func(o order, event string) *process {
		p := o.start(t)
		<-p.ready
		p.begin()
		if err := server.AwaitEvent(t.Context(), event, 1); err != nil {
			t.Fatal(err)
		}
		return p
	}
	end := func(p *process, event string) {
		server.Release(event)
		if text, err := p.wait(); err != nil {
			t.Fatal(err, text)
		}
	}
	stall("a")
	stall("b")
	o := order{Home: t.TempDir(), Index: server.Index(), Query: []string{"a", "missing"}, Fetch: true}
	first := run(o, "a")
	both := o
	both.Query = []string{"b", "missing"}
	second := run(both, "b")
	end(first, "a")
	if text, err := o.asProcess(t); err != nil {
		t.Fatal(err, text)
	}
	end(second, "b")
	for _, name := range []string{"a", "b", "missing"} {
		expectOnce(t, server, registryserver.IndexPath(name))
	}
	expectOnce(t, server, "/index/config.json")
	server.Reset()
	if text, err := o.asProcess(t); err != nil { // nobody is there any more
		t.Fatal(err, text)
	}
	expectOnce(t, server, "/index/config.json", registryserver.IndexPath("a"), registryserver.IndexPath("missing"))
}

// asProcess runs the order in a process of its own.
func (o order) asProcess(t *testing.T) (string, error) {
	p := o.start(t)
	<-p.ready
	p.begin()
	return p.wait()
}
