package registry_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

// pointsOf are the crash points that an order passes, with how often.
func pointsOf(t *testing.T, o order) map[string]int {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	p := o.start(t, "BERTH_CRASHPOINT_TRACE="+trace)
	p.begin()
	if text, err := p.wait(); err != nil {
		t.Fatal(err, text)
	}
	points := map[string]int{}
	for _, point := range strings.Fields(string(must(os.ReadFile(trace)))) {
		points[point]++
	}
	if len(points) < 10 {
		t.Fatalf("only these crash points are passed: %v", points)
	}
	return points
}

// TestKilledAnywhere: the next run ends what was begun, fetches nothing that had arrived, and leaves nothing over.
func TestKilledAnywhere(t *testing.T) {
	crates, names := someCrates(3)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	killAnywhere(t, server, names, func() order {
		return order{Home: t.TempDir(), Index: server.Index(), Query: append([]string{"missing"}, names...), Fetch: true}
	}, nil)
}

// killAnywhere kills newOrder at the first and at the last passing of each crash point. look sees what came of the run
// after that.
func killAnywhere(t *testing.T, server *registryserver.Server, names []string, newOrder func() order, look func(t *testing.T, o order)) {
	for point, times := range pointsOf(t, newOrder()) {
		for _, at := range []int{1, times} {
			if at == 1 && times == 1 {
				continue
			}
			t.Run(fmt.Sprintf("%s#%d", point, at), func(t *testing.T) {
				o := newOrder()
				killed := o.start(t, fmt.Sprintf("BERTH_CRASHPOINT=%s#%d=kill", point, at))
				killed.begin()
				text, err := killed.wait()
				if _, ok := errors.AsType[*exec.ExitError](err); !ok || strings.Contains(text, "error:") {
					t.Fatalf("it was to be killed, but: %v %s", err, text)
				}
				arrived := arrivedIn(t, o.Home)
				if err := server.AwaitGone(t.Context()); err != nil {
					t.Fatal(err)
				}
				server.Reset()
				if text, err := o.again(t); err != nil {
					t.Fatal(err, text)
				}
				for _, name := range names {
					expectUnpacked(t, o.Home, name+"-1.0.0")
					if n := server.Requests(registryserver.CratePath(name, "1.0.0")); n > 1 || n > 0 && arrived[name] {
						t.Errorf("%s was asked for %d times, and had arrived: %v", name, n, arrived[name])
					}
				}
				expectTidy(t, o.Home)
				if look != nil {
					look(t, o)
				}
			})
		}
	}
}

func (o order) again(t *testing.T) (string, error) {
	p := o.start(t)
	p.begin()
	return p.wait()
}

// arrivedIn are the crates whose archives are in the home.
func arrivedIn(t *testing.T, home string) map[string]bool {
	t.Helper()
	arrived := map[string]bool{}
	for _, file := range must(filepath.Glob(filepath.Join(home, "registry", "cache", "*", "*.crate"))) {
		name, _, _ := strings.Cut(filepath.Base(file), "-")
		arrived[name] = true
	}
	return arrived
}

// TestAForgottenDownloadThatGoesOnStays: whoever has gone on with it just now, or was stopped for a week, keeps it.
func TestAForgottenDownloadThatGoesOnStays(t *testing.T) {
	crates, names := someCrates(2)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	if err := server.Inject(faulthttp.Fault{Kind: faulthttp.Stall, Path: registryserver.CratePath("c0", "1.0.0"), Bytes: 100, Event: "go on"}); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	slow := order{Home: home, Index: server.Index(), Query: names[:1], Fetch: true}.start(t)
	slow.begin()
	partial := ""
	for size := int64(0); size < 100; { // until the server says no more
		for _, partial = range must(filepath.Glob(filepath.Join(home, "berth", "v1", "downloads", "*.partial"))) {
			size = must(os.Stat(partial)).Size()
		}
	}
	at := time.Now().Add(-8 * 24 * time.Hour)
	for _, file := range must(filepath.Glob(strings.TrimSuffix(partial, "partial") + "*")) {
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	order{Home: home, Index: server.Index(), Query: names[1:], Fetch: true}.must(t)
	server.Release("go on")
	if text, err := slow.wait(); err != nil {
		t.Error(err, text)
	}
}

// TestForgottenDownloadsGo: what nobody went on with for a week is cleared by whoever comes; what is younger stays.
func TestForgottenDownloadsGo(t *testing.T) {
	crates, names := someCrates(1)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	home := t.TempDir()
	downloads := filepath.Join(home, "berth", "v1", "downloads")
	if err := os.MkdirAll(downloads, 0o755); err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(downloads, strings.Repeat("0", 64)+".partial"), filepath.Join(downloads, strings.Repeat("1", 64)+".partial")
	for file, age := range map[string]time.Duration{old: 8 * 24 * time.Hour, young: 6 * 24 * time.Hour} {
		at := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(file, []byte("part"), 0o644), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	order{Home: home, Index: server.Index(), Query: names, Fetch: true}.must(t)
	_, oldErr := os.Stat(old)
	_, youngErr := os.Stat(young)
	if oldErr == nil || youngErr != nil {
		t.Errorf("old: %v, young: %v", oldErr, youngErr)
	}
}
