package proxies

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// TLS serves a handler over HTTPS, with a certificate of an authority that nobody trusts unless told by SSL_CERT_FILE.
type TLS struct {
	Handler http.Handler
	Names   []string // further names of the certificate, beside localhost and 127.0.0.1

	server *http.Server
	addr   string
	ca     []byte // PEM
	wg     sync.WaitGroup
}

// Start makes the authority and the certificate and listens on a free loopback port. Set the fields before.
func (f *TLS) Start() error {
	cert, ca, err := certificate(append([]string{"localhost"}, f.Names...))
	if err != nil {
		return err
	}
	f.ca = ca
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

// WriteCA writes the authority's certificate into dir and returns the PEM file's path: a value for SSL_CERT_FILE.
func (f *TLS) WriteCA(dir string) (string, error) {
	file := filepath.Join(dir, "testkit-ca.pem")
	return file, os.WriteFile(file, f.ca, 0o644)
}

// Close cuts all connections.
func (f *TLS) Close() error {
	err := f.server.Close()
	f.wg.Wait()
	return err
}

// certificate makes an authority and a server certificate of it.
func certificate(names []string) (tls.Certificate, []byte, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	ca := template(1, "testkit authority")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf := template(2, "testkit server")
	leaf.DNSNames, leaf.IPAddresses = names, []net.IP{net.IPv4(127, 0, 0, 1)}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pemCA := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pemCA, nil
}

// template is valid from an hour ago, for machines whose clocks differ, for a day.
func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
}
