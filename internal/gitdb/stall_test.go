package gitdb_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"berth/internal/gitdb"
	"berth/internal/testkit/gitkit"
)

// TestLibraryGivesUpSilentServers: the limit of HTTP holds for git:// and ssh too, before the server has said anything, in
// the greeting, and in a pack. The git command has none there.
func TestLibraryGivesUpSilentServers(t *testing.T) {
	root := t.TempDir()
	repo := gitkit.NewRepo(t, filepath.Join(root, "up"))
	random := make([]byte, 300_000)
	_, _ = rand.Read(random) // it never fails
	repo.Commit(map[string]string{"a": hex.EncodeToString(random)})
	daemon, shell := gitkit.RunDaemon(t, root), gitkit.RunSSH(t, root)
	for _, after := range []int64{0, 100, 150_000} {
		for name, url := range map[string]string{"git": daemon.Repo("up"), "ssh": shell.Repo("up")} {
			t.Run(fmt.Sprintf("%s after %d bytes", name, after), func(t *testing.T) {
				t.Parallel()
				o := options()
				address := stalling(t, hostOf(t, url), after)
				host, port, _ := net.SplitHostPort(address)
				known := strings.Fields(shell.KnownHost())
				o.KnownHosts = []gitdb.KnownHost{{Line: "[" + host + "]:" + port + " " + known[1] + " " + known[2]}, {Line: shell.KnownHost()}}
				o.Environ = append(o.Environ, shell.Env()...)
				patient := gitdb.Helper(library, o)
				o.HTTP = gitdb.HTTP{Timeout: 1, LowSpeedLimit: 1}
				at := place(t.TempDir())
				err := gitdb.Open(at, gitdb.Helper(library, o)).Fetch(t.Context(), gitdb.Request{URL: strings.Replace(url, hostOf(t, url), address, 1), Wants: gitdb.Wants{Refs: []string{head}}})
				var failed *gitdb.FetchError
				if !errors.As(err, &failed) || failed.Kind != gitdb.Network || !strings.Contains(failed.Said, "too slow") {
					t.Errorf("%v", err)
				}
				for _, engine := range []gitdb.Engine{patient, gitdb.Helper(library, o)} {
					fetch(t, gitdb.Open(place(t.TempDir()), engine), url, head)
				}
			})
		}
	}
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// stalling is the address of a server that says so many bytes of what the one behind it says, and nothing more.
func stalling(t *testing.T, behind string, after int64) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		near, err := l.Accept()
		if err != nil {
			return
		}
		defer near.Close()
		far, err := net.Dial("tcp", behind)
		if err != nil {
			return
		}
		all.Go(func() {
			_, _ = io.CopyN(near, far, after)
			_, _ = io.Copy(io.Discard, far)
		})
		_, _ = io.Copy(far, near) // until the client is gone
		far.Close()
	})
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	return l.Addr().String()
}
