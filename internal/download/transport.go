package download

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/net/proxy"
)

// network sends each request, and each hop of a redirect, through the proxy that the environment has for its URL. It
// has one transport per proxy, because a SOCKS proxy is a way of dialling.
type network struct {
	settings Network
	proxies  func() proxyRules
	trusted  func() trusted // of servers
	ofProxy  func() trusted // of proxies that are reached by https, where the settings name certificates for them

	mu         sync.Mutex
	transports map[route]*http.Transport
}

// route is what a transport is made for. Certificates are read for those that
// need them only: the parsing of a system's two hundred costs 10 ms of CPU.
type route struct {
	via string
	tls bool
}

// trusted are the certificates that others are checked against.
type trusted struct {
	pool    *x509.CertPool
	trouble error // with the certificates that the environment names
	broken  error // with those that the settings name: without them nothing is trusted
}

// isEmpty tells of a system without any certificate, as bare images of containers are.
func (t trusted) isEmpty() bool {
	pool := t.pool
	if pool == nil {
		pool, _ = x509.SystemCertPool()
	}
	return pool == nil || pool.Equal(x509.NewCertPool())
}

func newNetwork(getenv func(string) string, settings Network) *network {
	return &network{
		settings:   settings,
		proxies:    sync.OnceValue(func() proxyRules { return settings.proxies(getenv) }),
		trusted:    sync.OnceValue(func() trusted { return settings.CA.roots(getenv) }),
		ofProxy:    sync.OnceValue(func() trusted { return settings.ProxyCA.roots(getenv) }),
		transports: map[route]*http.Transport{},
	}
}

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "file" {
		return serveFile(r)
	}
	via, err := n.proxies().of(r.URL)
	if err != nil {
		return nil, err
	}
	t, err := n.transport(via, r.URL.Scheme == "https")
	if err != nil {
		return nil, err
	}
	if n.settings.Trace == nil {
		return t.RoundTrip(r)
	}
	return n.settings.traced(t, r)
}

func (n *network) transport(via *url.URL, secure bool) (*http.Transport, error) {
	key := route{tls: secure}
	if via != nil {
		key = route{via.String(), secure || via.Scheme == "https"}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.transports[key] == nil {
		t, err := n.newTransport(via, key.tls)
		if err != nil {
			return nil, err
		}
		n.transports[key] = t
	}
	return n.transports[key], nil
}

func (n *network) newTransport(via *url.URL, secure bool) (*http.Transport, error) {
	config := &tls.Config{MinVersion: n.settings.MinTLS, MaxVersion: n.settings.MaxTLS}
	if secure {
		t := n.trusted()
		if t.broken != nil {
			return nil, t.broken
		}
		config.RootCAs = t.pool
	}
	connecting := n.settings.Connecting
	dialer := &net.Dialer{Timeout: connecting}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    connecting,
		ForceAttemptHTTP2:      !n.settings.HTTP1,
		DisableCompression:     true, // the hash is that of the bytes as they are stored
		MaxIdleConnsPerHost:    32,   // as many crates come at once from a server without HTTP/2
		IdleConnTimeout:        90 * time.Second,
		ReadBufferSize:         32 << 10,
		MaxResponseHeaderBytes: 1 << 20,
		// A stalled stream is given up by its reader; the connection below it has to be noticed as dead too, or the
		// next attempt would use it again.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
	if n.settings.HTTP1 {
		t.Protocols = &http.Protocols{}
		t.Protocols.SetHTTP1(true)
	}
	switch {
	case via == nil:
	case via.Scheme == "socks5" || via.Scheme == "socks5h":
		t.DialContext = socksDial(via, dialer)
	default:
		t.Proxy = http.ProxyURL(via)
		t.OnProxyConnectResponse = refused
		if via.Scheme == "https" && n.settings.ProxyCA.Path != "" {
			proxy := n.ofProxy()
			if proxy.broken != nil {
				return nil, proxy.broken
			}
			toProxy := &tls.Dialer{NetDialer: dialer, Config: &tls.Config{MinVersion: n.settings.MinTLS, MaxVersion: n.settings.MaxTLS, RootCAs: proxy.pool}}
			t.DialTLSContext = toProxy.DialContext
		}
	}
	return t, nil
}

func (n *network) closeIdle() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.transports {
		t.CloseIdleConnections()
	}
}

// refusal is a proxy's answer to CONNECT.
type refusal struct{ status int }

func (e *refusal) Error() string { return "the proxy's answer " + status(e.status) }

func refused(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &refusal{answer.StatusCode}
}

// socksDial dials through a SOCKS proxy. socks5 resolves names here and socks5h at the proxy, as curl has it.
func socksDial(via *url.URL, direct *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	var auth *proxy.Auth
	if via.User != nil {
		password, _ := via.User.Password()
		auth = &proxy.Auth{User: via.User.Username(), Password: password}
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		through, err := proxy.SOCKS5("tcp", via.Host, auth, direct)
		if err != nil {
			return nil, err
		}
		dial := through.(proxy.ContextDialer).DialContext
		if via.Scheme == "socks5h" {
			return dial(ctx, network, address)
		}
		return dialResolved(ctx, dial, network, address)
	}
}

func dialResolved(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error), network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	var failed error
	for _, a := range found {
		conn, err := dial(ctx, network, net.JoinHostPort(a, port))
		if err == nil {
			return conn, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, fmt.Errorf("%s through SOCKS: %w", host, failed)
}
