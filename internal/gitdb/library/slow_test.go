package library

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"berth/internal/gitdb"
)

// TestPace: a server is given up when too little came for the whole window, and not for what this side takes time for.
func TestPace(t *testing.T) {
	for name, c := range map[string]struct {
		server func(net.Conn)
		client func(net.Conn) error
		slow   time.Duration // when it is given up; 0 is never
	}{
		"silent":               {func(net.Conn) {}, readAll, 30 * time.Second},
		"silent after a while": {sending(99, 100, time.Millisecond), readAll, 30*time.Second + 99*time.Millisecond},
		"too little":           {sending(100, 5, time.Second), readAll, 30 * time.Second},
		"enough, slowly":       {closing(sending(5, 300, 29*time.Second)), readAll, 0},
		"enough, in drops":     {closing(sending(100, 11, time.Second)), readAll, 0},
		"asked again": {func(c net.Conn) { readAll(c) }, func(c net.Conn) error {
			time.AfterFunc(20*time.Second, func() { c.Write([]byte("well?")) })
			return readAll(c)
		}, 50 * time.Second},
		"this side takes its time": {closing(sending(2, 1, time.Second)), func(c net.Conn) error {
			if _, err := c.Read(make([]byte, 1)); err != nil {
				return err
			}
			pass(time.Hour)
			return readAll(c)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := paceOf(gitdb.HTTP{LowSpeedLimit: 10, Timeout: 30})
				near, far := net.Pipe()
				var both sync.WaitGroup
				both.Go(func() { c.server(far) })
				began := time.Now()
				err := c.client(p.watch(near))
				took := time.Since(began)
				near.Close()
				both.Wait()
				if slow := errors.Is(err, p); slow != (c.slow > 0) || slow != p.missed.Load() || !slow && err != nil {
					t.Errorf("%v", err)
				}
				if c.slow > 0 && took != c.slow {
					t.Errorf("it was given up after %v, expected %v", took, c.slow)
				}
			})
		})
	}
}

// pass lets so much time go by on the clock of the test, which stands still while anybody has something to do: nothing waits.
func pass(d time.Duration) { <-time.After(d) }

func readAll(c net.Conn) error {
	_, err := io.Copy(io.Discard, c)
	return err
}

// sending sends so many pieces of so many bytes, one each interval.
func sending(pieces, size int, interval time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		for range pieces {
			pass(interval)
			if _, err := c.Write(make([]byte, size)); err != nil {
				return
			}
		}
	}
}

func closing(send func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		send(c)
		c.Close()
	}
}

// TestPaceOfWhoReadsAllTheTime: only time in which somebody waits counts.
func TestPaceOfWhoReadsAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := paceOf(gitdb.HTTP{LowSpeedLimit: 10, Timeout: 30})
		near, far := net.Pipe()
		c := p.watchAside(near)
		ended := make(chan error, 1)
		go func() { ended <- readAll(c) }()
		pass(time.Hour)
		c.wait()
		pass(29 * time.Second)
		c.pause()
		pass(time.Hour)
		c.wait()
		sending(1, 300, 500*time.Millisecond)(far) // enough for a new window
		pass(29 * time.Second)
		c.pause()
		select {
		case err := <-ended:
			t.Errorf("it was given up in time: %v", err)
		default:
		}
		began := time.Now()
		c.wait()
		if err := <-ended; !errors.Is(err, p) || time.Since(began) != time.Second || !p.missed.Load() {
			t.Errorf("%v after %v, expected the end of the window", err, time.Since(began))
		}
		near.Close()
	})
}
