// Package faulthttp is the server under all servers of the tests: it counts everything that is asked of it, and misbehaves on request. What it
// serves is another's: an http.Handler, which answers files with [ServeFile].
//
// Every request is counted and logged, by path, with the bytes that were handed to the network; what a killed client left unread in the
// socket's buffers is among them. [Fault] values make matching requests fail in one precise way each.
//
// A test never sleeps on it: what is delayed waits for a named event until [Server.Release], and [Server.AwaitEvent],
// [Server.AwaitRequests] and [Server.AwaitBytes] tell the test that a client has come to the point where it is to be killed, raced or released. All
// of that can be driven over HTTP below /_kit/ as well, by scripts and other processes; see admin.go for the verbs.
//
// All methods may be used from any goroutine. Over HTTP/2 a fault that ends the connection ends the stream instead.
package faulthttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

// Server is an http.Handler; Start and StartTLS give it a socket.
type Server struct {
	content http.Handler
	counts  counts
	faults  faults
	events  events
	admin   *http.ServeMux

	http   *http.Server
	url    string
	served chan struct{} // closed when the accept loop has ended
}

// New returns a server of the content.
func New(content http.Handler) *Server {
	s := &Server{content: content}
	s.counts.streams = map[int]int{}
	s.events.init(&s.counts.changes)
	s.admin = s.adminHandler()
	return s
}

// Verb adds a verb below /_kit/. Do it before the start.
func (s *Server) Verb(method, verb string, do http.HandlerFunc) {
	s.admin.HandleFunc(method+" "+adminPrefix+verb, do)
}

// Start listens on addr ("127.0.0.1:0" for a free port) and serves in the background until Close.
func (s *Server) Start(addr string) error {
	return s.start(addr, "http://", &http.Server{}, func(l net.Listener) { _ = s.http.Serve(l) })
}

// Protocol is what a TLS server offers.
type Protocol int

// HTTP1 is HTTP/1.1 alone; HTTP2 leaves the choice to the client.
const (
	HTTP1 Protocol = iota
	HTTP2
)

// StartTLS is Start over HTTPS.
func (s *Server) StartTLS(addr string, cert tls.Certificate, offer Protocol) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(offer == HTTP2)
	server := &http.Server{Protocols: &protocols, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}, ErrorLog: log.New(io.Discard, "", 0)}
	return s.start(addr, "https://", server, func(l net.Listener) { _ = s.http.ServeTLS(l, "", "") })
}

func (s *Server) start(addr, scheme string, server *http.Server, serve func(net.Listener)) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("start a server: %w", err)
	}
	s.url = scheme + listener.Addr().String()
	server.Handler = s
	server.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return s.counts.connect(ctx) }
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			s.counts.disconnect()
		}
	}
	s.http = server
	s.served = make(chan struct{})
	go func() {
		defer close(s.served)
		serve(listener) // ends with ErrServerClosed, and only by Close
	}()
	return nil
}

// URL is the server's address, by number, without a slash at its end.
func (s *Server) URL() string { return s.url }

// Close cuts all connections and returns when the last request has ended: nothing goes on behind a test's back.
func (s *Server) Close() error {
	var err error
	if s.http != nil {
		err = s.http.Close()
		<-s.served
	}
	s.events.releaseAll() // only now: who waited must not be answered after all
	return errors.Join(err, s.AwaitIdle(context.Background()))
}

// ServeHTTP answers one request: count it, wait if it is to wait, then answer as well or as badly as the faults say.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, adminPrefix) {
		s.admin.ServeHTTP(w, r)
		return
	}
	entry := s.counts.begin(r)
	defer s.counts.end(entry)
	plan := s.faults.take(r)
	out := &reply{ResponseWriter: w, server: s, entry: entry, request: r, plan: plan}
	if s.linger(r, plan) != nil || refuse(out, plan) {
		return
	}
	s.content.ServeHTTP(out, r)
}

// linger lets what is to pass before the answer pass.
func (s *Server) linger(r *http.Request, plan plan) error {
	for _, f := range plan {
		var err error
		switch f.Kind {
		case Hold:
			err = s.events.wait(r.Context(), f.Event)
		case Delay:
			err = pause(r, time.Duration(f.Millis)*time.Millisecond)
		}
		if err != nil {
			return err
		}
	}
	return nil
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

// AwaitIdle returns when no request is under way.
func (s *Server) AwaitIdle(ctx context.Context) error {
	return s.counts.changes.await(ctx, s.counts.idle)
}

// AwaitGone returns when nothing is to come any more of clients that have all ended: a request that a killed one had sent may
// still lie in a socket, and would be counted after a Reset that came too early.
func (s *Server) AwaitGone(ctx context.Context) error {
	_, addr, _ := strings.Cut(s.url, "://")
	probe, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer probe.Close()
	defer context.AfterFunc(ctx, func() { probe.Close() })()
	// Connections are accepted in turn: where this one's end is seen, all before it have been accepted.
	if err := probe.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, probe); err != nil {
		return errors.Join(context.Cause(ctx), err)
	}
	return s.counts.changes.await(ctx, s.counts.gone)
}
