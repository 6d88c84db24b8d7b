package registry_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

const (
	gitAsked = "/git/index.git/info/refs"
	gitSent  = "/git/index.git/git-upload-pack"
)

// gitServer serves crates with the index as a git repository.
func gitServer(t *testing.T, options registryserver.Options, crates ...cratekit.Crate) *registryserver.Server {
	t.Helper()
	options.GitIndex = filepath.Join(t.TempDir(), "index.git")
	server := registryserver.Run(t, options, crates...)
	commit(t, server)
	return server
}

func commit(t *testing.T, server *registryserver.Server) {
	t.Helper()
	if _, err := server.CommitIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// publish adds a crate and commits the index.
func publish(t *testing.T, server *registryserver.Server, name, version string) {
	t.Helper()
	if err := server.Tree.Publish(cratekit.New(name, version)); err != nil {
		t.Fatal(err)
	}
	commit(t, server)
}

func gitReplace(server *registryserver.Server) string {
	return registryserver.Replace(fmt.Sprintf("registry = %q", server.GitIndex()))
}

// indexRepo is the repository of the only index in a home.
func indexRepo(t *testing.T, home string) string {
	t.Helper()
	found := must(filepath.Glob(filepath.Join(home, "registry", "index", "*", ".git")))
	if len(found) != 1 {
		t.Fatalf("expected one index, got %q", found)
	}
	return found[0]
}

// TestGitHomeAsStock: caches, archives and sources are the same to the byte, the repository is one to stock, and each
// goes on with the other's without the network.
func TestGitHomeAsStock(t *testing.T) {
	crates, names := someCrates(3)
	crates, names = append(crates, oddCrates()...), append(names, "odd", "Bar-Baz")
	server := gitServer(t, registryserver.Options{}, crates...)
	cargo := stock.NewCargo(t)
	dir := project(t, gitReplace(server), names...)
	cargo.Run(dir, "fetch")
	ours := order{Home: t.TempDir(), Index: server.GitIndex(), Query: names, Fetch: true}
	_, v := ours.must(t)
	if said := v.said(); !strings.HasPrefix(said[len(said)-1], "Updating ") {
		t.Errorf("said %q", said)
	}
	index := filepath.Base(filepath.Dir(indexRepo(t, cargo.Home)))
	expectSame(t, cargo.Home, ours.Home, filepath.Join("index", index, ".cache"), "cache", "src")
	server.Reset()
	order{Home: cargo.Home, Index: server.GitIndex(), Locked: locked(names), Fetch: true}.must(t)
	order{Home: cargo.Home, Index: server.GitIndex(), Query: names, Offline: "--offline", Fetch: true}.must(t)
	goOn(cargo, dir, ours.Home, cargo.Home)
	if n := server.Requests("*"); n != 0 {
		t.Errorf("%d requests for what the other has", n)
	}

	// What is new is fetched by the one into what the other made, in turns.
	mixed := *cargo
	for i, home := range []string{ours.Home, cargo.Home} {
		mixed.Home = home
		for turn := range 2 {
			name := fmt.Sprintf("new%d-%d", i, turn)
			publish(t, server, name, "1.0.0")
			if turn == i {
				mixed.Run(project(t, gitReplace(server), name), "fetch")
			} else if found, _, err := (order{Home: home, Index: server.GitIndex(), Query: []string{name}, Fetch: true}).do(t); len(found) != 1 || err != nil {
				t.Errorf("%s: %v %v", name, found, err)
			}
			expectUnpacked(t, home, name+"-1.0.0")
		}
		if out, err := exec.Command("git", "--git-dir", indexRepo(t, home), "fsck", "--full").CombinedOutput(); err != nil {
			t.Errorf("fsck: %v\n%s", err, out)
		}
	}
}

// TestGitAsksOnlyWhenNeeded: once for what is open, and for what Cargo.lock names only if the commit here has it not.
func TestGitAsksOnlyWhenNeeded(t *testing.T) {
	crates, names := someCrates(4)
	server := gitServer(t, registryserver.Options{}, crates...)
	o := order{Home: t.TempDir(), Index: server.GitIndex(), Query: append(names, "missing", "Not_A/name")}
	if found, _ := o.must(t); len(found) != 4 {
		t.Errorf("found %q", found)
	}
	if asked := server.Requests(gitAsked); asked != 1 {
		t.Errorf("the index was asked for %d times", asked)
	}
	publish(t, server, "c0", "1.1.0")
	server.Reset()
	old := order{Home: o.Home, Index: o.Index, Locked: locked(names)}
	old.must(t)
	if n := server.Requests("*"); n != 0 {
		t.Errorf("%d requests for what is here", n)
	}
	old.Locked = append(old.Locked, "c0 1.1.0", "c0 9.9.9")
	found, _ := old.must(t)
	if !slices.Contains(found, "c0-1.1.0") || server.Requests(gitAsked) != 1 {
		t.Errorf("found %q with %d requests", found, server.Requests(gitAsked))
	}
	server.Reset()
	old.Offline, old.Query = "--offline", []string{"c0"}
	if found, v := old.must(t); !slices.Contains(found, "c0-1.1.0") || server.Requests("*") != 0 || len(v.said()) != 0 {
		t.Errorf("offline: found %q, said %q", found, v.said())
	}
	empty := order{Home: t.TempDir(), Index: o.Index, Offline: "--offline", Query: names}
	if found, _ := empty.must(t); len(found) != 0 {
		t.Errorf("in an empty home: %q", found)
	}
	if made := must(os.ReadDir(empty.Home)); len(made) != 0 {
		t.Errorf("made %v offline", made)
	}
}

// TestGitManyProcessesFetchOnce: 16 cold ones at the same moment.
func TestGitManyProcessesFetchOnce(t *testing.T) {
	crates, names := someCrates(6)
	server := gitServer(t, registryserver.Options{}, crates...)
	o := order{Home: t.TempDir(), Index: server.GitIndex(), Query: names, Fetch: true}
	orders := make([]order, 16)
	for i := range orders {
		orders[i] = o
	}
	// Nobody has the answer before all have begun.
	if err := server.Inject(faulthttp.Fault{Path: gitAsked, Kind: faulthttp.Hold, Event: "all"}); err != nil {
		t.Fatal(err)
	}
	go func() {
		waitForWaiters(t, o.Home, "index-*", len(orders)-1)
		server.Release("all")
	}()
	together(t, orders...)
	expectOnce(t, server, gitAsked)
	for _, name := range names {
		expectOnce(t, server, registryserver.CratePath(name, "1.0.0"))
	}
	expectTidy(t, o.Home)
}

// TestGitReadersWaitForNobody: while the index is being fetched, and the server does not answer, what Cargo.lock names is
// read from the commit that is here.
func TestGitReadersWaitForNobody(t *testing.T) {
	crates, names := someCrates(2)
	server := gitServer(t, registryserver.Options{}, crates...)
	o := order{Home: t.TempDir(), Index: server.GitIndex(), Locked: locked(names), Fetch: true}
	o.must(t)
	server.Reset()
	if err := server.Inject(faulthttp.Fault{Path: gitAsked, Kind: faulthttp.Hold, Event: "never"}); err != nil {
		t.Fatal(err)
	}
	slow := order{Home: o.Home, Index: o.Index, Query: names}.start(t)
	slow.begin()
	if err := server.AwaitRequests(t.Context(), gitAsked, 1); err != nil {
		t.Fatal(err)
	}
	if found, _ := o.must(t); len(found) != 2 {
		t.Errorf("found %q", found)
	}
	slow.kill()
}

// TestGitKilledAnywhere: nothing that arrived is sent again, and stock goes on with what is there.
func TestGitKilledAnywhere(t *testing.T) {
	crates, names := someCrates(2)
	server := gitServer(t, registryserver.Options{}, crates...)
	cargo := stock.NewCargo(t)
	dir := project(t, gitReplace(server), names...)
	killAnywhere(t, server, names, func() order {
		return order{Home: t.TempDir(), Index: server.GitIndex(), Query: names, Fetch: true}
	}, func(t *testing.T, o order) {
		mixed := *cargo
		mixed.Home = o.Home
		mixed.Run(dir, "fetch", "--offline")
	})
}

// TestGitDamagedIndex: it is fetched anew where it may be, and named where it may not.
func TestGitDamagedIndex(t *testing.T) {
	crates, names := someCrates(2)
	server := gitServer(t, registryserver.Options{}, crates...)
	o := order{Home: t.TempDir(), Index: server.GitIndex(), Query: names}
	o.must(t)
	for _, pack := range must(filepath.Glob(filepath.Join(indexRepo(t, o.Home), "objects", "pack", "*.pack"))) {
		if err := os.Chmod(pack, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(pack, 20); err != nil {
			t.Fatal(err)
		}
	}
	offline := o
	offline.Offline = "--offline"
	if _, _, err := offline.do(t); err == nil || !strings.Contains(err.Error(), "without --offline") || !strings.Contains(err.Error(), "index of registry") {
		t.Errorf("offline: %v", err)
	}
	if found, _ := o.must(t); len(found) != 2 {
		t.Errorf("found %q", found)
	}
	if found, _ := offline.must(t); len(found) != 2 {
		t.Errorf("afterwards: %q", found)
	}
}

// TestGitTokens: the token goes to the archives' server, and is asked for only there.
func TestGitTokens(t *testing.T) {
	crates, names := someCrates(1)
	server := gitServer(t, registryserver.Options{Token: "secret"}, crates...)
	o := order{Home: t.TempDir(), Index: server.GitIndex(), Query: names}
	o.must(t)
	o.Fetch = true
	if _, _, err := o.do(t); err == nil || !strings.Contains(err.Error(), "wants a token") {
		t.Errorf("without a token: %v", err)
	}
	o.Token = "secret"
	o.must(t)
	expectUnpacked(t, o.Home, "c0-1.0.0")
}

// TestGitErrors: each says what is wrong with which registry.
func TestGitErrors(t *testing.T) {
	crates, names := someCrates(1)
	server := gitServer(t, registryserver.Options{}, crates...)
	for index, want := range map[string]string{
		server.URL() + "/git/none.git":               "failed to fetch " + server.URL() + "/git/none.git",
		"file://" + filepath.ToSlash(t.TempDir()):    "failed to fetch file://",
		"http://user:word@127.0.0.1:1/git/index.git": "failed to fetch http://127.0.0.1:1/git/index.git",
	} {
		_, _, err := order{Home: t.TempDir(), Index: index, Query: names}.do(t)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "word") {
			t.Errorf("%s: %v, expected %q", index, err, want)
		}
	}
}
