package download

import (
	"net/url"
	"strings"

	"berth/internal/redact"
)

// shown is a URL as it may appear in a message: without user, password, query and fragment, any of which may hold a
// token.
func shown(u *url.URL) string {
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return plain.String()
}

// shownText does the same for a URL that may not even parse.
func shownText(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return shown(u)
	}
	if !strings.Contains(raw, "://") {
		return "a text that is no URL" // and may hold anything
	}
	return redact.Strict(raw)
}
