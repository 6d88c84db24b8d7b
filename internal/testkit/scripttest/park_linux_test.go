package scripttest

import (
	"net"
	"sync"
)

// lot is where processes stand that are parked at a crash point: they connect
// and stay until their connection is closed.
type lot struct {
	net.Listener
	mu     sync.Mutex
	parked []net.Conn
}

func openLot() (*lot, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &lot{Listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.mu.Lock()
			l.parked = append(l.parked, conn)
			l.mu.Unlock()
		}
	}()
	return l, nil
}

func (l *lot) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.parked)
}

// clear lets all of them go on.
func (l *lot) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.parked {
		conn.Close()
	}
	l.parked = nil
}
