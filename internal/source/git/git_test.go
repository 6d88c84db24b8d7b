package git_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/source/git"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/runnable"
)

const packs = "*/git-upload-pack"

// TestCheckedOutCostsNothing: neither git nor network nor a lock file is touched.
func TestCheckedOutCostsNothing(t *testing.T) {
	w := newWorld(t)
	root := t.TempDir()
	got, err := newSource(root, "command", &voice{}, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), crate.DefaultBranch, ""))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "berth")); err != nil {
		t.Fatal(err)
	}
	none := func() gitdb.Engine { t.Fatal("git was wanted"); return nil }
	again, err := git.New(homeAt(root), none, git.Policy{Offline: "--frozen"}, &voice{}).Checkout(t.Context(), got.Source)
	if err != nil || again.Dir != got.Dir {
		t.Errorf("%s %v, expected %s", again.Dir, err, got.Dir)
	}
	if _, err := os.Stat(filepath.Join(root, "berth")); err == nil {
		t.Error("lock files were made")
	}
}

// TestUnfinishedCheckoutIsMadeAgain, from the database alone.
func TestUnfinishedCheckoutIsMadeAgain(t *testing.T) {
	w := newWorld(t)
	root := t.TempDir()
	got, err := newSource(root, "command", &voice{}, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), crate.DefaultBranch, ""))
	if err != nil {
		t.Fatal(err)
	}
	want := treeOf(t, got.Dir)
	for _, name := range []string{".cargo-ok", "Cargo.toml"} {
		if err := os.Remove(filepath.Join(got.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(got.Dir, "stray"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := newSource(root, "command", &voice{}, git.Policy{Offline: "--offline"}).Checkout(t.Context(), got.Source); err != nil {
		t.Fatal(err)
	}
	if have := treeOf(t, got.Dir); len(have) != len(want) || have["Cargo.toml"] != want["Cargo.toml"] {
		t.Errorf("%q\nexpected %q", have, want)
	}
}

// TestManyAtOnce: eight processes that want the same locked commit fetch it once; those that want what is there do not
// wait for a fetch that hangs.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	server := gitkit.RunHTTP(t, w.root, nil)
	root := t.TempDir()
	id := sourceOf(t, server.Repo("up"), crate.DefaultBranch, "").WithPrecise(w.up.Head())
	var outs [8]bytes.Buffer
	var waits []func() error
	for i := range outs {
		cmd := process(t, root, id)
		cmd.Stdout, cmd.Stderr = &outs[i], &outs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waits = append(waits, cmd.Wait)
	}
	for i, wait := range waits {
		if err := wait(); err != nil || outs[i].String() != outs[0].String() {
			t.Errorf("process %d: %v: %s", i, err, outs[i].String())
		}
	}
	// One request for the references and one for the objects, of three repositories.
	if n := server.Requests(packs); n > 6 {
		t.Errorf("%d requests to upload-pack, expected at most 6", n)
	}
	if n := server.Requests("*/info/refs*"); n != 3 {
		t.Errorf("%d handshakes, expected 3", n)
	}

	if err := server.Inject(faulthttp.Fault{Kind: faulthttp.Hold, Path: "*", Event: "slow"}); err != nil {
		t.Fatal(err)
	}
	next := w.up.Commit(map[string]string{"next": "1"})
	slow := process(t, root, id.WithPrecise(next))
	if err := slow.Start(); err != nil {
		t.Fatal(err)
	}
	if err := server.AwaitEvent(t.Context(), "slow", 1); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(strings.TrimSpace(outs[0].String())); err != nil {
		t.Fatal(err)
	}
	if out, err := process(t, root, id).CombinedOutput(); err != nil { // from the database, beside the fetch
		t.Errorf("%v: %s", err, out)
	}
	server.Release("slow")
	if err := slow.Wait(); err != nil {
		t.Error(err)
	}
}

// TestWaitersTakeTheFetch: processes that want a branch and waited while one fetched it, begun after they had looked, do
// not fetch it again.
func TestWaitersTakeTheFetch(t *testing.T) {
	w := newWorld(t)
	server := gitkit.RunHTTP(t, w.root, nil)
	root := t.TempDir()
	id := sourceOf(t, server.Repo("deep"), crate.Branch, "master")
	if err := server.Inject(faulthttp.Fault{Kind: faulthttp.Hold, Path: "*", Event: "slow", Times: 1}); err != nil {
		t.Fatal(err)
	}
	first := process(t, root, id)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if err := server.AwaitEvent(t.Context(), "slow", 1); err != nil {
		t.Fatal(err)
	}
	var waits []func() error
	for range 5 {
		cmd := process(t, root, id)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waits = append(waits, cmd.Wait)
	}
	server.Release("slow")
	for _, wait := range append(waits, first.Wait) {
		if err := wait(); err != nil {
			t.Error(err)
		}
	}
	if n := server.Requests("*/info/refs*"); n > 6 {
		t.Errorf("%d handshakes for 6 processes", n)
	}
}

func TestErrors(t *testing.T) {
	w := newWorld(t)
	server := gitkit.RunHTTP(t, w.root, nil)
	url := server.Repo("up")
	gone := strings.Repeat("0123456789", 4)
	for _, engine := range []string{"command", "library"} {
		for _, c := range []struct {
			name string
			id   crate.SourceID
			off  string
			want []string
		}{
			{"no such branch", sourceOf(t, url, crate.Branch, "none"), "", []string{"branch `none`", url}},
			{"no such tag", sourceOf(t, url, crate.Tag, "none"), "", []string{"tag `none`", url}},
			{"no such name", sourceOf(t, url, crate.Rev, "none"), "", []string{"revision `none`", url}},
			{"no such commit", sourceOf(t, url, crate.Rev, gone), "", []string{"revision `" + gone + "`", url}},
			{"offline", sourceOf(t, url, crate.Branch, "master"), "--offline", []string{"branch `master`", "--offline", url}},
			{"frozen and locked", sourceOf(t, url, crate.Branch, "master").WithPrecise(gone), "--frozen", []string{gone, "--frozen"}},
			{"no repository", sourceOf(t, server.Repo("none"), crate.DefaultBranch, ""), "", []string{server.Repo("none")}},
		} {
			t.Run(c.name+" by "+engine, func(t *testing.T) {
				_, err := newSource(t.TempDir(), engine, &voice{}, git.Policy{Offline: c.off}).Checkout(t.Context(), c.id)
				if err == nil {
					t.Fatal("no error")
				}
				for _, want := range c.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q, expected %q in it", err, want)
					}
				}
			})
		}
	}
}

func TestCredentialsAreNeverShown(t *testing.T) {
	w := newWorld(t)
	login := &gitkit.Login{User: "me", Password: "s3cr" + "et-pass"}
	server := gitkit.RunHTTP(t, w.root, login)
	for _, engine := range []string{"command", "library"} {
		for _, c := range []struct{ password, repo, ref string }{
			{login.Password, "up", "master"},
			{login.Password, "up", "none"},
			{login.Password, "none", "master"},
			{"wr0ng-pass", "up", "master"},
		} {
			v := &voice{}
			url := strings.Replace(server.Repo(c.repo), "://", "://me:"+c.password+"@", 1)
			root := t.TempDir()
			_, err := newSource(root, engine, v, git.Policy{}).Checkout(t.Context(), sourceOf(t, url, crate.Branch, c.ref))
			if want := c == struct{ password, repo, ref string }{login.Password, "up", "master"}; want != (err == nil) {
				t.Errorf("%s: %v: %v", engine, c, err)
			}
			said := strings.Join(v.said, "\n")
			if err != nil {
				said += err.Error()
			}
			if strings.Contains(said, c.password) {
				t.Errorf("%s: %q shows the password", engine, said)
			}
		}
	}
}

// TestRetries: what may pass is borne, and what does not is said.
func TestRetries(t *testing.T) {
	w := newWorld(t)
	for _, engine := range []string{"command", "library"} {
		server := gitkit.RunHTTP(t, w.root, nil)
		if err := server.Inject(faulthttp.Fault{Kind: faulthttp.Cut, Path: packs, Bytes: 30, Times: 2}); err != nil {
			t.Fatal(err)
		}
		var left []int
		patient := gitdb.Patience{Retries: 3, Retrying: func(_ error, n int) { left = append(left, n) }, Wait: noWait}
		id := sourceOf(t, server.Repo("deep"), crate.DefaultBranch, "")
		if _, err := newSource(t.TempDir(), engine, &voice{}, git.Policy{Patience: func() (gitdb.Patience, error) { return patient, nil }}).Checkout(t.Context(), id); err != nil {
			t.Errorf("%s: %v", engine, err)
		}
		if len(left) != 2 || left[0] != 3 {
			t.Errorf("%s: borne %v", engine, left)
		}
	}
}

// TestUnwrittenIsNoDamage: a checkout for which there is no room is no reason to fetch anew.
func TestUnwrittenIsNoDamage(t *testing.T) {
	w := newWorld(t)
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	full := "#!/bin/sh\nfor word; do\n[ \"$word\" != reset ] || { echo \"error: unable to write file 'a'\" >&2; exit 128; }\ndone\nexec '" + real + "' \"$@\"\n"
	if err := runnable.Write(filepath.Join(bin, "git"), full); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	v := &voice{}
	_, err = newSource(t.TempDir(), "command", v, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), crate.DefaultBranch, ""))
	if err == nil || !strings.Contains(err.Error(), "unable to write file 'a'") || !strings.Contains(err.Error(), "room") || strings.Contains(err.Error(), "damaged") {
		t.Errorf("%v", err)
	}
	if asked := strings.Count(strings.Join(v.said, "\n"), "Updating git repository"); asked != 1 {
		t.Errorf("the repository is fetched %d times: %q", asked, v.said)
	}
}

func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func TestCancelled(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newSource(t.TempDir(), "command", &voice{}, git.Policy{}).Checkout(ctx, sourceOf(t, w.url(), crate.DefaultBranch, ""))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
