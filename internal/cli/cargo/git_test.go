package cargo_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/proxies"
)

// gitWorld is a repository with a branch, tags and a submodule, served over HTTP.
type gitWorld struct {
	*twins
	dep, sub *gitkit.Repo
	server   gitkit.HTTP
}

func newGitWorld(t *testing.T) *gitWorld {
	t.Helper()
	root := realDir(t)
	w := &gitWorld{twins: newTwins(t), dep: gitkit.NewRepo(t, filepath.Join(root, "dep")), sub: gitkit.NewRepo(t, filepath.Join(root, "sub")), server: gitkit.RunHTTP(t, root, nil)}
	w.sub.Commit(map[string]string{"sub.txt": "sub\n"})
	w.dep.Commit(gitkit.Package("", "dep", "0.1.0"))
	w.dep.Submodule("../sub", "vendor/sub")
	w.dep.Tag("v1", "")
	return w
}

func (w *gitWorld) url() string { return w.server.Repo("dep") }

// checkedOut are the files of all checkouts, by their paths in the home.
func (w *gitWorld) checkedOut(home string) string {
	w.Helper()
	var all []string
	for _, pattern := range []string{"*/*/*", "*/*/src/*", "*/*/vendor/sub/*"} {
		found, err := filepath.Glob(filepath.Join(home, "git", "checkouts", pattern))
		if err != nil {
			w.Fatal(err)
		}
		for _, path := range found {
			all = append(all, strings.TrimPrefix(path, home))
		}
	}
	return strings.Join(all, "\n")
}

// TestGitReferencesBesideStock: each kind of reference, from cold homes, and what becomes of it when the repository moves.
func TestGitReferencesBesideStock(t *testing.T) {
	t.Parallel()
	w := newGitWorld(t)
	w.fewer = true // a commit that is here is not fetched, nor is a submodule of one
	first := w.dep.Head()
	w.dep.Branch("topic/one")
	topic := w.dep.Commit(map[string]string{"topic.txt": "x"})
	w.dep.Git("update-ref", "refs/pull/7/head", topic)
	w.dep.Branch("master")
	for i, reference := range []string{"", `, branch = "topic/one"`, `, tag = "v1"`, `, rev = "` + first + `"`, `, rev = "` + first[:8] + `"`, `, rev = "refs/pull/7/head"`, `, branch = "none"`, `, tag = "none"`, `, rev = "0123456789"`} {
		w.project(fmt.Sprintf("dep = { git = %q%s }\n", w.url(), reference))
		for _, line := range []string{"fetch", "metadata --format-version 1 --locked"} {
			w.same(line)
		}
		w.dep.Branch("topic/one")
		w.dep.Commit(map[string]string{"topic.txt": fmt.Sprint(i)})
		w.dep.Branch("master")
		w.sub.Commit(map[string]string{"sub.txt": fmt.Sprint(i)})
		w.dep.Git("-C", "vendor/sub", "fetch", "-q")
		w.dep.Git("-C", "vendor/sub", "checkout", "-q", "origin/HEAD")
		moved := w.dep.Commit(map[string]string{"moved.txt": fmt.Sprint(i)})
		for _, line := range []string{"fetch --locked", "update --dry-run", "update", "update dep --precise " + first, "update dep --precise " + moved[:9], "generate-lockfile --offline"} {
			w.same(line)
		}
	}
	// Stock checks out what it refuses in the end, too.
	theirs := strings.Split(w.checkedOut(w.stocks), "\n")
	for file := range strings.SplitSeq(w.checkedOut(w.ours), "\n") {
		if !slices.Contains(theirs, file) {
			t.Errorf("%s is checked out by us alone", file)
		}
	}
	// A reference that is not found makes stock begin its database anew, so that the others are gone.
	w.project(fmt.Sprintf("dep = { git = %q, tag = \"v1\" }\n", w.url()))
	w.same("fetch")
	asked := w.server.Requests("*")
	w.ours, w.stocks = w.stocks, w.ours
	w.same("generate-lockfile --offline")
	w.same("fetch --locked")
	if more := w.server.Requests("*") - asked; more != 0 {
		t.Errorf("%d requests for what the other had fetched", more)
	}
}

// TestGitServerFails: one that cuts is asked again; one that says nothing any more is given up; each is an error that
// names the repository, and the next run succeeds.
func TestGitServerFails(t *testing.T) {
	t.Parallel()
	const packs = "/dep/git-upload-pack"
	for name, scene := range map[string]struct {
		fault faulthttp.Fault
		retry string
		fails bool
		want  string
	}{
		"cut once":      {faulthttp.Fault{Path: packs, Kind: faulthttp.Cut, Bytes: 300, Times: 1, Skip: 1}, "1", false, "spurious network error"},
		"cut":           {faulthttp.Fault{Path: packs, Kind: faulthttp.Cut, Bytes: 300}, "0", true, "failed to fetch"},
		"truncated":     {faulthttp.Fault{Path: packs, Kind: faulthttp.Truncate, Bytes: 300, Skip: 1}, "0", true, "failed to fetch"},
		"stalled":       {faulthttp.Fault{Path: packs, Kind: faulthttp.Stall, Bytes: 300, Skip: 1, Event: "never"}, "0", true, "failed to fetch"},
		"no answer":     {faulthttp.Fault{Path: packs, Kind: faulthttp.Hold, Event: "never"}, "0", true, "failed to fetch"},
		"server errors": {faulthttp.Fault{Path: "/dep/info/refs", Kind: faulthttp.Status, Status: 503}, "0", true, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newGitWorld(t)
			w.project(fmt.Sprintf("dep = { git = %q }\n", w.url()))
			if err := w.server.Inject(scene.fault); err != nil {
				t.Fatal(err)
			}
			env := []string{"CARGO_HOME=" + w.ours, "CARGO_NET_RETRY=" + scene.retry}
			limited := env
			if scene.fault.Event != "" { // who is not stalled has all the time that a busy machine takes
				limited = append(env, "CARGO_HTTP_TIMEOUT=1")
			}
			r := w.berth(limited, "fetch")
			if (r.Code != 0) != scene.fails || !strings.Contains(r.Stderr, scene.want) || !strings.Contains(r.Stderr, w.url()) {
				t.Errorf("exit %d, expected %q:\n%s", r.Code, scene.want, r.Stderr)
			}
			w.server.ClearFaults()
			if r := w.berth(env, "fetch"); r.Code != 0 {
				t.Errorf("the next run: %s", r.Stderr)
			}
		})
	}
}

// TestGitAddressBesideStock: what a manifest has behind the path of a repository's address is said as stock says it, and never sent.
func TestGitAddressBesideStock(t *testing.T) {
	t.Parallel()
	w := newGitWorld(t)
	for _, behind := range []string{"#part", "?x=1"} {
		w.project(fmt.Sprintf("dep = { git = %q }\n", w.url()+behind))
		w.same("generate-lockfile")
	}
}

// TestGitThroughProxies: the proxies of the user's git, and those of the configuration before them, with the git command and
// where there is none. The server's name is known to the proxies alone.
func TestGitThroughProxies(t *testing.T) {
	t.Parallel()
	w := newGitWorld(t)
	bare := realDir(t)
	if _, err := gitkit.BuildHelper(bare); err != nil {
		t.Fatal(err)
	}
	hosts := map[string]string{"git.test:80": strings.TrimPrefix(w.server.URL(), "http://")}
	users, ours := proxies.Run(t, &proxies.HTTP{Hosts: hosts}), proxies.Run(t, &proxies.HTTP{Hosts: hosts})
	w.project("dep = { git = \"http://git.test/dep\" }\n")
	home := realDir(t)
	w.write(filepath.Join(home, ".gitconfig"), "[http \"http://git.test\"]\nproxy = "+users.URL()+"\n")
	for _, c := range []struct {
		proxy  string
		first  *proxies.HTTP
		second *proxies.HTTP
		code   int
	}{{"", users, ours, 0}, {"http.proxy = \"" + ours.URL() + "\"\n", ours, users, 0}, {"http.proxy = \"\"\n", nil, users, 101}} {
		w.write(".cargo/config.toml", "net.retry = 0\n"+c.proxy)
		for _, path := range []string{"", "PATH=" + bare} {
			env := []string{"HOME=" + home, "CARGO_HOME=" + realDir(t), "NO_PROXY=", "no_proxy="}
			if path != "" {
				env = append(env, path)
			}
			before, other := 0, c.second.Counts().Requests
			if c.first != nil {
				before = c.first.Counts().Requests
			}
			r := w.berth(env, "fetch")
			if r.Code != c.code || c.first != nil && c.first.Counts().Requests == before || c.second.Counts().Requests != other {
				t.Errorf("%s %s: %d\n%s", c.proxy, path, r.Code, r.Stderr)
			}
		}
	}
}
