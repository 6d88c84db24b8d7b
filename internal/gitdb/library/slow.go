package library

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/gitdb"
)

// pace is how slow a server may be, in curl's sense: what it sends is less than so many bytes a second, for so long.
// The library has no such limit, and a fetch from a server that has gone silent would hold its lock for ever.
type pace struct {
	limit  int // bytes a second
	window time.Duration
	missed atomic.Bool // by a connection, once
}

func paceOf(h gitdb.HTTP) *pace {
	return &pace{limit: max(1, h.LowSpeedLimit), window: time.Duration(h.Timeout) * time.Second}
}

// Error is worded as curl words it, for git: whoever sorts failures knows it by that.
func (p *pace) Error() string {
	return fmt.Sprintf("the server is too slow: less than %d bytes/sec came for %v", p.limit, p.window)
}

// transport speaks HTTP/1: there a read waits only for what is asked for, so that time in it is the server's.
func (p *pace) transport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	dialer := &net.Dialer{Timeout: p.window}
	return &http.Transport{
		Proxy: proxy,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil || p.window == 0 {
				return c, err
			}
			return p.watch(c), nil
		},
	}
}

func (p *pace) watch(c net.Conn) net.Conn {
	return &watched{Conn: c, pace: p, left: p.window}
}

// watched is a connection whose reads fail when its server is too slow. What is sent begins a window anew, and time in
// which nobody reads is in none.
type watched struct {
	net.Conn
	pace *pace

	mu   sync.Mutex
	left time.Duration // of the window
	got  int           // bytes, in the window
	from time.Time     // when left was right
}

func (w *watched) Read(b []byte) (int, error) {
	w.begin(false)
	n, err := w.Conn.Read(b)
	w.end(n)
	return n, w.pace.late(err)
}

// late is err, in the pace's words if the server was too slow.
func (p *pace) late(err error) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	p.missed.Store(true)
	return p
}

func (w *watched) Write(b []byte) (int, error) {
	w.begin(true)
	return w.Conn.Write(b)
}

// begin moves the deadline of reads, also of one that waits already. Where that fails the read or write says why.
func (w *watched) begin(anew bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if anew {
		w.left, w.got = w.pace.window, 0
	}
	w.from = time.Now()
	_ = w.SetReadDeadline(w.from.Add(w.left))
}

func (w *watched) end(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left -= time.Since(w.from)
	if w.got += n; w.got >= w.pace.limit*int(w.pace.window.Seconds()) {
		w.left, w.got = w.pace.window, 0
	}
}

// background is a connection that somebody reads from all the time, whether what comes is waited for or not. Only time
// between wait and pause is in a window.
type background struct {
	watched
	waiting bool
}

func (p *pace) watchAside(c net.Conn) *background {
	return &background{watched: watched{Conn: c, pace: p, left: p.window}}
}

func (b *background) wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting, b.from = true, time.Now()
	_ = b.SetReadDeadline(b.from.Add(b.left))
}

func (b *background) pause() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting {
		b.left -= time.Since(b.from)
	}
	b.waiting = false
	_ = b.SetReadDeadline(time.Time{})
}

// anew begins a window.
func (b *background) anew() {
	b.left, b.got, b.from = b.pace.window, 0, time.Now()
	if b.waiting {
		_ = b.SetReadDeadline(b.from.Add(b.left))
	}
}

func (b *background) Read(p []byte) (int, error) {
	n, err := b.Conn.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.got += n; b.got >= b.pace.limit*int(b.pace.window.Seconds()) {
		b.anew()
	}
	return n, b.pace.late(err)
}

func (b *background) Write(p []byte) (int, error) {
	b.mu.Lock()
	b.anew()
	b.mu.Unlock()
	return b.Conn.Write(p)
}
