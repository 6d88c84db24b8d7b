package gitkit

import (
	"context"
	"errors"
	"net"
	"sync"
)

// listener accepts connections and gives each to serve, until it is closed.
type listener struct {
	socket net.Listener
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	mu     sync.Mutex
	count  int
	open   map[net.Conn]bool
}

func listen(serve func(context.Context, net.Conn)) (*listener, error) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return accept(socket, serve), nil
}

func accept(socket net.Listener, serve func(context.Context, net.Conn)) *listener {
	l := &listener{socket: socket, open: map[net.Conn]bool{}}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.wg.Go(func() {
		for {
			conn, err := socket.Accept()
			if err != nil {
				return // closed
			}
			l.begin(conn)
			l.wg.Go(func() {
				defer l.end(conn)
				serve(l.ctx, conn)
			})
		}
	})
	return l
}

func (l *listener) begin(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	l.open[conn] = true
}

func (l *listener) end(conn net.Conn) {
	_ = conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, conn)
}

// Connections is how many were accepted since the start.
func (l *listener) Connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// Close cuts all connections and ends what serves them.
func (l *listener) Close() error {
	err := l.socket.Close()
	l.cancel()
	l.mu.Lock()
	for conn := range l.open {
		err = errors.Join(err, conn.Close())
	}
	l.mu.Unlock()
	l.wg.Wait()
	return err
}
