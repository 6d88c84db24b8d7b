package download

import (
	"context"
	"crypto/tls"
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
	proxies    proxyRules
	tls        *tls.Config
	trouble    error // with the certificates that the environment names
	connecting time.Duration

	mu         sync.Mutex
	transports map[string]*http.Transport
}

func newNetwork(getenv func(string) string, connecting time.Duration) *network {
	pool, trouble := roots(getenv)
	return &network{
		proxies:    proxiesOf(getenv),
		tls:        &tls.Config{RootCAs: pool},
		trouble:    trouble,
		connecting: connecting,
		transports: map[string]*http.Transport{},
	}
}

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "file" {
		return serveFile(r)
	}
	via, err := n.proxies.of(r.URL)
	if err != nil {
		return nil, err
	}
	return n.transport(via).RoundTrip(r)
}

func (n *network) transport(via *url.URL) *http.Transport {
	key := ""
	if via != nil {
		key = via.String()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.transports[key] == nil {
		n.transports[key] = n.newTransport(via)
	}
	return n.transports[key]
}

func (n *network) newTransport(via *url.URL) *http.Transport {
	dialer := &net.Dialer{Timeout: n.connecting}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        n.tls.Clone(),
		TLSHandshakeTimeout:    n.connecting,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // the hash is that of the bytes as they are stored
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		ReadBufferSize:         64 << 10,
		MaxResponseHeaderBytes: 1 << 20,
		// A stalled stream is given up by its reader; the connection below it has to be noticed as dead too, or the
		// next attempt would use it again.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
	switch {
	case via == nil:
	case via.Scheme == "socks5" || via.Scheme == "socks5h":
		t.DialContext = socksDial(via, dialer)
	default:
		t.Proxy = http.ProxyURL(via)
		t.OnProxyConnectResponse = refused
	}
	return t
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
