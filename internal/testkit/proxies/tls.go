package proxies

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// TLS serves a handler over HTTPS, with a certificate of an authority that nobody trusts unless told by SSL_CERT_FILE.
type TLS struct {
	Handler http.Handler
	Names   []string // further names of the certificate, beside localhost and 127.0.0.1

	authority *Authority
	server    *http.Server
	addr      string
	wg        sync.WaitGroup
}

// Start makes the authority and the certificate and listens on a free loopback port. Set the fields before.
func (f *TLS) Start() error {
	authority, err := NewAuthority()
	if err != nil {
		return err
	}
	cert, err := authority.Certificate(f.Names...)
	if err != nil {
		return err
	}
	f.authority = authority
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	f.addr = listener.Addr().String()
	f.server = &http.Server{
		Handler: f.Handler,
		// HTTP/1.1 only: the faults of a dist server end connections, and in HTTP/2 there is no connection to a request.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		TLSConfig:    &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}},
	}
	f.wg.Go(func() { _ = f.server.ServeTLS(listener, "", "") }) // ends by Close
	return nil
}

// URL is the front's address, by number.
func (f *TLS) URL() string { return "https://" + f.addr }

// Port is the front's port, for URLs with one of its Names.
func (f *TLS) Port() string {
	_, port, _ := net.SplitHostPort(f.addr)
	return port
}

// Close cuts all connections.
func (f *TLS) Close() error {
	err := f.server.Close()
	f.wg.Wait()
	return err
}
