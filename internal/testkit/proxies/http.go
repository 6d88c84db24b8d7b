// Package proxies stands in for what lies between a client and a dist server: an HTTP proxy, a SOCKS5 proxy and a TLS front with a
// certificate authority of its own.
//
// Each listens on a free loopback port, counts what goes through it, and reaches names that exist nowhere through its Hosts table, so that a
// test can prove both that the proxy was used and who resolved the name. They serve until Close, which cuts what is open; they
// are for tests: no timeouts, no limits.
package proxies

import (
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
)

// Login is a user name and password that a proxy asks for.
type Login struct{ User, Password string }

// Counts is what went through a proxy.
type Counts struct {
	Requests int      // absolute-form requests
	Tunnels  int      // CONNECTs, or SOCKS connections
	Denied   int      // without the right login
	Names    int      // SOCKS: destinations given as a name, which the proxy has to resolve
	Hosts    []string // destinations in order, as the client spelt them: host:port
}

// ledger is the counting half of both proxies.
type ledger struct {
	mu     sync.Mutex
	counts Counts
}

func (l *ledger) note(f func(*Counts)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.counts)
}

// Counts returns a copy of the counts.
func (l *ledger) Counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.counts
	c.Hosts = append([]string(nil), c.Hosts...)
	return c
}

// HTTP is a forward proxy for absolute-form requests and CONNECT.
type HTTP struct {
	ledger
	Login *Login            // nil: everybody may
	Hosts map[string]string // "dist.test:80" to "127.0.0.1:4711"

	server    *http.Server
	transport *http.Transport
	addr      string
	tunnels   conns
}

// Start listens on a free loopback port. Set the fields before.
func (p *HTTP) Start() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.addr = listener.Addr().String()
	p.server = &http.Server{Handler: http.HandlerFunc(p.serve)}
	p.transport = &http.Transport{DisableCompression: true}  // no proxy of its own, and bodies as they are
	p.tunnels.wg.Go(func() { _ = p.server.Serve(listener) }) // ends by Close
	return nil
}

// URL is for HTTP_PROXY and its kin, without the login.
func (p *HTTP) URL() string { return "http://" + p.addr }

// URLWithLogin is for HTTP_PROXY, with the login.
func (p *HTTP) URLWithLogin() string { return withLogin("http", p.addr, p.Login) }

func withLogin(scheme, addr string, login *Login) string {
	u := url.URL{Scheme: scheme, Host: addr}
	if login != nil {
		u.User = url.UserPassword(login.User, login.Password)
	}
	return u.String()
}

// Close cuts all connections.
func (p *HTTP) Close() error {
	err := p.server.Close()
	p.transport.CloseIdleConnections()
	return errors.Join(err, p.tunnels.close())
}

func (p *HTTP) serve(w http.ResponseWriter, r *http.Request) {
	if !p.allowed(r) {
		p.note(func(c *Counts) { c.Denied++ })
		w.Header().Set("Proxy-Authenticate", `Basic realm="testkit"`)
		http.Error(w, "who are you", http.StatusProxyAuthRequired)
		return
	}
	if r.Method == http.MethodConnect {
		p.connect(w, r)
		return
	}
	if !r.URL.IsAbs() {
		http.Error(w, "this is a proxy: absolute-form requests and CONNECT only", http.StatusBadRequest)
		return
	}
	p.note(func(c *Counts) { c.Requests++; c.Hosts = append(c.Hosts, hostPort(r.URL)) })
	forward := httputil.ReverseProxy{Transport: p.transport, Rewrite: func(out *httputil.ProxyRequest) {
		out.Out.URL.Host = p.resolve(hostPort(r.URL))
		out.Out.Host = r.Host
	}}
	forward.ServeHTTP(w, r)
}

func (p *HTTP) allowed(r *http.Request) bool {
	if p.Login == nil {
		return true
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.Login.User+":"+p.Login.Password))
	return r.Header.Get("Proxy-Authorization") == want
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "https" {
		return u.Host + ":443"
	}
	return u.Host + ":80"
}

func (p *HTTP) resolve(host string) string { return lookup(p.Hosts, host) }

func lookup(hosts map[string]string, host string) string {
	if to, ok := hosts[host]; ok {
		return to
	}
	return host
}

func (p *HTTP) connect(w http.ResponseWriter, r *http.Request) {
	p.note(func(c *Counts) { c.Tunnels++; c.Hosts = append(c.Hosts, r.Host) })
	server, err := net.Dial("tcp", p.resolve(r.Host))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = server.Close()
		return
	}
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_, _ = client.Close(), server.Close()
		return
	}
	p.tunnels.join(client, buffered, server)
}
