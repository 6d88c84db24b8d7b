package registryserver

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/proxies"
	"berth/internal/testkit/stock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// crates are what most tests serve: app's dependency a, and its own.
func crates() []cratekit.Crate {
	a := cratekit.New("a", "1.0.0", "Bar-Baz 2", "ghi")
	a.Description = "the first of all"
	return []cratekit.Crate{a, cratekit.New("Bar-Baz", "2.0.1"), cratekit.New("ghi", "0.1.0")}
}

// write puts a text into a file and makes its folder.
func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// project is a package with dependency lines, and a stock Cargo whose home has the configuration.
func project(t *testing.T, config string, deps ...string) (*stock.Cargo, string) {
	t.Helper()
	cargo, dir := stock.NewCargo(t), t.TempDir()
	write(t, filepath.Join(cargo.Home, "config.toml"), config)
	write(t, filepath.Join(dir, "Cargo.toml"), "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n"+strings.Join(deps, "\n"))
	write(t, filepath.Join(dir, "src", "lib.rs"), "")
	return cargo, dir
}

// unpacked asserts that the crates are in the home's registry/src.
func unpacked(t *testing.T, cargo *stock.Cargo, crates ...string) {
	t.Helper()
	for _, name := range crates {
		found, err := filepath.Glob(filepath.Join(cargo.Home, "registry", "src", "*", name, "Cargo.toml"))
		if err != nil || len(found) != 1 {
			t.Errorf("%s in registry/src: %v, %v", name, found, err)
		}
	}
}

func TestSparse(t *testing.T) {
	for name, options := range map[string]Options{
		"plain": {}, "gzip": {Gzip: true}, "no tags": {NoTags: true}, "no dates": {NoDates: true},
		"template": {Download: "{url}/files/{lowerprefix}/{prefix}/{crate}-{version}.crate?sum={sha256-checksum}"},
		"folder":   {Download: "{url}/files"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Run(t, options, crates()...)
			cargo, dir := project(t, s.Replace(), `a = "1"`)
			cargo.Run(dir, "fetch")
			unpacked(t, cargo, "a-1.0.0", "Bar-Baz-2.0.1", "ghi-0.1.0")
			for path, n := range s.Stats().Requests {
				if n != 1 {
					t.Errorf("%d requests for %s", n, path)
				}
			}
			s.Reset()
			cargo.Run(dir, "update")
			for _, r := range s.Stats().Log {
				if r.Path != "/index/config.json" && (r.Status != http.StatusNotModified || r.Condition == "") {
					t.Errorf("%s %s: %d with condition %q, expected that it has not changed", r.Method, r.Path, r.Status, r.Condition)
				}
			}
		})
	}
}

// TestPublishLater: what is published and yanked is there with the next request.
func TestPublishLater(t *testing.T) {
	s := Run(t, Options{}, crates()...)
	cargo, dir := project(t, s.Replace(), `ghi = "0.1"`)
	lock := func() string {
		cargo.Run(dir, "update")
		text, err := os.ReadFile(filepath.Join(dir, "Cargo.lock"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	lock()
	if err := s.Tree.Publish(cratekit.New("ghi", "0.1.7")); err != nil {
		t.Fatal(err)
	}
	if text := lock(); !strings.Contains(text, `version = "0.1.7"`) {
		t.Errorf("after the publication\n%s", text)
	}
	if err := s.Tree.Yank("ghi", "0.1.7", true); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "Cargo.lock")); err != nil {
		t.Fatal(err)
	}
	if text := lock(); strings.Contains(text, `version = "0.1.7"`) {
		t.Errorf("after yanking\n%s", text)
	}
}

func TestToken(t *testing.T) {
	s := Run(t, Options{Token: "secret"}, crates()...)
	cargo, dir := project(t, s.Registry("own"), `a = { version = "1", registry = "own" }`)
	for _, c := range []struct{ token, want string }{{"", "no token found"}, {"wrong", "401"}, {"secret", ""}} {
		token, want := c.token, c.want
		env := []string{"CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS=cargo:token"}
		if token != "" {
			env = append(env, "CARGO_REGISTRIES_OWN_TOKEN="+token)
		}
		if r := cargo.Try(dir, env, "fetch"); (r.Code == 0) != (want == "") || !strings.Contains(r.Stderr, want) {
			t.Errorf("token %q: exit %d, expected %q in\n%s", token, r.Code, want, r.Stderr)
		}
	}
	unpacked(t, cargo, "a-1.0.0")
}

func TestSearch(t *testing.T) {
	s := Run(t, Options{}, crates()...)
	cargo, dir := project(t, s.Registry("own"))
	out := cargo.Run(dir, "search", "--registry", "own", "first")
	if want := "a = \"1.0.0\"    # the first of all\n"; out != want {
		t.Errorf("found %q, expected %q", out, want)
	}
	if r := cargo.Try(dir, nil, "search", "--registry", "own", "--limit", "1", ""); !strings.Contains(r.Stdout+r.Stderr, "and 2 crates more") {
		t.Errorf("one of three: %q %q", r.Stdout, r.Stderr)
	}
}

// TestGitIndex: over HTTP, by the daemon, and as a file.
func TestGitIndex(t *testing.T) {
	options := Options{GitIndex: filepath.Join(t.TempDir(), "index.git")}
	s := Run(t, options, crates()...)
	if _, err := s.CommitIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	daemon := gitkit.RunDaemon(t, filepath.Dir(options.GitIndex))
	for _, url := range []string{s.GitIndex(), daemon.Repo("index.git"), "file://" + filepath.ToSlash(options.GitIndex)} {
		cargo, dir := project(t, Replace(fmt.Sprintf("registry = %q", url)), `a = "1"`)
		cargo.Run(dir, "fetch")
		unpacked(t, cargo, "a-1.0.0", "Bar-Baz-2.0.1", "ghi-0.1.0")
	}
	if err := s.Tree.Publish(cratekit.New("a", "1.5.0")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CommitIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	cargo, dir := project(t, Replace(fmt.Sprintf("registry = %q", s.GitIndex())), `a = "1"`)
	cargo.Run(dir, "fetch")
	unpacked(t, cargo, "a-1.5.0")
}

// TestFoldersAsSources: the tree is a local registry, and vendored crates are a directory source.
func TestFoldersAsSources(t *testing.T) {
	tree := NewTree(t, crates()...)
	cargo, dir := project(t, Replace(fmt.Sprintf("local-registry = %q", tree.Dir)), `a = "1"`)
	cargo.Run(dir, "fetch")
	unpacked(t, cargo, "a-1.0.0", "Bar-Baz-2.0.1")

	vendored := t.TempDir()
	if err := cratekit.Vendor(vendored, crates()...); err != nil {
		t.Fatal(err)
	}
	cargo, dir = project(t, Replace(fmt.Sprintf("directory = %q", vendored)), `a = "1"`)
	cargo.Run(dir, "check", "--offline")
}

// TestTLS: with an authority of our own and many streams on one connection.
func TestTLS(t *testing.T) {
	authority, err := proxies.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	ca := authority.CA(t)
	root := cratekit.New("root", "1.0.0")
	var all []cratekit.Crate
	for i := range 20 {
		c := cratekit.New(fmt.Sprintf("leaf%02d", i), "1.0.0")
		root.Deps = append(root.Deps, cratekit.Dep{Name: c.Name})
		all = append(all, c)
	}
	for offer, proto := range map[faulthttp.Protocol]string{faulthttp.HTTP1: "HTTP/1.1", faulthttp.HTTP2: "HTTP/2.0"} {
		s := RunTLS(t, NewTree(t, append(all, root)...), Options{}, cert, offer)
		cargo, dir := project(t, s.Replace(), `root = "1"`)
		if r := cargo.Try(dir, []string{"CARGO_NET_RETRY=0"}, "fetch"); r.Code == 0 {
			t.Error("an unknown authority is trusted")
		}
		s.Reset()
		if err := s.Inject(faulthttp.Fault{Kind: faulthttp.Delay, Path: "/index/le/*", Millis: 50}); err != nil {
			t.Fatal(err)
		}
		if r := cargo.Try(dir, []string{"CARGO_HTTP_CAINFO=" + ca}, "fetch"); r.Code != 0 {
			t.Fatalf("exit %d\n%s", r.Code, r.Stderr)
		}
		stats := s.Stats()
		for _, r := range stats.Log {
			if r.Proto != proto {
				t.Errorf("%s over %s, expected %s", r.Path, r.Proto, proto)
			}
		}
		if multiplexed := stats.MaxStreams > 1; multiplexed != (offer == faulthttp.HTTP2) {
			t.Errorf("%s: %d connections, at most %d requests at once on one", proto, stats.Connections, stats.MaxStreams)
		}
	}
}

// TestThroughProxies: the registry's name exists nowhere but in the proxies.
func TestThroughProxies(t *testing.T) {
	authority, err := proxies.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Certificate("registry.test")
	if err != nil {
		t.Fatal(err)
	}
	ca := authority.CA(t)
	s := RunTLS(t, NewTree(t, crates()...), Options{URL: "https://registry.test"}, cert, faulthttp.HTTP2)
	hosts := map[string]string{"registry.test:443": s.Addr()}
	login := &proxies.Login{User: "me", Password: "secret"}
	forward := proxies.Run(t, &proxies.HTTP{Hosts: hosts, Login: login})
	socks := proxies.Run(t, &proxies.SOCKS{Hosts: hosts, Login: login})
	for _, proxy := range []string{forward.URLWithLogin(), socks.URL("socks5h")} {
		cargo, dir := project(t, s.Replace(), `a = "1"`)
		if r := cargo.Try(dir, []string{"CARGO_HTTP_CAINFO=" + ca, "CARGO_HTTP_PROXY=" + proxy}, "fetch"); r.Code != 0 {
			t.Errorf("by %s: exit %d\n%s", proxy, r.Code, r.Stderr)
		}
		unpacked(t, cargo, "a-1.0.0")
	}
	if forward.Counts().Tunnels == 0 || socks.Counts().Names == 0 {
		t.Errorf("through the proxies went %+v and %+v", forward.Counts(), socks.Counts())
	}
}

func TestNothingOutsideTheTree(t *testing.T) {
	s := Run(t, Options{Download: "{url}/files/{crate}-{version}.crate"}, crates()...)
	for path, want := range map[string]int{
		"/index/": 404, "/index/1": 404, "/index/1/a": 200, "/index/1/b": 404, "/index/config.json": 200, "/": 404, "/files/a-1.0.0.crate": 200,
		"/files/a-9.0.0.crate": 404, "/files/..%2fa-1.0.0.crate": 404, "/api/v1/crates/a/1.0.0/download": 200, "/api/v1/crates/..%2fa/1.0.0/download": 404,
	} {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		if _ = resp.Body.Close(); resp.StatusCode != want {
			t.Errorf("%s: %d, expected %d", path, resp.StatusCode, want)
		}
	}
}
