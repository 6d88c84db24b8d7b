package gitdb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"berth/internal/gitdb"
	"berth/internal/lockfs"
	"berth/internal/testkit/gitkit"
)

// library is the helper, built by TestMain.
var library string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "berth-gitdb")
	if err == nil {
		defer os.RemoveAll(dir)
		library, err = gitkit.BuildHelper(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return m.Run()
}

// engines are both of them: each has to do all that the other does.
func engines(t *testing.T, o gitdb.Options) map[string]gitdb.Engine {
	t.Helper()
	command, ok := gitdb.Command(o)
	if !ok {
		t.Fatal("no git command on PATH")
	}
	return map[string]gitdb.Engine{"command": command, "library": gitdb.Helper(library, o)}
}

func options() gitdb.Options { return gitdb.Options{Environ: os.Environ()} }

// upstream is a repository that others fetch from.
type upstream struct {
	t   *testing.T
	dir string
}

func newUpstream(t *testing.T) *upstream {
	u := &upstream{t, filepath.Join(t.TempDir(), "up")}
	u.git("init", "-q", "-b", "main", u.dir)
	return u
}

// url is the repository as a file: URL.
func (u *upstream) url() string { return "file://" + filepath.ToSlash(u.dir) }

func (u *upstream) git(args ...string) string {
	u.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"}, args...)...)
	if _, err := os.Stat(u.dir); err == nil {
		cmd.Dir = u.dir
	}
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		u.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes a file, commits, and returns the commit.
func (u *upstream) commit(file, content string) string {
	u.t.Helper()
	path := filepath.Join(u.dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		u.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		u.t.Fatal(err)
	}
	u.git("add", "-A")
	u.git("commit", "-q", "-m", file)
	return u.git("rev-parse", "HEAD")
}

// server serves repositories by git http-backend and counts what is asked.
type server struct {
	*httptest.Server
	packs atomic.Int64 // requests for objects or references after the first handshake
	asks  atomic.Int64 // handshakes
}

func serve(t *testing.T, root string) *server {
	t.Helper()
	exec, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	backend := &cgi.Handler{Path: exec, Args: []string{"http-backend"}, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1"}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/info/refs") {
			s.asks.Add(1)
		} else {
			s.packs.Add(1)
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// place is a home for one database.
func place(root string) gitdb.Place {
	home := lockfs.At(root)
	work := home.Join("berth", "v1")
	return gitdb.Place{
		Databases: home.Join("git", "db"), Name: "up-0123456789abcdef",
		Work: work.Join("git"), Key: "up-0123456789abcdef",
		Staging: lockfs.NewStaging(work.Join("staging")),
		Lock:    lockfs.NewLock(work.Join("locks", "git", "up.lock"), lockfs.RankGitDatabase, "git database up"),
		Guard: func(ctx context.Context, fn func(*lockfs.FileLock) error) error {
			return lockfs.NewStockLock(home.Join(".package-cache"), lockfs.RankPublish, "package cache").With(ctx, lockfs.Shared, func(_ context.Context, held *lockfs.FileLock) error { return fn(held) })
		},
	}
}

func open(t *testing.T, e gitdb.Engine) *gitdb.Database {
	return gitdb.Open(place(t.TempDir()), e)
}

func fetch(t *testing.T, d *gitdb.Database, url string, refs ...string) {
	t.Helper()
	if err := d.Fetch(t.Context(), gitdb.Request{URL: url, Wants: gitdb.Wants{Refs: refs}}); err != nil {
		t.Fatal(err)
	}
}
