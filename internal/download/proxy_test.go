package download

import (
	"crypto/x509"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/proxies"
)

const host = "dist.test" // exists nowhere

var login = &proxies.Login{User: "user", Password: "s3cr/t@"}

// through sends the stage's requests to a name that only a proxy can reach.
func (s *stage) through(scheme, port string, env ...string) {
	s.dir.client = testClient(s.t, env...)
	s.want.URL = scheme + "://" + host + ":" + port + path
}

func (s *stage) address() string { return strings.TrimPrefix(s.server.URL(), "http://") }

func startProxy(t *testing.T, hosts map[string]string) *proxies.HTTP {
	return proxies.Run(t, &proxies.HTTP{Login: login, Hosts: hosts})
}

func startTLS(t *testing.T, s *stage) (front *proxies.TLS, ca string) {
	front = proxies.Run(t, &proxies.TLS{Handler: s.server, Names: []string{host}})
	return front, front.CA(t)
}

func TestHTTPProxy(t *testing.T) {
	s := newStage(t, 1<<20)
	p := startProxy(t, map[string]string{host + ":80": s.address()})
	s.through("http", "80", "http_proxy", p.URLWithLogin())
	s.inject(distserver.Fault{Kind: distserver.Truncate, Bytes: 1000, Times: 1})
	s.mustFetch()
	if c := p.Counts(); c.Requests != 2 || c.Tunnels != 0 || c.Denied != 0 {
		t.Fatalf("%+v", c)
	}
}

func TestTunnel(t *testing.T) {
	s := newStage(t, 1<<20)
	front, ca := startTLS(t, s)
	p := startProxy(t, map[string]string{host + ":443": "127.0.0.1:" + front.Port()})
	s.through("https", "443", "HTTPS_PROXY", p.URLWithLogin(), "SSL_CERT_FILE", ca)
	s.mustFetch()
	if c := p.Counts(); c.Tunnels != 1 || c.Requests != 0 || c.Denied != 0 || !slices.Equal(c.Hosts, []string{host + ":443"}) {
		t.Fatalf("%+v", c)
	}
}

// A proxy that is itself reached over TLS: its certificate is checked like a server's.
func TestHTTPSProxy(t *testing.T) {
	s := newStage(t, 1<<20)
	front, ca := startTLS(t, s) // serves what it is asked for, whatever host the request names
	s.through("http", "80", "http_proxy", front.URL(), "SSL_CERT_FILE", ca)
	s.mustFetch()
	s.mustRequest(1)
}

func TestSOCKS(t *testing.T) {
	for _, l := range []*proxies.Login{nil, login} {
		s := newStage(t, 1<<20)
		p := proxies.Run(t, &proxies.SOCKS{Login: l, Hosts: map[string]string{host + ":80": s.address()}})
		s.through("http", "80", "ALL_PROXY", p.URL("socks5h"))
		s.mustFetch()
		if c := p.Counts(); c.Tunnels != 1 || c.Names != 1 || c.Denied != 0 {
			t.Errorf("%+v", c)
		}
	}
}

// socks5 resolves here: the proxy is given an address, never a name.
func TestSOCKSResolvedHere(t *testing.T) {
	s := newStage(t, 1<<20)
	p := proxies.Run(t, &proxies.SOCKS{})
	s.dir.client = testClient(t, "all_proxy", p.URL("socks5"))
	s.want.URL = strings.Replace(s.want.URL, "127.0.0.1", "localhost", 1)
	s.mustFetch()
	if c := p.Counts(); c.Tunnels == 0 || c.Names != 0 {
		t.Fatalf("%+v", c)
	}
}

func TestNoProxyGoesDirect(t *testing.T) {
	s := newStage(t, 1<<20)
	p := startProxy(t, nil)
	s.dir.client = testClient(t, "http_proxy", p.URLWithLogin(), "no_proxy", "127.0.0.0/8")
	s.mustFetch()
	if c := p.Counts(); c.Requests+c.Tunnels+c.Denied != 0 {
		t.Fatalf("%+v", c)
	}
}

func TestCertificates(t *testing.T) {
	for name, env := range map[string]func(ca string) []string{
		"file": func(ca string) []string { return []string{"SSL_CERT_FILE", ca} },
		"dir":  func(ca string) []string { return []string{"SSL_CERT_DIR", filepath.Dir(ca)} },
		"second dir": func(ca string) []string {
			return []string{"SSL_CERT_DIR", "/absent" + string(filepath.ListSeparator) + filepath.Dir(ca)}
		},
		"absent file": func(ca string) []string {
			return []string{"SSL_CERT_FILE", "/absent", "SSL_CERT_DIR", filepath.Dir(ca)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, 1000)
			front, ca := startTLS(t, s)
			s.dir.client = testClient(t, env(ca)...)
			s.want.URL = front.URL() + path
			s.mustFetch()
		})
	}
}

func TestUnknownCertificate(t *testing.T) {
	for text, env := range map[string][]string{
		"name it in SSL_CERT_FILE":    nil,
		"no certificate in":           {"SSL_CERT_FILE", "proxy_test.go"},
		"SSL_CERT_DIR: open /absent:": {"SSL_CERT_DIR", "/absent"},
	} {
		s := newStage(t, 1000)
		front, _ := startTLS(t, s)
		s.dir.client = testClient(t, env...)
		s.want.URL = front.URL() + path
		_, _, err := s.fetch()
		if !is[*TransportError](err) || is[*GaveUpError](err) || !strings.Contains(err.Error(), text) {
			t.Error(err)
		}
	}
}

func TestNoCertificates(t *testing.T) {
	s := newStage(t, 1000)
	front, _ := startTLS(t, s)
	w, err := s.dir.client.open()
	if err != nil {
		t.Fatal(err)
	}
	w.network.trusted = func() trusted { return trusted{pool: x509.NewCertPool()} }
	s.want.URL = front.URL() + path
	_, _, err = s.fetch()
	if !is[*TransportError](err) || is[*GaveUpError](err) || !strings.Contains(err.Error(), "(ca-certificates)") {
		t.Error(err)
	}
}

// Whatever goes wrong: no user, password or query in what the user sees.
func TestNoCredentialsInErrors(t *testing.T) {
	const secret, userinfo = "s3cr", "token-user:s3cr-pw@"
	s := newStage(t, 1000)
	front, ca := startTLS(t, s)
	p := startProxy(t, nil)
	wrong := strings.Replace(p.URLWithLogin(), "user:", "token-user:", 1)
	dead := "http://" + userinfo + "127.0.0.1:1"
	urls := []string{s.server.URL() + path, front.URL() + path, "http://127.0.0.1:1/x", "http://absent.invalid/x", "ftp://h/x", "http://h/%zz", "file:///absent"}
	for _, raw := range urls {
		at := strings.Index(raw, "://") + 3
		raw = raw[:at] + userinfo + raw[at:] + "?token=s3cr-q#s3cr-f"
		for _, env := range [][]string{
			{"SSL_CERT_FILE", ca}, {}, {"all_proxy", dead}, {"all_proxy", wrong}, {"all_proxy", strings.Replace(dead, "http", "socks5h", 1)},
			{"all_proxy", "socks4://" + userinfo + "p"}, {"all_proxy", "http://" + userinfo + "%zz"}, {"all_proxy", wrong, "SSL_CERT_FILE", ca},
		} {
			for _, status := range []int{404, 500, 407, 0} {
				s.server.ClearFaults()
				if status > 0 {
					s.inject(distserver.Fault{Kind: distserver.Status, Status: status})
				}
				s.dir.client = testClient(t, env...)
				s.dir.client.config.Retries = 1
				s.want = Want{URL: raw, SHA256: strings.Repeat("0", 64)}
				_, _, err := s.fetch()
				_, err2 := s.dir.client.GetBytes(t.Context(), raw, 10)
				for _, err := range []error{err, err2} {
					if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "token")) {
						t.Fatalf("%s with %q: %v", raw, env, err)
					}
				}
				if err == nil {
					t.Fatal("expected an error")
				}
			}
		}
	}
}

func TestProxyRefuses(t *testing.T) {
	s := newStage(t, 1000)
	p := startProxy(t, nil)
	for _, scheme := range []string{"http", "https"} {
		s.through(scheme, "80", "all_proxy", p.URL())
		_, _, err := s.fetch()
		if IsNotFound(err) || is[*GaveUpError](err) || err == nil || !strings.Contains(err.Error(), "check user and password in the proxy's URL") {
			t.Errorf("%s: %v", scheme, err)
		}
	}
}
