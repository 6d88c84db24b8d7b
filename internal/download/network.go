package download

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"berth/internal/redact"
)

// Network is how connections are made. The zero value leaves everything to the environment.
type Network struct {
	// Proxy is asked once, before the first request, for the proxy of all URLs. What it finds counts instead of the
	// environment's variables, an empty address as none at all; NO_PROXY counts in each case. May be nil.
	Proxy func() (ProxyAddress, bool)
	// CA are certificates that servers are checked against besides those of the system and the environment, ProxyCA
	// those for proxies that are reached by https; where there are none of those, CA counts for proxies too.
	CA, ProxyCA CertificateFile
	// MinTLS and MaxTLS bound the version of TLS, as in crypto/tls; 0 is what that has.
	MinTLS, MaxTLS uint16
	// HTTP1 keeps several requests from sharing a connection at one time.
	HTTP1 bool
	// Connecting bounds what comes before the first byte of a connection; 0 is half a minute.
	Connecting time.Duration
	// Trace is told the heads of requests and answers, a line at a time and with nothing secret, from any goroutine.
	// May be nil.
	Trace func(line string)
}

// ProxyAddress is the address of a proxy, and who says so, for errors.
type ProxyAddress struct{ URL, From string }

// CertificateFile is a file of certificates in PEM, and who names it, for errors.
type CertificateFile struct{ Path, From string }

// proxies are the rules for these settings.
func (n Network) proxies(getenv func(string) string) proxyRules {
	rules := proxiesOf(getenv)
	if n.Proxy == nil {
		return rules
	}
	if p, ok := n.Proxy(); ok {
		v := proxyVariable{p.From, strings.TrimSpace(p.URL)}
		rules.http, rules.https = v, v
	}
	return rules
}

// ProxyFor is the proxy that u is reached through with these settings, nil for none.
func (n Network) ProxyFor(u *url.URL, getenv func(string) string) (*url.URL, error) {
	return n.proxies(getenv).of(u)
}

// roots are the system's and the environment's certificates, and those of the file.
func (f CertificateFile) roots(getenv func(string) string) trusted {
	pool, trouble := roots(getenv)
	if f.Path == "" {
		return trusted{pool: pool, trouble: trouble}
	}
	if pool == nil {
		system, err := x509.SystemCertPool()
		if pool = system; err != nil {
			pool = x509.NewCertPool()
		}
	}
	if err := addFile(pool, f.From, f.Path); err != nil {
		return trusted{broken: &CertificateError{err}}
	}
	return trusted{pool: pool, trouble: trouble}
}

// CertificateError is a file of certificates that was asked for and cannot be used.
type CertificateError struct{ err error }

func (e *CertificateError) Error() string {
	return e.err.Error() + "; it has to be a file of certificates in PEM (-----BEGIN CERTIFICATE-----)"
}

func (e *CertificateError) Unwrap() error { return e.err }

// traced tells the heads of a request and of its answer.
func (n Network) traced(t http.RoundTripper, r *http.Request) (*http.Response, error) {
	n.Trace("> " + r.Method + " " + shown(r.URL))
	n.traceHeader("> ", r.Header)
	answer, err := t.RoundTrip(r)
	if err != nil {
		n.Trace("* " + redact.Strict(err.Error()))
		return nil, err
	}
	n.Trace("< " + answer.Proto + " " + answer.Status)
	n.traceHeader("< ", answer.Header)
	return answer, nil
}

func (n Network) traceHeader(mark string, header http.Header) {
	var lines []string
	for name, values := range header {
		for _, value := range values {
			switch strings.ToLower(name) {
			case "authorization", "proxy-authorization", "cookie", "set-cookie":
				value = "[REDACTED]"
			case "location", "referer":
				value = redact.Strict(value)
			}
			lines = append(lines, mark+name+": "+value)
		}
	}
	slices.Sort(lines)
	for _, line := range lines {
		n.Trace(line)
	}
}
