// Package cargohttp makes the HTTP client of Cargo's half out of [http] and [net], the environment and git's
// configuration.
//
// Guarantee: each setting has the effect that it has in Cargo 1.95, and who has several places to set something has
// Cargo's order among them. Nothing is read or opened before the first request, so a value that cannot be ends those
// alone who would use it. Nothing secret is in an error or in what http.debug tells.
// The edge: http.check-revoke is read and changes nothing, as Go's TLS does not ask whether certificates were revoked;
// of SOCKS version 5 only is spoken.
//
//	what                      places, the first that says something counts
//	proxy                     http.proxy, CARGO_HTTP_PROXY · http.proxy of git (system's and user's) · https_proxy, HTTPS_PROXY,
//	                          http_proxy, ALL_PROXY. An empty http.proxy is none at all. NO_PROXY counts in each case.
//	certificates              http.cainfo, CARGO_HTTP_CAINFO · SSL_CERT_FILE · the system's; those of SSL_CERT_DIR and of
//	                          the system's directory count besides
//	certificates of a proxy   http.proxy-cainfo · as above
//	patience                  http.timeout · HTTP_TIMEOUT · 30 s: to connect, and for http.low-speed-limit (10) bytes to come
package cargohttp

import (
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"berth/internal/config"
	"berth/internal/download"
)

// Options are what does not stand in the configuration.
type Options struct {
	// UserAgent is what the client is called unless http.user-agent says otherwise.
	UserAgent string
	// Offline is the flag or key that forbids to use the network; empty if none does.
	Offline string
	// Retrying is told of each failure that is borne; may be nil.
	Retrying func(download.Retry)
	// Opening is called once, before the first request; may be nil.
	Opening func()
	// Debug is told the heads of requests and answers where http.debug asks for it; may be nil.
	Debug func(line string)
}

// New makes the client.
func New(c *config.Config, o Options) *download.Client { return download.NewClient(settingsOf(c, o)) }

func settingsOf(c *config.Config, o Options) download.Config {
	settings := download.Config{
		Getenv:       func(name string) string { value, _ := c.Getenv(name); return value },
		Retrying:     o.Retrying,
		Backoff:      backoff,
		LongestAsked: longestWait,
		Redirects:    30, // as curl, and so stock
		Advice: download.Advice{
			Server:       "the registry's address in .cargo/config.toml",
			Timeout:      "http.timeout",
			Certificates: "http.cainfo or CARGO_HTTP_CAINFO",
			Proxy:        "http.proxy and the proxy variables",
		},
		Opening: func(settings *download.Config) error {
			if o.Opening != nil {
				o.Opening()
			}
			return fillIn(settings, c, o)
		},
	}
	if o.Offline != "" {
		settings.Refuse = &OfflineError{o.Offline}
	}
	return settings
}

// fillIn sets what [http] and [net] say.
func fillIn(settings *download.Config, c *config.Config, o Options) error {
	http, err := c.HTTP()
	if err != nil {
		return err
	}
	net, err := c.Net()
	if err != nil {
		return err
	}
	if settings.Network, err = networkOf(c, http); err != nil {
		return err
	}
	settings.UserAgent = http.UserAgent.Or(o.UserAgent)
	settings.Retries = int(net.Retry.Or(download.DefaultRetries))
	settings.Timeout = timeoutOf(c, http)
	settings.LowSpeed = int64(http.LowSpeedLimit.Or(10))
	settings.Network.Connecting = settings.Timeout
	if http.Debug.Val {
		settings.Network.Trace = o.Debug
	}
	return nil
}

// OfflineError is a request that was not sent.
type OfflineError struct{ By string }

func (e *OfflineError) Error() string {
	return "the network would be needed, and " + e.By + " forbids it; run the command once without " + e.By
}

func networkOf(c *config.Config, http config.HTTP) (download.Network, error) {
	n := download.Network{
		HTTP1:   !http.Multiplexing.Or(true),
		CA:      certificates(c, http.CAInfo, "http.cainfo"),
		ProxyCA: certificates(c, http.ProxyCAInfo, "http.proxy-cainfo"),
		Proxy: func() (download.ProxyAddress, bool) {
			if http.Proxy.Set {
				return download.ProxyAddress{URL: http.Proxy.Val, From: named("http.proxy", http.Proxy.Origin)}, true
			}
			return gitProxy(c)
		},
	}
	var err error
	if v := http.SSLVersion; v.Single.Set {
		n.MinTLS, err = version(v.Single, "http.ssl-version")
	} else if n.MinTLS, err = version(v.Min, "http.ssl-version.min"); err == nil {
		n.MaxTLS, err = version(v.Max, "http.ssl-version.max")
	}
	return n, err
}

// certificates is a file that the configuration names, also by an empty text: that is then no file of certificates.
func certificates(c *config.Config, v config.Value[string], key string) download.CertificateFile {
	if !v.Set {
		return download.CertificateFile{}
	}
	return download.CertificateFile{Path: c.Path(v), From: named(key, v.Origin)}
}

func named(key string, o config.Origin) string {
	if o.Layer == config.Environment {
		return o.Name
	}
	return key + " (" + o.String() + ")"
}

// version is a version of TLS; what names none leaves it to the library.
func version(v config.Value[string], key string) (uint16, error) {
	switch v.Val {
	case "default":
		return 0, nil
	case "tlsv1", "tlsv1.0":
		return tls.VersionTLS10, nil
	case "tlsv1.1":
		return tls.VersionTLS11, nil
	case "tlsv1.2":
		return tls.VersionTLS12, nil
	case "tlsv1.3":
		return tls.VersionTLS13, nil
	}
	if !v.Set {
		return 0, nil
	}
	return 0, fmt.Errorf("%s: expected default, tlsv1, tlsv1.0, tlsv1.1, tlsv1.2 or tlsv1.3, found %q", named(key, v.Origin), v.Val)
}

// forever stands for a timeout of 0, which is none.
const forever = 24 * time.Hour

func timeoutOf(c *config.Config, http config.HTTP) time.Duration {
	seconds := uint64(30)
	if http.Timeout.Set {
		seconds = http.Timeout.Val
	} else if text, ok := c.Getenv("HTTP_TIMEOUT"); ok {
		if n, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 10, 64); err == nil {
			seconds = n
		}
	}
	if seconds == 0 || seconds > uint64(forever/time.Second) {
		return forever
	}
	return time.Duration(seconds) * time.Second
}

// longestWait is also what remains of a longer wait that a server asks for.
const longestWait = 10 * time.Second

// backoff is Cargo's: the first wait is spread over a second, so that who failed together does not come back together,
// and the last ones are longer than a content network remembers a failure.
func backoff(failures int) time.Duration {
	if failures == 0 {
		return 500*time.Millisecond + rand.N(time.Second)
	}
	return min(time.Duration(min(failures, 10))*3*time.Second+500*time.Millisecond, longestWait)
}
