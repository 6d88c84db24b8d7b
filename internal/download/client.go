package download

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// The values where the user sets none (RUSTUP_MAX_RETRIES, RUSTUP_DOWNLOAD_TIMEOUT).
const (
	DefaultRetries = 3
	DefaultTimeout = 180 * time.Second
)

// connectTimeout bounds what comes before the first byte of a connection; a host that does not answer is known to be
// unreachable long before a slow download is known to be stalled.
const connectTimeout = 30 * time.Second

// Advice names what a user can change when a server fails, as the next step in errors. The zero value is rustup's.
type Advice struct {
	Server  string // where its address comes from
	Timeout string // what limits the wait
	// Certificates and Proxy are where those are set.
	Certificates, Proxy string
}

func (a Advice) server() string  { return cmp.Or(a.Server, "RUSTUP_DIST_SERVER") }
func (a Advice) timeout() string { return cmp.Or(a.Timeout, "RUSTUP_DOWNLOAD_TIMEOUT") }

func (a Advice) certificates() string { return cmp.Or(a.Certificates, "SSL_CERT_FILE") }
func (a Advice) proxy() string        { return cmp.Or(a.Proxy, "the proxy variables") }

// Config is what a Client is made of.
type Config struct {
	UserAgent string
	Advice    Advice
	// Retries is how many failures in a row are borne; see DefaultRetries.
	Retries int
	// Timeout ends a request that makes no progress for so long; 0 is DefaultTimeout.
	Timeout time.Duration
	// Getenv reads the variables of proxies and certificates; nil is os.Getenv.
	Getenv func(string) string
	// Wait waits between attempts, until ctx ends; nil is a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Retrying is told of each failure that is borne, before the wait, from any goroutine; may be nil.
	Retrying func(Retry)
	// Answered is told of each answer: of what, as it may be shown, of which range, if one was asked for, and with what status. From any
	// goroutine; may be nil.
	Answered func(url, byteRange string, status int)

	// Network is how connections are made where settings and not only the environment say so.
	Network Network
	// LowSpeed is how many bytes have to come within Timeout; 0 is one.
	LowSpeed int64
	// Backoff is the wait before the attempt that follows so many failures; nil doubles from half a second.
	Backoff func(failures int) time.Duration
	// Redirects is how many are followed in a row; 0 is 10.
	Redirects int
	// LongestAsked bounds the wait that a server may ask for; 0 is a minute.
	LongestAsked time.Duration
	// Opening is called once, before the first request, and may still change what connections and patience are like: whoever sends no
	// request then need not have read it. Its error is that of every request; may be nil.
	Opening func(*Config) error
	// Refuse, if set, is the error of every request over the network: nothing is to be sent.
	Refuse error
}

// Client gets bytes by URL: http, https and file. It reads the environment and makes its connections at the first
// request, so having one costs nothing. It may be used concurrently.
type Client struct {
	config   Config
	open     func() (*wire, error)
	buffers  buffers
	decoders sync.Pool // of *gzip.Reader
}

// wire is what the first request makes.
type wire struct {
	http    *http.Client
	network *network
	advice  Advice
}

// NewClient makes a client; nothing is read or opened yet.
func NewClient(c Config) *Client {
	c.complete()
	client := &Client{config: c}
	client.open = sync.OnceValues(client.connect)
	return client
}

// complete puts the defaults where nothing is set.
func (c *Config) complete() {
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	c.LowSpeed = max(1, c.LowSpeed)
	if c.Network.Connecting <= 0 {
		c.Network.Connecting = min(connectTimeout, c.Timeout)
	}
	if c.LongestAsked <= 0 {
		c.LongestAsked = longestAsked
	}
	if c.Getenv == nil {
		c.Getenv = os.Getenv
	}
	if c.Wait == nil {
		c.Wait = sleep
	}
	if c.Redirects == 0 {
		c.Redirects = 10
	}
}

// connect makes what requests go through.
func (c *Client) connect() (*wire, error) {
	if c.config.Opening != nil {
		if err := c.config.Opening(&c.config); err != nil {
			return nil, err
		}
		c.config.complete()
	}
	n := newNetwork(c.config.Getenv, c.config.Network)
	return &wire{&http.Client{Transport: n, CheckRedirect: c.checkRedirect}, n, c.config.Advice}, nil
}

// Open reads the settings of connections, as the first request does; their error is that of every request.
func (c *Client) Open() error {
	_, err := c.open()
	return err
}

// CloseIdle closes the connections that nothing goes through.
func (c *Client) CloseIdle() {
	if w, err := c.open(); err == nil {
		w.network.closeIdle()
	}
}

// GetBytes gets a small document whole; more than limit bytes of it are a TooLargeError.
func (c *Client) GetBytes(ctx context.Context, rawURL string, limit int64) ([]byte, error) {
	for p := (patience{client: c}); ; {
		data, err := c.getBytes(ctx, rawURL, limit)
		if err == nil {
			return data, nil
		}
		if err := p.bear(ctx, err); err != nil {
			return nil, c.advised(err)
		}
	}
}

// Get sends one request and gives the answer whatever its status is; the errors of its body say what to do, too. The
// caller closes the body, and repeats what may pass with Retry.
func (c *Client) Get(ctx context.Context, rawURL string, header http.Header) (*http.Response, error) {
	answer, err := c.get(ctx, rawURL, header)
	return answer, c.advised(err)
}

// Retry does what asks a server until it succeeds, fails for good, or has failed too often.
func (c *Client) Retry(ctx context.Context, do func() error) error {
	for p := (patience{client: c}); ; {
		err := do()
		if err == nil {
			return nil
		}
		if err := p.bear(ctx, err); err != nil {
			return c.advised(err)
		}
	}
}

// Unexpected is the error of an answer with a status that is neither what was asked for nor its absence.
func (c *Client) Unexpected(answer *http.Response, rawURL string) error {
	return c.advised(statusError(answer, shownText(rawURL)))
}

// advised tells the errors of this package whom to send the user to.
func (c *Client) advised(err error) error {
	if e, ok := errors.AsType[*NotFoundError](err); ok {
		e.advice = c.config.Advice
	}
	if e, ok := errors.AsType[*StatusError](err); ok {
		e.advice = c.config.Advice
	}
	if e, ok := errors.AsType[*AnswerError](err); ok {
		e.advice = c.config.Advice
	}
	if e, ok := errors.AsType[*TooLargeError](err); ok {
		e.advice = c.config.Advice
	}
	return err
}

func (c *Client) getBytes(ctx context.Context, rawURL string, limit int64) ([]byte, error) {
	answer, err := c.get(ctx, rawURL, nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, statusError(answer, shownText(rawURL))
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &TooLargeError{URL: shownText(rawURL), Limit: limit}
	}
	return data, nil
}

// get sends one request. The errors of the answer's body are errors of this package, too.
func (c *Client) get(ctx context.Context, rawURL string, header http.Header) (*http.Response, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" && u.Scheme != "file" { // the parser's error quotes it whole
		return nil, fmt.Errorf("expected a URL, got %s; check %s", shownText(rawURL), c.config.Advice.server())
	}
	if u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "file" {
		return nil, fmt.Errorf("cannot download %s: expected http, https or file, got the scheme '%s'; check %s", shown(u), u.Scheme, c.config.Advice.server())
	}
	if c.config.Refuse != nil && u.Scheme != "file" {
		return nil, c.config.Refuse
	}
	w, err := c.open()
	if err != nil {
		return nil, err
	}
	ctx, watch := watchFor(ctx, c.config.Timeout, c.config.LowSpeed)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		watch.end()
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("User-Agent", c.config.UserAgent)
	watch.arm()
	answer, err := w.http.Do(request)
	watch.disarm(c.config.LowSpeed) // an answer is progress, however short
	if err != nil {
		err = w.explain(ctx, u, "an answer", err)
		watch.end()
		return nil, err
	}
	if c.config.Answered != nil {
		c.config.Answered(shown(u), request.Header.Get("Range"), answer.StatusCode)
	}
	answer.Body = &watchedBody{answer.Body, watch, func(err error) error { return w.explain(ctx, u, "the rest of the file", err) }}
	return answer, nil
}

var errRedirect = errors.New("a redirect that is not followed")

// checkRedirect lets a server send us to another server, never to a file of this machine.
func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	if next.URL.Scheme != "http" && next.URL.Scheme != "https" {
		return fmt.Errorf("%w, to the scheme '%s'", errRedirect, next.URL.Scheme)
	}
	if len(via) > c.config.Redirects {
		return fmt.Errorf("%w, the %dth in a row", errRedirect, len(via))
	}
	next.Header.Del("Referer") // would carry the first address's query to the second server
	if !sameServer(next.URL, via[0].URL) {
		next.Header.Del("Authorization") // net/http keeps it for other ports, for subdomains and for http after https
	}
	return nil
}

// sameServer tells whether two addresses lead to one server, which alone may see what is meant for it.
func sameServer(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func statusError(answer *http.Response, url string) error {
	e := &StatusError{URL: url, Status: answer.StatusCode, retryAfter: retryAfter(answer.Header, time.Now())}
	switch answer.StatusCode {
	case http.StatusProxyAuthRequired, http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusRequestedRangeNotSatisfiable:
		return e
	}
	if answer.StatusCode/100 == 4 {
		return &NotFoundError{URL: url, Status: answer.StatusCode}
	}
	return e
}
