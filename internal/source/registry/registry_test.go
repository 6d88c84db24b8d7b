package registry_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/source/registry"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

// someCrates are crates c0, c1, … of one version each.
func someCrates(n int) (crates []cratekit.Crate, names []string) {
	for i := range n {
		name := fmt.Sprintf("c%d", i)
		c := cratekit.New(name, "1.0.0")
		c.Files = map[string]string{"src/data.txt": strings.Repeat(name+"\n", 2000)}
		crates, names = append(crates, c), append(names, name)
	}
	return crates, names
}

func TestColdThenWarm(t *testing.T) {
	crates, names := someCrates(3)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	o := order{Home: t.TempDir(), Index: server.Index(), Query: names, Fetch: true}
	found, v := o.must(t)
	if strings.Join(found, " ") != "c0-1.0.0 c1-1.0.0 c2-1.0.0" {
		t.Errorf("found %v", found)
	}
	from := " (" + must(crate.RegistrySource(server.Index(), "")).String() + ")" // it stands in for the public registry
	want := []string{"Downloaded c0 v1.0.0" + from, "Downloaded c1 v1.0.0" + from, "Downloaded c2 v1.0.0" + from, "Downloading crates ...", "Updating crates" + "." + "io index"}
	want[4] = v.said()[4] // the name of the registry that is stood in for is for another test
	if got := v.said(); !slices.Equal(got, want) || !strings.HasPrefix(got[4], "Updating ") {
		t.Errorf("said %q", got)
	}
	expectOnce(t, server, "/index/config.json", registryserver.IndexPath("c0"), registryserver.CratePath("c1", "1.0.0"))

	server.Reset()
	if _, v := o.must(t); len(v.said()) != 1 {
		t.Errorf("a second time: %q", v.said())
	}
	for _, r := range server.Stats().Log {
		if r.Path != "/index/config.json" && r.Status != 304 {
			t.Errorf("%s was sent again", r.Path)
		}
	}

	server.Reset()
	locked := order{Home: o.Home, Index: o.Index, Locked: []string{"c0 1.0.0", "c2 1.0.0"}, Fetch: true}
	if _, v := locked.must(t); len(v.said()) != 0 || server.Requests("*") != 0 {
		t.Errorf("what Cargo.lock names and the cache has: %q, %d requests", v.said(), server.Requests("*"))
	}
}

// TestRows: where rows are drawn they go when nothing is left of what they count.
func TestRows(t *testing.T) {
	crates, names := someCrates(20)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	v := &voice{bar: true}
	o := order{Home: t.TempDir(), Index: server.Index(), Query: names, Fetch: true}
	if _, err := o.run(t.Context(), time.Now(), v); err != nil {
		t.Fatal(err)
	}
	said := v.said()
	if len(said) != 22 || !strings.HasPrefix(said[0], "Downloaded 20 crates (") || !strings.HasPrefix(said[21], "Updating ") {
		t.Errorf("said %q", said)
	}
}

func TestManyProcessesAskOnce(t *testing.T) {
	crates, names := someCrates(12)
	for name, options := range map[string]registryserver.Options{"tags": {}, "dates": {NoTags: true}, "neither, packed": {NoTags: true, NoDates: true, Gzip: true}} {
		t.Run(name, func(t *testing.T) {
			server := registryserver.Run(t, options, crates...)
			o := order{Home: t.TempDir(), Index: server.Index(), Query: append(slices.Clone(names), "missing"), Fetch: true}
			for range 2 { // cold, then warm
				server.Reset()
				for _, text := range together(t, slices.Repeat([]order{o}, 8)...) {
					if len(strings.Fields(text)) != len(names) {
						t.Errorf("found %s", text)
					}
				}
				for _, name := range append(names, "missing") {
					expectOnce(t, server, registryserver.IndexPath(name))
				}
				expectOnce(t, server, "/index/config.json")
			}
			if n := server.Requests("/api/*"); n != 0 {
				t.Errorf("crates were asked for %d times when all were there", n)
			}
		})
	}
}

func TestManyProcessesFetchOnce(t *testing.T) {
	crates, names := someCrates(40)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	home := t.TempDir()
	var orders []order
	for i := range 32 { // of different crates, that overlap
		orders = append(orders, order{Home: home, Index: server.Index(), Query: names[i/2 : i/2+24], Fetch: true})
	}
	together(t, orders...)
	for _, name := range names[:39] {
		expectOnce(t, server, registryserver.IndexPath(name), registryserver.CratePath(name, "1.0.0"))
	}
	expectTidy(t, home)
}

// TestNobodyWaitsForOthersBytes: while one process is held up by a slow crate, another that wants others ends; one that
// wants that crate too has everything else meanwhile.
func TestNobodyWaitsForOthersBytes(t *testing.T) {
	crates, names := someCrates(6)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	if err := server.Inject(faulthttp.Fault{Kind: faulthttp.Stall, Path: registryserver.CratePath("c0", "1.0.0"), Bytes: 100, Event: "go on"}); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	slow := order{Home: home, Index: server.Index(), Query: names[:2], Fetch: true}.start(t)
	slow.begin()
	if err := server.AwaitEvent(t.Context(), "go on", 1); err != nil {
		t.Fatal(err)
	}
	o := order{Home: home, Index: server.Index(), Query: names[1:], Fetch: true}
	o.must(t)
	both := order{Home: home, Index: server.Index(), Query: names, Fetch: true}.start(t)
	both.begin()
	waitForWaiters(t, home, "*c0-1.0.0.lock", 1)
	server.Release("go on")
	for _, p := range []*process{slow, both} {
		if text, err := p.wait(); err != nil {
			t.Error(err, text)
		}
	}
	expectOnce(t, server, registryserver.CratePath("c0", "1.0.0"))
}

// TestDeadHoldersWorkIsTakenOver: bytes that arrived are not sent again.
func TestDeadHoldersWorkIsTakenOver(t *testing.T) {
	c := cratekit.New("big", "1.0.0")
	c.Files = map[string]string{"src/data": noise(2 << 20)}
	server := registryserver.Run(t, registryserver.Options{}, c)
	crate := registryserver.CratePath("big", "1.0.0")
	if err := server.Inject(faulthttp.Fault{Kind: faulthttp.Stall, Path: crate, Bytes: 1 << 20, Event: "never", Times: 1}); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	o := order{Home: home, Index: server.Index(), Query: []string{"big"}, Fetch: true}
	first := o.start(t)
	first.begin()
	if err := server.AwaitEvent(t.Context(), "never", 1); err != nil {
		t.Fatal(err)
	}
	waitForSize(t, filepath.Join(home, "berth", "v1", "downloads"), 1<<20)
	second := o.start(t)
	second.begin()
	waitForWaiters(t, home, "*big-1.0.0.lock", 1)
	first.kill()
	if text, err := second.wait(); err != nil {
		t.Fatal(err, text)
	}
	if n := server.Ranges(crate); n != 1 {
		t.Errorf("%d requests for the rest, expected 1", n)
	}
	size := must(os.Stat(filepath.Join(server.Tree.Dir, "big-1.0.0.crate"))).Size()
	if sent := server.Bytes(crate); sent > size+64<<10 {
		t.Errorf("%d bytes were sent of %d", sent, size)
	}
}

func TestFaults(t *testing.T) {
	c := cratekit.New("c", "1.0.0")
	c.Files = map[string]string{"src/data": noise(1 << 20)}
	index, crate := registryserver.IndexPath("c"), registryserver.CratePath("c", "1.0.0")
	for name, faults := range map[string][]faulthttp.Fault{
		"busy":            {{Kind: faulthttp.Status, Path: "*", Status: 503, Times: 3}},
		"too many":        {{Kind: faulthttp.Status, Path: index, Status: 429, RetryAfter: 1, Times: 2}},
		"index cut":       {{Kind: faulthttp.Cut, Path: index, Bytes: 20, Times: 2}},
		"index truncated": {{Kind: faulthttp.Truncate, Path: index, Bytes: 20, Times: 2}},
		"config cut":      {{Kind: faulthttp.Cut, Path: "/index/config.json", Bytes: 10, Times: 2}},
		"crate cut":       {{Kind: faulthttp.Cut, Path: crate, Bytes: 300_000, Times: 2}},
		"crate truncated": {{Kind: faulthttp.Truncate, Path: crate, Bytes: 300_000, Times: 2}},
		"wrong range":     {{Kind: faulthttp.Truncate, Path: crate, Bytes: 300_000, Times: 1}, {Kind: faulthttp.WrongRange, Path: crate, Bytes: 5, Times: 1}},
		"no ranges":       {{Kind: faulthttp.Truncate, Path: crate, Bytes: 300_000, Times: 1}, {Kind: faulthttp.NoRanges, Path: crate}},
		"lies once":       {{Kind: faulthttp.Flip, Path: crate, Bytes: 500_000, Times: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			server := registryserver.Run(t, registryserver.Options{}, c)
			for _, f := range faults {
				if err := server.Inject(f); err != nil {
					t.Fatal(err)
				}
			}
			home := t.TempDir()
			order{Home: home, Index: server.Index(), Query: []string{"c"}, Fetch: true}.must(t)
			expectUnpacked(t, home, "c-1.0.0")
		})
	}
}

func TestErrors(t *testing.T) {
	good := cratekit.New("good", "1.0.0")
	lying := cratekit.New("lying", "1.0.0")
	lying.Checksum = strings.Repeat("0", 64)
	escaping := cratekit.New("escaping", "1.0.0")
	escaping.Extra = []cratekit.Entry{{Data: "x"}}
	escaping.Extra[0].Name = "other-1.0.0/x"
	escaping.Extra[0].Mode = 0o644
	junk := cratekit.New("junk", "1.0.0")
	junk.Archive = []byte("this is no archive")
	server := registryserver.Run(t, registryserver.Options{}, good, lying, escaping, junk)
	if err := server.Tree.PublishLine("page", []byte("<html>login</html>")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		names []string
		fault faulthttp.Fault
		want  []string
	}{
		{[]string{"lying"}, faulthttp.Fault{}, []string{"failed to download `lying v1.0.0`", "failed to verify the checksum of `lying v1.0.0`", strings.Repeat("0", 64)}},
		{[]string{"escaping"}, faulthttp.Fault{}, []string{`invalid crate archive: "other-1.0.0/x": it is not below "escaping-1.0.0"`}},
		{[]string{"junk"}, faulthttp.Fault{}, []string{"invalid crate archive"}},
		{[]string{"page"}, faulthttp.Fault{}, []string{"expected lines of an index", "<html>login</html>"}},
		{[]string{"good"}, faulthttp.Fault{Kind: faulthttp.Status, Path: "/index/*", Status: 500}, []string{"500 Internal Server Error", "4 attempts"}},
		{[]string{"good"}, faulthttp.Fault{Kind: faulthttp.Status, Path: "/index/config.json", Status: 404}, []string{"has no config.json"}},
		{[]string{"good"}, faulthttp.Fault{Kind: faulthttp.Status, Path: "/api/*", Status: 403}, []string{"failed to download `good v1.0.0`", "403 Forbidden"}},
	} {
		t.Run(c.want[0], func(t *testing.T) {
			server.ClearFaults()
			if c.fault.Kind != "" {
				if err := server.Inject(c.fault); err != nil {
					t.Fatal(err)
				}
			}
			home := t.TempDir()
			_, _, err := order{Home: home, Index: server.Index(), Query: c.names, Fetch: true}.do(t)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nhas no %q", err, want)
				}
			}
			filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
				name := filepath.Base(path)
				if strings.HasSuffix(name, ".crate") || strings.HasPrefix(name, c.names[0]+"-") && !strings.HasSuffix(name, ".lock") || strings.Contains(path, "staging/") || strings.Contains(path, "downloads/") {
					t.Errorf("kept: %s", path)
				}
				return nil
			})
		})
	}
}

// TestTokens: a registry that wants a token gets it with each request, from the second command on with the first one.
func TestTokens(t *testing.T) {
	crates, names := someCrates(2)
	server := registryserver.Run(t, registryserver.Options{Token: "Bearer right"}, crates...)
	o := order{Home: t.TempDir(), Index: server.Index(), Query: names, Fetch: true, Token: "Bearer right"}
	o.must(t)
	if n := server.Requests("/index/config.json"); n != 2 {
		t.Errorf("config.json was asked for %d times, expected 2: without a token and with it", n)
	}
	server.Reset()
	o.must(t)
	for _, r := range server.Stats().Log {
		if r.Token != "Bearer right" || r.Status == 401 {
			t.Errorf("%s was asked for with token %q: %d", r.Path, r.Token, r.Status)
		}
	}
	for token, want := range map[string]string{"Bearer wrong": "does not accept the token", "": "wants a token"} {
		_, _, err := order{Home: t.TempDir(), Index: server.Index(), Query: names, Token: token}.do(t)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Bearer") {
			t.Errorf("token %q: %v, expected %q", token, err, want)
		}
	}
}

// TestOffline: what is downloaded comes first, and what is not on the machine is an error that names the flag.
func TestOffline(t *testing.T) {
	older := cratekit.New("c0", "0.9.0")
	crates, names := someCrates(2)
	server := registryserver.Run(t, registryserver.Options{}, append(crates, older)...)
	home := t.TempDir()
	order{Home: home, Index: server.Index(), Query: names}.must(t)
	order{Home: home, Index: server.Index(), Locked: []string{"c0 0.9.0"}, Fetch: true}.must(t)
	server.Reset()
	found, _ := order{Home: home, Index: server.Index(), Query: append(names, "missing"), Offline: "--offline"}.must(t)
	if got := strings.Join(found, " "); got != "c0-0.9.0 c1-1.0.0" {
		t.Errorf("found %s", got)
	}
	_, _, err := order{Home: home, Index: server.Index(), Query: names, Offline: "--offline", Fetch: true}.do(t)
	if err == nil || !strings.Contains(err.Error(), "--offline forbids") || !strings.Contains(err.Error(), "`c1 v1.0.0`") {
		t.Error(err)
	}
	if n := server.Requests("*"); n != 0 {
		t.Errorf("%d requests with --offline", n)
	}
}

// TestLocalRegistry: archives are read where they lie, and checked.
func TestLocalRegistry(t *testing.T) {
	crates, names := someCrates(2)
	lying := cratekit.New("lying", "1.0.0")
	lying.Checksum = strings.Repeat("0", 64)
	dir := registryserver.NewTree(t, append(crates, lying)...).Dir
	o := order{Home: t.TempDir(), Local: dir, Query: names, Fetch: true}
	place := " (registry `" + dir + "`)"
	if _, v := o.must(t); !slices.Equal(v.said(), []string{"Unpacking c0 v1.0.0" + place, "Unpacking c1 v1.0.0" + place}) {
		t.Errorf("said %q", v.said())
	}
	if _, v := o.must(t); len(v.said()) != 0 {
		t.Errorf("a second time: %q", v.said())
	}
	_, _, err := order{Home: o.Home, Local: dir, Query: []string{"lying"}, Fetch: true}.do(t)
	if err == nil || !strings.Contains(err.Error(), "failed to verify the checksum of `lying v1.0.0`") {
		t.Error(err)
	}
}

// TestLocalRegistryReadsAFileOnce: a crate is asked for with many requirements, and its index file may be large.
func TestLocalRegistryReadsAFileOnce(t *testing.T) {
	crates, names := someCrates(1)
	dir := registryserver.NewTree(t, crates...).Dir
	source := crate.LocalRegistrySource(dir)
	local := registry.NewLocal(registry.Env{}, source, crate.PublicSource())
	query := resolve.Query{Name: names[0], Source: crate.PublicSource(), Any: true}
	for range 2 {
		found, err := local.Query(t.Context(), query)
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSameArchiveInTwoRegistries: bytes on their way are named by their checksum, and are nobody else's meanwhile.
func TestSameArchiveInTwoRegistries(t *testing.T) {
	crates, names := someCrates(8)
	home := t.TempDir()
	var orders []order
	for range 2 {
		server := registryserver.Run(t, registryserver.Options{}, crates...)
		o := order{Home: home, Index: server.Index(), Query: names, Fetch: true}
		orders = append(orders, o, o, o)
	}
	together(t, orders...)
	for _, name := range names {
		if found := must(filepath.Glob(filepath.Join(home, "registry", "src", "*", name+"-1.0.0", ".cargo-ok"))); len(found) != 2 {
			t.Errorf("%s is in %q", name, found)
		}
	}
	expectTidy(t, home)
}
