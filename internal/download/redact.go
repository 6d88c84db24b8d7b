package download

import (
	"net/url"
	"strings"
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
	return scrub(raw)
}

// scrub takes credentials and queries out of the URLs in a text that others wrote: the library's errors quote the
// address of a redirect in full, and those are signed more often than not.
func scrub(text string) string {
	var out strings.Builder
	for {
		at := strings.Index(text, "://")
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		at += len("://")
		out.WriteString(text[:at])
		end := at
		for end < len(text) && !strings.ContainsRune(" \t\r\n\"'<>`", rune(text[end])) {
			end++
		}
		out.WriteString(scrubAddress(text[at:end]))
		text = text[end:]
	}
}

// scrubAddress is for what follows "://". The last @ counts, wherever it is: better a path cut than half a password.
func scrubAddress(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		address = address[at+1:]
	}
	if query := strings.IndexAny(address, "?#"); query >= 0 {
		address = address[:query]
	}
	return address
}
