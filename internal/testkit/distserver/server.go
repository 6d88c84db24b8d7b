// Package distserver serves a dist tree over HTTP, counts everything that is asked of it, and misbehaves on request: a
// [faulthttp.Server] whose content is a folder, served with entity tags, ranges and If-Range as a good server does it.
//
// A path is opened under the tree's root only. A file that is replaced while it is served is served to its end as it was. Below /_kit/ it has one verb
// more than others, POST /_kit/point?channel=stable&date=2026-05-28, which is Point.
package distserver

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"strings"

	"berth/internal/testkit/faulthttp"
)

// Server serves a tree.
type Server struct {
	*faulthttp.Server
	root   *os.Root
	points points
}

// New returns a handler over the folder root.
func New(root string) (*Server, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("serve dist tree: %w", err)
	}
	s := &Server{root: dir}
	s.points.init()
	s.Server = faulthttp.New(http.HandlerFunc(s.answer))
	s.Verb("POST", "point", func(_ http.ResponseWriter, r *http.Request) { s.Point(r.FormValue("channel"), r.FormValue("date")) })
	return s, nil
}

// TB is the part of testing.TB that Run uses.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Run serves root on a free loopback port until the test ends.
func Run(t TB, root string) *Server {
	t.Helper()
	s, err := New(root)
	if err == nil {
		err = s.Start("127.0.0.1:0")
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// UpdateRoot is what RUSTUP_UPDATE_ROOT has to be; RUSTUP_DIST_SERVER has to be URL.
func (s *Server) UpdateRoot() string { return s.URL() + "/rustup" }

// Close cuts all connections and returns when the last request has ended.
func (s *Server) Close() error { return errors.Join(s.Server.Close(), s.root.Close()) }

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+s.points.translate(r.URL.Path)), "/")
	faulthttp.ServeBelow(w, r, s.root, name, contentType(name))
}

// contentType keeps net/http from sniffing, and clients from unpacking what they are to hash.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".toml", ".sha256":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
