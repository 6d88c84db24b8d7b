package gitkit

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/cgi"
	"os/exec"
	"path/filepath"
	"strings"

	"berth/internal/testkit/faulthttp"
)

// Handler serves the repositories below root, bare ones and work trees alike, for reading.
func Handler(root string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		backend, err := backend(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		handler := cgi.Handler{
			Path: backend, Root: "", Stderr: io.Discard, Logger: log.New(io.Discard, "", 0), InheritEnv: []string{"PATH"},
			Env: environ("GIT_PROJECT_ROOT="+root, "GIT_HTTP_EXPORT_ALL=1"),
		}
		handler.ServeHTTP(w, r)
	})
}

// backend is the path of git's CGI program.
func backend(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "git", "--exec-path").Output()
	return filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"), err
}

// Login is a user and a password.
type Login struct{ User, Password string }

// HTTP serves the repositories below a folder over smart HTTP.
type HTTP struct{ *faulthttp.Server }

// NewHTTP returns a server; with a login it is for those who have it.
func NewHTTP(root string, login *Login) HTTP {
	content := Handler(root)
	if login == nil {
		return HTTP{faulthttp.New(content)}
	}
	return HTTP{faulthttp.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); (Login{user, password}) != *login {
			w.Header().Set("WWW-Authenticate", `Basic realm="testkit"`)
			http.Error(w, "a login is needed", http.StatusUnauthorized)
			return
		}
		content.ServeHTTP(w, r)
	}))}
}

// RunHTTP serves root on a free loopback port until the test ends.
func RunHTTP(t TB, root string, login *Login) HTTP {
	t.Helper()
	s := NewHTTP(root, login)
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Repo is the URL of a repository, by its path below the root.
func (s HTTP) Repo(path string) string { return s.URL() + "/" + path }
