// Package distserver serves a dist tree over HTTP, counts everything that is asked of it, and misbehaves on request.
//
// Three parts make it up. Files are served with entity tags, ranges and If-Range as a good server does it. Every request is
// counted and logged, by path, with the bytes that were handed to the network; what a killed client left unread in the socket's buffers
// is among them. [Fault] values make matching requests fail in one precise way each.
//
// A test never sleeps on it: what is delayed waits for a named event until [Server.Release], and [Server.AwaitEvent],
// [Server.AwaitRequests] and [Server.AwaitBytes] tell the test that a client has come to the point where it is to be killed, raced or released. All
// of that can be driven over HTTP below /_kit/ as well, by scripts and other processes; see admin.go for the verbs.
//
// All methods may be used from any goroutine. A path is opened under the tree's root only. A file that is replaced while it is served is
// served to its end as it was.
package distserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"strings"
)

// Server is an http.Handler over a tree; Start gives it a socket.
type Server struct {
	root   *os.Root
	counts counts
	faults faults
	events events
	points points
	admin  http.Handler

	http   *http.Server
	url    string
	served chan struct{} // closed when the accept loop has ended
}

// New returns a handler over the folder root.
func New(root string) (*Server, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("serve dist tree: %w", err)
	}
	s := &Server{root: dir}
	s.events.init(&s.counts.changes)
	s.points.init()
	s.admin = s.adminHandler()
	return s, nil
}

// Start listens on addr ("127.0.0.1:0" for a free port) and serves in the background until Close.
func (s *Server) Start(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve dist tree: %w", err)
	}
	s.url = "http://" + listener.Addr().String()
	s.http = &http.Server{Handler: s}
	s.served = make(chan struct{})
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends with ErrServerClosed, and only by Close
	}()
	return nil
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

// URL is what RUSTUP_DIST_SERVER has to be.
func (s *Server) URL() string { return s.url }

// UpdateRoot is what RUSTUP_UPDATE_ROOT has to be.
func (s *Server) UpdateRoot() string { return s.url + "/rustup" }

// Close cuts all connections and returns when the last request has ended: nothing goes on behind a test's back.
func (s *Server) Close() error {
	var err error
	if s.http != nil {
		err = s.http.Close()
		<-s.served
	}
	s.events.releaseAll() // only now: who waited must not be answered after all
	idle := s.counts.changes.await(context.Background(), s.counts.idle)
	return errors.Join(err, idle, s.root.Close())
}

// ServeHTTP answers one request: count it, wait if it is to wait, then answer as well or as badly as the faults say.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, adminPrefix) {
		s.admin.ServeHTTP(w, r)
		return
	}
	entry := s.counts.begin(r)
	plan := s.faults.take(r)
	out := &reply{ResponseWriter: w, server: s, entry: entry, request: r, plan: plan}
	defer s.counts.end(entry)
	for _, f := range plan.of(Hold) {
		if s.events.wait(r.Context(), f.Event) != nil {
			return
		}
	}
	s.answer(out, r, plan)
}

func (s *Server) answer(w *reply, r *http.Request, plan plan) {
	if refuse(w, plan) {
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+s.points.translate(r.URL.Path)), "/")
	file, err := s.root.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()))
	body, size := plan.distort(file, info.Size())
	if plan.misread(w, r, size) {
		return
	}
	http.ServeContent(w, r, name, info.ModTime(), body)
}

// contentType keeps net/http from sniffing, and clients from unpacking what they are to hash.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".toml", ".sha256":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// Inject adds a fault; it applies to requests that begin later.
func (s *Server) Inject(f Fault) error { return s.faults.add(f) }

// ClearFaults removes all faults. Requests that suffer from one already go on suffering.
func (s *Server) ClearFaults() { s.faults.clear() }

// Release lets everybody pass who waits for the event, now and from now on.
func (s *Server) Release(event string) { s.events.release(event) }

// AwaitEvent returns when n requests at once stand waiting for the event.
func (s *Server) AwaitEvent(ctx context.Context, event string, n int) error {
	return s.counts.changes.await(ctx, func() bool { return s.events.waiting(event) >= n })
}

// AwaitRequests returns when n requests for paths of the pattern have begun since the last Reset.
func (s *Server) AwaitRequests(ctx context.Context, pattern string, n int) error {
	return s.counts.changes.await(ctx, func() bool { return s.Requests(pattern) >= n })
}

// AwaitBytes returns when n bytes of paths of the pattern have been sent since the last Reset.
func (s *Server) AwaitBytes(ctx context.Context, pattern string, n int64) error {
	return s.counts.changes.await(ctx, func() bool { return s.Bytes(pattern) >= n })
}
