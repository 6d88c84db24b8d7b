package proxies

import (
	"errors"
	"io"
	"net"
	"sync"
)

// conns are the open connections of a proxy, to be cut when it closes.
type conns struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
	wg     sync.WaitGroup
}

// add notes a connection; if the proxy is closed already it closes the connection and says no.
func (c *conns) add(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = conn.Close()
		return false
	}
	if c.open == nil {
		c.open = map[net.Conn]bool{}
	}
	c.open[conn] = true
	c.wg.Add(1) // under mu, so never beside the Wait of close
	return true
}

func (c *conns) drop(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, conn)
	_ = conn.Close()
	c.wg.Done()
}

func (c *conns) close() error {
	c.mu.Lock()
	c.closed = true
	var all []error
	for conn := range c.open {
		if err := conn.Close(); !errors.Is(err, net.ErrClosed) {
			all = append(all, err)
		}
	}
	c.mu.Unlock()
	c.wg.Wait()
	return errors.Join(all...)
}

// join carries bytes both ways until one side ends, then closes both. fromClient is the client's connection or a buffer on it.
func (c *conns) join(client net.Conn, fromClient io.Reader, server net.Conn) {
	for _, conn := range []net.Conn{client, server} {
		if !c.add(conn) {
			_, _ = client.Close(), server.Close()
			return
		}
		defer c.drop(conn) // at the end of the function, as it is meant
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(server, fromClient)
		_ = server.Close()
	}()
	_, _ = io.Copy(client, server)
	_ = client.Close()
	<-done
}
