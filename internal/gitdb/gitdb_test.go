package gitdb_test

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/gitdb"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
)

const (
	everything = "+refs/heads/*:refs/remotes/origin/*"
	head       = "+HEAD:refs/remotes/origin/HEAD"
	mainBranch = "+refs/heads/main:refs/remotes/origin/main"
)

func TestEnginesDoTheSame(t *testing.T) {
	for name, engine := range engines(t, options()) {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			first := u.commit("src/a.txt", "one\r\n")
			u.git("tag", "light")
			u.git("tag", "-a", "-m", "x", "heavy")
			if err := os.Symlink("src/a.txt", filepath.Join(u.dir, "link")); err != nil {
				t.Fatal(err)
			}
			second := u.commit("run.sh", "#!/bin/sh\n")
			d := open(t, engine)
			if _, err := d.Commit(t.Context(), first); !errors.Is(err, gitdb.ErrNoRevision) {
				t.Fatalf("before the fetch: %v", err)
			}
			if err := d.Fetch(t.Context(), gitdb.Request{URL: u.url(), Wants: gitdb.Wants{Refs: []string{everything, head}, Tags: true}}); err != nil {
				t.Fatal(err)
			}
			for rev, want := range map[string]string{
				first: first, first[:9]: first, "light": first, "heavy": first, "refs/tags/heavy": first,
				"refs/remotes/origin/HEAD": second, "origin/main": second, second + "~1": first,
			} {
				if got, err := d.Commit(t.Context(), rev); got != want || err != nil {
					t.Errorf("%s is %s (%v), expected %s", rev, got, err, want)
				}
			}
			for _, rev := range []string{"nothing", "0123456789012345678901234567890123456789", "--all", ""} {
				if got, err := d.Commit(t.Context(), rev); !errors.Is(err, gitdb.ErrNoRevision) {
					t.Errorf("%q is %s (%v), expected none", rev, got, err)
				}
			}
			if short, err := d.Abbreviate(t.Context(), second); short != second[:7] || err != nil {
				t.Errorf("%s is shortened to %s: %v", second, short, err)
			}
			if data, err := d.File(t.Context(), first, "src/a.txt"); string(data) != "one\r\n" || err != nil {
				t.Errorf("%q %v", data, err)
			}
			if _, err := d.File(t.Context(), first, "src/none"); !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
			checkOut(t, d, second)
		})
	}
}

// checkOut makes a work tree and has git itself look at it.
func checkOut(t *testing.T, d *gitdb.Database, commit string) {
	t.Helper()
	tree := filepath.Join(t.TempDir(), "tree")
	if err := d.CheckOut(t.Context(), tree, commit); err != nil {
		t.Fatal(err)
	}
	if got := gitdb.Head(tree); got != commit {
		t.Errorf("HEAD is %q, expected %s", got, commit)
	}
	u := &upstream{t, tree}
	if got := u.git("status", "--porcelain"); got != "" {
		t.Errorf("the work tree is not clean: %s", got)
	}
	if got := u.git("describe", "--tags", "--always"); !strings.HasPrefix(got, "heavy-1-g") {
		t.Errorf("describe says %s", got)
	}
	u.git("fsck", "--full")
	if data, err := os.ReadFile(filepath.Join(tree, "link")); string(data) != "one\r\n" || err != nil {
		t.Errorf("through the link: %q %v", data, err)
	}
}

// TestEnginesTakeTurns: each goes on where the other was.
func TestEnginesTakeTurns(t *testing.T) {
	u := newUpstream(t)
	root := t.TempDir()
	both := engines(t, options())
	var commits []string
	for i, name := range []string{"command", "library", "command", "library"} {
		commits = append(commits, u.commit("a.txt", strings.Repeat("x", i+1)))
		u.git("tag", "-f", "moves")
		d := gitdb.Open(place(root), both[name])
		fetch(t, d, u.url(), everything, "+refs/tags/moves:refs/remotes/origin/tags/moves")
		for _, commit := range commits {
			if got, err := d.Commit(t.Context(), commit); err != nil {
				t.Errorf("%s, fetch %d: %s: %s %v", name, i, commit, got, err)
			}
		}
		if got, _ := d.Ref("refs/remotes/origin/tags/moves"); got != commits[i] {
			t.Errorf("%s: the tag is at %s, expected %s", name, got, commits[i])
		}
		if got, _ := d.Ref("refs/remotes/origin/main"); got != commits[i] {
			t.Errorf("%s: the branch is at %s, expected %s", name, got, commits[i])
		}
	}
	out, err := exec.Command("git", "-C", filepath.Join(root, "git/db/up-0123456789abcdef"), "fsck", "--full").CombinedOutput()
	if err != nil {
		t.Errorf("fsck: %v\n%s", err, out)
	}
}

func TestFetchesOnlyWhatIsNew(t *testing.T) {
	for name, engine := range engines(t, options()) {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			noise := make([]byte, 100<<10)
			rand.Read(noise)
			u.commit("a", string(noise))
			s := serve(t, filepath.Dir(u.dir))
			root := t.TempDir()
			d := gitdb.Open(place(root), engine)
			fetch(t, d, s.URL+"/up", mainBranch)
			second := u.commit("b", "2")
			fetch(t, d, s.URL+"/up", mainBranch)
			if got, _ := d.Ref("refs/remotes/origin/main"); got != second {
				t.Errorf("main is at %s, expected %s", got, second)
			}
			packs, _ := filepath.Glob(filepath.Join(root, "git/db/*/objects/pack/*.pack"))
			small := 0
			for _, pack := range packs {
				if info, err := os.Stat(pack); err == nil && info.Size() < 10<<10 {
					small++
				}
			}
			if len(packs) != 2 || small != 1 {
				t.Errorf("packs %q, of which %d small; expected one of all and a small one of what is new", packs, small)
			}
		})
	}
}

// TestRewrittenBranch: the old commit stays, and a branch may become a folder of branches.
func TestRewrittenBranch(t *testing.T) {
	for name, engine := range engines(t, options()) {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.commit("a", "1")
			u.git("checkout", "-q", "-b", "topic")
			old := u.commit("b", "1")
			d := open(t, engine)
			fetch(t, d, u.url(), everything)
			u.git("reset", "-q", "--hard", "main")
			u.git("branch", "-m", "topic", "topic/deeper")
			fresh := u.commit("c", "1")
			fetch(t, d, u.url(), everything)
			if got, _ := d.Ref("refs/remotes/origin/topic/deeper"); got != fresh {
				t.Errorf("topic/deeper is at %q, expected %s", got, fresh)
			}
			if _, there := d.Ref("refs/remotes/origin/topic"); there {
				t.Error("topic is still there beside topic/deeper")
			}
			if _, err := d.Commit(t.Context(), old); err != nil {
				t.Errorf("the commit of before: %v", err)
			}
		})
	}
}

func TestFailuresSayWhatWouldHelp(t *testing.T) {
	for name, engine := range engines(t, options()) {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.commit("a", "1")
			s := serve(t, filepath.Dir(u.dir))
			secret := "tok" + "en-1234"
			withSecret := strings.Replace(s.URL, "://", "://me:"+secret+"@", 1)
			for _, c := range []struct {
				url, ref string
				kind     gitdb.FailureKind
			}{
				{withSecret + "/none", mainBranch, gitdb.Missing},
				{withSecret + "/up", "+refs/heads/none:refs/remotes/origin/none", gitdb.Missing},
				{"http://me:" + secret + "@127.0.0.1:1/up", mainBranch, gitdb.Network},
				{"file:///no/such/place", mainBranch, gitdb.Missing},
			} {
				err := open(t, engine).Fetch(t.Context(), gitdb.Request{URL: c.url, Wants: gitdb.Wants{Refs: []string{c.ref}}})
				var failed *gitdb.FetchError
				if !errors.As(err, &failed) || failed.Kind != c.kind {
					t.Errorf("%s: %v, expected kind %d", c.url, err, c.kind)
				}
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows the password: %v", err)
				}
			}
		})
	}
}

// TestSilentServersAreGivenUp: http.timeout and http.low-speed-limit hold for both engines, before an answer and in one.
func TestSilentServersAreGivenUp(t *testing.T) {
	root := t.TempDir()
	repo := gitkit.NewRepo(t, filepath.Join(root, "up"))
	repo.Commit(map[string]string{"a": rand.Text(), "b": strings.Repeat(rand.Text(), 1000)})
	limited := options()
	limited.HTTP = gitdb.HTTP{Timeout: 1, LowSpeedLimit: 1}
	patient := engines(t, options())
	for name, engine := range engines(t, limited) {
		for _, fault := range []faulthttp.Fault{
			{Kind: faulthttp.Hold, Path: "*/info/refs*", Event: "never"},
			{Kind: faulthttp.Stall, Path: "*/git-upload-pack", Bytes: 60, Event: "never"},
		} {
			t.Run(name+" "+string(fault.Kind), func(t *testing.T) {
				t.Parallel()
				server := gitkit.RunHTTP(t, root, nil)
				fault.Times = 1
				if err := server.Inject(fault); err != nil {
					t.Fatal(err)
				}
				at := place(t.TempDir())
				err := gitdb.Open(at, engine).Fetch(t.Context(), gitdb.Request{URL: server.Repo("up"), Wants: gitdb.Wants{Refs: []string{head}}})
				var failed *gitdb.FetchError
				if !errors.As(err, &failed) || failed.Kind != gitdb.Network || !strings.Contains(strings.ToLower(failed.Said), "too slow") {
					t.Errorf("%v", err)
				}
				server.ClearFaults() // on a busy machine it may have been given up before it came to the fault
				fetch(t, gitdb.Open(at, patient[name]), server.Repo("up"), head)
			})
		}
	}
}

// TestTreesOfBothEngines: names and contents of files, from an object database that grows meanwhile.
func TestTreesOfBothEngines(t *testing.T) {
	for name, engine := range engines(t, options()) {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			texts := map[string]string{"a/b": "one\r\n\x00", "a/c": "", "deep/er/file": strings.Repeat("text\n", 50000)}
			var commit string
			for path, text := range texts {
				commit = u.commit(path, text)
			}
			d := open(t, engine)
			if _, err := d.Tree(t.Context(), commit); !errors.Is(err, gitdb.ErrNoRevision) {
				t.Errorf("before the fetch: %v", err)
			}
			fetch(t, d, u.url(), head)
			if _, err := d.Tree(t.Context(), strings.Repeat("0", 40)); !errors.Is(err, gitdb.ErrNoRevision) {
				t.Errorf("a commit that is none: %v", err)
			}
			tree, err := d.Tree(t.Context(), commit)
			if err != nil {
				t.Fatal(err)
			}
			u.commit("other", "x")
			fetch(t, d, u.url(), head)
			for path, text := range texts {
				blob, err := tree.Blob(path)
				if want := u.git("rev-parse", "HEAD:"+path); blob != want || err != nil {
					t.Errorf("%s is %q (%v), expected %s", path, blob, err, want)
				}
				if got, err := tree.Read(blob); string(got) != text || err != nil {
					t.Errorf("%s: %d bytes (%v), expected %d", path, len(got), err, len(text))
				}
			}
			for _, path := range []string{"", "a", "none", "a/b/c", "none/of/it", "other", "a\nb", "../a"} {
				if blob, err := tree.Blob(path); blob != "" || err != nil {
					t.Errorf("%q is %q (%v), expected nothing", path, blob, err)
				}
			}
			for _, blob := range []string{strings.Repeat("0", 40), "", "HEAD", "x\ny"} {
				if text, err := tree.Read(blob); err == nil {
					t.Errorf("%q holds %q", blob, text)
				}
			}
			if blob, err := tree.Blob("a/b"); blob == "" || err != nil {
				t.Errorf("after errors: %q %v", blob, err)
			}
			if err := tree.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
