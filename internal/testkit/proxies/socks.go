package proxies

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// SOCKS is a SOCKS5 proxy (RFC 1928): the CONNECT command, with no login or user and password (RFC 1929).
type SOCKS struct {
	ledger
	Login *Login            // nil: everybody may
	Hosts map[string]string // "dist.test:80" to "127.0.0.1:4711"

	listener net.Listener
	conns    conns
}

// The parts of the protocol that are used here.
const (
	socksVersion  = 5
	methodNone    = 0
	methodLogin   = 2
	methodNoMatch = 0xff
	loginVersion  = 1
	commandDial   = 1
	addrIPv4      = 1
	addrName      = 3
	addrIPv6      = 4
	replyOK       = 0
	replyNoHost   = 4
	replyNoVerb   = 7
)

var errDenied = errors.New("socks: wrong login")

// Start listens on a free loopback port. Set the fields before.
func (p *SOCKS) Start() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.listener = listener
	p.conns.wg.Go(p.accept)
	return nil
}

// URL is for ALL_PROXY: socks5 if the client is to resolve names, socks5h if the proxy is.
func (p *SOCKS) URL(scheme string) string {
	return withLogin(scheme, p.listener.Addr().String(), p.Login)
}

// Close cuts all connections.
func (p *SOCKS) Close() error {
	err := p.listener.Close()
	return errors.Join(err, p.conns.close())
}

func (p *SOCKS) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		if p.conns.add(conn) {
			p.conns.wg.Go(func() { p.serve(conn) })
		}
	}
}

func (p *SOCKS) serve(conn net.Conn) {
	defer p.conns.drop(conn)
	if err := p.greet(conn); err != nil {
		return
	}
	host, err := p.destination(conn)
	if err != nil {
		return
	}
	p.note(func(c *Counts) { c.Tunnels++; c.Hosts = append(c.Hosts, host) })
	server, err := net.Dial("tcp", lookup(p.Hosts, host))
	if err != nil {
		_ = answer(conn, replyNoHost)
		return
	}
	if answer(conn, replyOK) != nil {
		_ = server.Close()
		return
	}
	p.conns.join(conn, conn, server)
}

func read(r io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

// readCounted reads a length byte and so many bytes.
func readCounted(r io.Reader) ([]byte, error) {
	n, err := read(r, 1)
	if err != nil {
		return nil, err
	}
	return read(r, int(n[0]))
}

// greet agrees on a login method and checks the login.
func (p *SOCKS) greet(conn net.Conn) error {
	if err := expect(conn, socksVersion); err != nil {
		return err
	}
	offered, err := readCounted(conn)
	if err != nil {
		return err
	}
	want := byte(methodNone)
	if p.Login != nil {
		want = methodLogin
	}
	for _, method := range offered {
		if method == want {
			return p.login(conn, method)
		}
	}
	return p.deny(conn, socksVersion, methodNoMatch)
}

func expect(conn net.Conn, version byte) error {
	got, err := read(conn, 1)
	if err == nil && got[0] != version {
		err = fmt.Errorf("socks: version %d, expected %d", got[0], version)
	}
	return err
}

func (p *SOCKS) login(conn net.Conn, method byte) error {
	if _, err := conn.Write([]byte{socksVersion, method}); err != nil || method == methodNone {
		return err
	}
	if err := expect(conn, loginVersion); err != nil {
		return err
	}
	user, err := readCounted(conn)
	if err != nil {
		return err
	}
	password, err := readCounted(conn)
	if err != nil {
		return err
	}
	if (Login{string(user), string(password)}) != *p.Login {
		return p.deny(conn, loginVersion, 1)
	}
	_, err = conn.Write([]byte{loginVersion, 0})
	return err
}

// deny counts before it answers: a client that has the answer can rely on the count.
func (p *SOCKS) deny(conn net.Conn, answer ...byte) error {
	p.note(func(c *Counts) { c.Denied++ })
	_, err := conn.Write(answer)
	return errors.Join(errDenied, err)
}

// destination reads the request and returns where the client wants to go.
func (p *SOCKS) destination(conn net.Conn) (string, error) {
	head, err := read(conn, 4) // version, command, reserved, kind of address
	if err != nil {
		return "", err
	}
	if head[1] != commandDial {
		return "", errors.Join(fmt.Errorf("socks: command %d, expected connect", head[1]), answer(conn, replyNoVerb))
	}
	var host string
	switch head[3] {
	case addrName:
		name, err := readCounted(conn)
		if err != nil {
			return "", err
		}
		p.note(func(c *Counts) { c.Names++ })
		host = string(name)
	case addrIPv4, addrIPv6:
		size := net.IPv4len
		if head[3] == addrIPv6 {
			size = net.IPv6len
		}
		ip, err := read(conn, size)
		if err != nil {
			return "", err
		}
		host = net.IP(ip).String()
	default:
		return "", fmt.Errorf("socks: unknown kind of address %d", head[3])
	}
	port, err := read(conn, 2)
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port)))), nil
}

// answer sends a reply with no bound address, which no client looks at.
func answer(conn net.Conn, code byte) error {
	_, err := conn.Write([]byte{socksVersion, code, 0, addrIPv4, 0, 0, 0, 0, 0, 0})
	return err
}
