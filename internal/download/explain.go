package download

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"berth/internal/redact"
)

// explain makes an error of this package of what the HTTP library says: with the address as it may be shown, with the
// next step, and with the knowledge whether asking again can help.
func (w *wire) explain(ctx context.Context, u *url.URL, expected string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause // the library says "context canceled" for a stall as well
		if !errors.As(err, new(*stalled)) {
			return err
		}
	}
	var proxy *ProxyError
	if errors.As(err, &proxy) {
		return fmt.Errorf("cannot download %s: %w", shown(u), proxy)
	}
	var certificates *CertificateError
	if errors.As(err, &certificates) {
		return fmt.Errorf("cannot download %s: %w", shown(u), certificates)
	}
	var quoted *url.Error // holds the whole address, with all that is in it
	if errors.As(err, &quoted) {
		err = quoted.Err
	}
	e := &TransportError{URL: shown(u), Expected: expected, Err: err}
	e.Hint, e.lasting = w.nextStep(err)
	return e
}

func (w *wire) nextStep(err error) (hint string, lasting bool) {
	var (
		certificate *tls.CertificateVerificationError
		notTLS      tls.RecordHeaderError
		unknown     *net.DNSError
		refused     *refusal
	)
	switch {
	case errors.As(err, &certificate) && w.network.trusted().trouble != nil:
		return redact.Strict(w.network.trusted().trouble.Error()), true
	case errors.As(err, &certificate) && w.network.trusted().isEmpty():
		return "this machine trusts nobody yet: install its package of certificate authorities (ca-certificates), or name a file of them in " +
			w.advice.certificates(), true
	case errors.As(err, &certificate):
		return "if your network checks connections with a certificate of its own, name it in " + w.advice.certificates(), true
	case errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		return "the server does not speak https there, check the URL", true
	case errors.As(err, &refused) && refused.status == http.StatusProxyAuthRequired:
		return "check user and password in the proxy's URL", true
	case errors.As(err, &refused):
		return "ask who runs the proxy, or name the host in NO_PROXY", refused.status < 500
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return fmt.Sprintf("check the network, the name '%s' and %s", unknown.Name, w.advice.proxy()), true
	case errors.Is(err, errRedirect):
		return "check " + w.advice.server(), true
	case errors.As(err, new(*stalled)):
		return "run the command again, it goes on where it stopped; " + w.advice.timeout() + " is the limit in seconds", false
	default:
		return "check the network and " + w.advice.proxy() + ", and run the command again: it goes on where it stopped", false
	}
}
