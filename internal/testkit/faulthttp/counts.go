package faulthttp

import (
	"cmp"
	"context"
	"net/http"
	"sync"
)

// Request is one line of the server's log, in the order in which requests came.
type Request struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Range     string `json:"range,omitempty"`
	IfRange   string `json:"if_range,omitempty"`
	Condition string `json:"condition,omitempty"` // If-None-Match, or else If-Modified-Since
	Token     string `json:"token,omitempty"`     // Authorization
	UserAgent string `json:"user_agent,omitempty"`
	Proto     string `json:"proto"`
	Conn      int    `json:"conn"`             // which connection it came on, from 1
	Status    int    `json:"status,omitempty"` // 0 while nothing was answered
	Bytes     int64  `json:"bytes"`            // of the body, handed to the network so far
	Done      bool   `json:"done"`
}

// Stats is what was asked since the start or the last Reset.
type Stats struct {
	Requests      map[string]int   `json:"requests"` // by path
	Bytes         map[string]int64 `json:"bytes"`    // by path
	Ranges        map[string]int   `json:"ranges"`   // requests with a Range header, by path
	MaxConcurrent int              `json:"max_concurrent"`
	MaxStreams    int              `json:"max_streams"` // requests at once on one connection; more than 1 is HTTP/2
	Connections   int              `json:"connections"` // accepted
	Log           []Request        `json:"log"`
}

type counts struct {
	mu      sync.Mutex
	log     []*Request
	active  int
	max     int
	streams map[int]int // active requests by connection
	most    int
	conns   int // since the start: connections are numbered by it
	ended   int // of conns
	before  int // conns at the last Reset
	changes changes
}

// connKey is where a request's context has the number of its connection.
type connKey struct{}

func (c *counts) connect(ctx context.Context) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns++
	return context.WithValue(ctx, connKey{}, c.conns)
}

func (c *counts) disconnect() {
	c.mu.Lock()
	c.ended++
	c.mu.Unlock()
	c.changes.announce()
}

func (c *counts) begin(r *http.Request) *Request {
	entry := &Request{
		Method: r.Method, Path: r.URL.Path, Range: r.Header.Get("Range"), IfRange: r.Header.Get("If-Range"), UserAgent: r.UserAgent(),
		Condition: cmp.Or(r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")), Token: r.Header.Get("Authorization"), Proto: r.Proto,
	}
	entry.Conn, _ = r.Context().Value(connKey{}).(int) // 0: a handler in another's server
	c.mu.Lock()
	c.log = append(c.log, entry)
	c.active++
	c.max = max(c.max, c.active)
	c.streams[entry.Conn]++
	c.most = max(c.most, c.streams[entry.Conn])
	c.mu.Unlock()
	c.changes.announce()
	return entry
}

func (c *counts) end(entry *Request) {
	c.mu.Lock()
	entry.Done = true
	c.active--
	c.streams[entry.Conn]--
	c.mu.Unlock()
	c.changes.announce()
}

func (c *counts) idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.active == 0
}

func (c *counts) gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.active == 0 && c.ended == c.conns
}

func (c *counts) status(entry *Request, code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry.Status = code
}

func (c *counts) sent(entry *Request, n int) {
	c.mu.Lock()
	entry.Bytes += int64(n)
	c.mu.Unlock()
	c.changes.announce()
}

// Stats returns a copy of all counts.
func (s *Server) Stats() Stats {
	c := &s.counts
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := Stats{Requests: map[string]int{}, Bytes: map[string]int64{}, Ranges: map[string]int{}, MaxConcurrent: c.max,
		MaxStreams: c.most, Connections: c.conns - c.before}
	for _, entry := range c.log {
		stats.Log = append(stats.Log, *entry)
		stats.Requests[entry.Path]++
		stats.Bytes[entry.Path] += entry.Bytes
		if entry.Range != "" {
			stats.Ranges[entry.Path]++
		}
	}
	return stats
}

// sum adds up what f says of the requests for paths of the pattern.
func (c *counts) sum(pattern string, f func(*Request) int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var total int64
	for _, entry := range c.log {
		if Match(pattern, entry.Path) {
			total += f(entry)
		}
	}
	return total
}

// Requests counts the requests for paths of the pattern: "nothing is fetched twice" is an assertion on this.
func (s *Server) Requests(pattern string) int {
	return int(s.counts.sum(pattern, func(*Request) int64 { return 1 }))
}

// Bytes counts the body bytes sent for paths of the pattern.
func (s *Server) Bytes(pattern string) int64 {
	return s.counts.sum(pattern, func(r *Request) int64 { return r.Bytes })
}

// Ranges counts the requests with a Range header for paths of the pattern.
func (s *Server) Ranges(pattern string) int {
	return int(s.counts.sum(pattern, func(r *Request) int64 {
		if r.Range == "" {
			return 0
		}
		return 1
	}))
}

// Reset forgets the counts and closes the gates that were opened; faults and points stay. Requests under way are no longer in the log.
func (s *Server) Reset() {
	s.counts.mu.Lock()
	s.counts.log = nil
	s.counts.max = s.counts.active
	s.counts.most = 0
	s.counts.before = s.counts.conns
	s.counts.mu.Unlock()
	s.events.forget()
}
