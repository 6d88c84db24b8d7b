package proxies

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// origin answers with the host that it was asked for.
func origin(t *testing.T) (addr string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "origin of "+r.Host) }))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func secureOrigin(t *testing.T, names ...string) (*TLS, *x509.CertPool) {
	t.Helper()
	front := &TLS{Names: names, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "secure "+r.Host) })}
	file := Run(t, front).CA(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("%s holds no certificate", file)
	}
	return front, pool
}

// via asks for target through a proxy; trust may be nil.
func via(t *testing.T, proxy, target string, trust *x509.CertPool) (int, string, error) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		transport.Proxy = http.ProxyURL(u)
	}
	if trust != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: trust}
	}
	resp, err := (&http.Client{Transport: transport}).Get(target)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

func TestHTTPProxyForwardsNamesThatExistNowhere(t *testing.T) {
	p := Run(t, &HTTP{Hosts: map[string]string{"dist.test:80": origin(t)}})
	code, body, err := via(t, p.URL(), "http://dist.test/x", nil)
	if err != nil || code != 200 || body != "origin of dist.test" {
		t.Errorf("%d %q %v", code, body, err)
	}
	if c := p.Counts(); c.Requests != 1 || c.Tunnels != 0 || !slices.Equal(c.Hosts, []string{"dist.test:80"}) {
		t.Errorf("counts %+v", c)
	}
}

func TestHTTPProxyTunnels(t *testing.T) {
	front, trust := secureOrigin(t, "dist.test")
	p := Run(t, &HTTP{Hosts: map[string]string{"dist.test:443": "127.0.0.1:" + front.Port()}})
	code, body, err := via(t, p.URL(), "https://dist.test/x", trust)
	if err != nil || code != 200 || body != "secure dist.test" {
		t.Errorf("%d %q %v", code, body, err)
	}
	if c := p.Counts(); c.Requests != 0 || c.Tunnels != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestHTTPProxyAsksForLogin(t *testing.T) {
	p := Run(t, &HTTP{Login: &Login{"me", "p@ss"}, Hosts: map[string]string{"dist.test:80": origin(t)}})
	if code, _, err := via(t, p.URL(), "http://dist.test/", nil); err != nil || code != http.StatusProxyAuthRequired {
		t.Errorf("without login: %d %v", code, err)
	}
	if code, _, err := via(t, p.URLWithLogin(), "http://dist.test/", nil); err != nil || code != 200 {
		t.Errorf("with login: %d %v", code, err)
	}
	if c := p.Counts(); c.Denied != 1 || c.Requests != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestHTTPProxyIsNoServer(t *testing.T) {
	p := Run(t, &HTTP{})
	if code, _, err := via(t, "", p.URL()+"/x", nil); err != nil || code != http.StatusBadRequest {
		t.Errorf("%d %v", code, err)
	}
}

func TestSOCKSResolvesNames(t *testing.T) {
	for _, login := range []*Login{nil, {"me", "p@ss"}} {
		addr := origin(t)
		p := Run(t, &SOCKS{Login: login, Hosts: map[string]string{"dist.test:80": addr}})
		code, body, err := via(t, p.URL("socks5"), "http://dist.test/", nil)
		if err != nil || code != 200 || body != "origin of dist.test" {
			t.Errorf("by name: %d %q %v", code, body, err)
		}
		if code, _, err := via(t, p.URL("socks5"), "http://"+addr+"/", nil); err != nil || code != 200 {
			t.Errorf("by number: %d %v", code, err)
		}
		if c := p.Counts(); c.Tunnels != 2 || c.Names != 1 || !slices.Equal(c.Hosts, []string{"dist.test:80", addr}) {
			t.Errorf("counts %+v", c)
		}
	}
}

func TestSOCKSDeniesAWrongLogin(t *testing.T) {
	p := Run(t, &SOCKS{Login: &Login{"me", "right"}})
	wrong := strings.Replace(p.URL("socks5"), "right", "wrong", 1)
	none := "socks5://" + p.listener.Addr().String()
	for i, proxy := range []string{wrong, none} {
		if _, _, err := via(t, proxy, "http://dist.test/", nil); err == nil {
			t.Errorf("%s let us in", proxy)
		}
		if c := p.Counts(); c.Denied != i+1 || c.Tunnels != 0 {
			t.Errorf("counts %+v", c)
		}
	}
}

func TestSOCKSTellsThatAHostIsNotThere(t *testing.T) {
	p := Run(t, &SOCKS{Hosts: map[string]string{"dist.test:80": "127.0.0.1:1"}})
	if _, _, err := via(t, p.URL("socks5"), "http://dist.test/", nil); err == nil || !strings.Contains(err.Error(), "host unreachable") {
		t.Errorf("error %v", err)
	}
}

func TestTLSFrontIsTrustedOnlyThroughItsAuthority(t *testing.T) {
	front, trust := secureOrigin(t)
	if code, _, err := via(t, "", front.URL()+"/", trust); err != nil || code != 200 {
		t.Errorf("with the authority: %d %v", code, err)
	}
	if code, _, err := via(t, "", "https://localhost:"+front.Port()+"/", trust); err != nil || code != 200 {
		t.Errorf("by name: %d %v", code, err)
	}
	if _, _, err := via(t, "", front.URL()+"/", nil); !errors.As(err, new(x509.UnknownAuthorityError)) {
		t.Errorf("without it: %v", err)
	}
}
