package crate

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"path/filepath"
	"strings"
)

// ParseURL reads a URL as manifests and configuration hold it and gives it in
// the form in which it is compared, hashed and written into a Cargo.lock
// (https://url.spec.whatwg.org/, as the Rust crate url has it).
func ParseURL(text string) (string, error) {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' }) // also the end of the line of a variable's value
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok || !isScheme(scheme) {
		if user, path, ok := strings.Cut(text, ":"); ok && strings.Contains(user, "@") {
			return "", fmt.Errorf("invalid URL %q: expected a scheme in front; try `ssh://%s/%s` instead", text, user, path)
		}
		return "", fmt.Errorf("invalid URL %q: expected a scheme such as https://, ssh:// or file:// in front", text)
	}
	scheme = strings.ToLower(scheme)
	if isSpecial(scheme) {
		rest = "//" + strings.TrimLeft(strings.ReplaceAll(rest, `\`, "/"), "/")
		if scheme == "file" {
			rest = "///" + strings.TrimLeft(rest, "/")
		}
	}
	if !strings.HasPrefix(rest, "//") {
		return "", fmt.Errorf("invalid URL %q: expected // after the scheme %s", text, scheme)
	}
	u, err := url.Parse(scheme + ":" + escapeSpaces(rest))
	if err != nil {
		return "", fmt.Errorf("invalid URL %q: %w", text, reasonOf(err))
	}
	if u.Host == "" && u.Path == "" || u.Opaque != "" {
		return "", fmt.Errorf("invalid URL %q: expected a host after %s://", text, scheme)
	}
	if isSpecial(scheme) {
		if err := normalize(u); err != nil {
			return "", fmt.Errorf("invalid URL %q: %w", text, err)
		}
	}
	return u.String(), nil
}

// reasonOf drops the URL from the error: the caller has it in its own.
func reasonOf(err error) error {
	if e, ok := err.(*url.Error); ok {
		return e.Err
	}
	return err
}

func isScheme(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return s != ""
}

// isSpecial: schemes whose host has letters of no case and whose path is never
// empty. sparse+https is none of them, as in Cargo.
func isSpecial(scheme string) bool {
	switch scheme {
	case "http", "https", "file", "ftp", "ws", "wss":
		return true
	}
	return false
}

func escapeSpaces(s string) string { return strings.ReplaceAll(s, " ", "%20") }

func normalize(u *url.URL) error {
	if u.Scheme != "file" && u.Hostname() == "" {
		return fmt.Errorf("expected a host after %s://", u.Scheme)
	}
	u.Host = strings.ToLower(u.Host)
	if port := u.Port(); port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		if host, _, err := net.SplitHostPort(u.Host); err == nil {
			if u.Host = host; strings.Contains(host, ":") {
				u.Host = "[" + host + "]"
			}
		}
	}
	escaped := u.EscapedPath()
	clean := path.Clean("/" + escaped)
	if strings.Contains(escaped, "//") {
		clean = escaped // empty segments are kept
	} else if strings.HasSuffix(escaped, "/") && clean != "/" {
		clean += "/"
	}
	decoded, err := url.PathUnescape(clean)
	if err != nil {
		return err
	}
	u.Path, u.RawPath = decoded, clean
	return nil
}

// FileURL is the file:// URL of an absolute path.
func FileURL(file string) string {
	slashed := filepath.ToSlash(file)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	return "file://" + escapePath(slashed)
}

// escapePath encodes what the path of a URL cannot hold (the path percent-encode
// set of the specification).
func escapePath(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"#<>?`{}%\\", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// filePath is the path that a file:// URL names.
func filePath(fileURL string) string {
	escaped := strings.TrimPrefix(fileURL, "file://")
	decoded, err := url.PathUnescape(escaped)
	if err != nil {
		decoded = escaped
	}
	return fromSlash(decoded)
}

// canonicalURL is what URLs are compared by: without one trailing slash, without
// .git, and for github.com with https and a path of small letters.
func canonicalURL(normal string) string {
	scheme, rest, _ := strings.Cut(normal, "://")
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return normal
	}
	host, file := rest[:slash], rest[slash:]
	query := ""
	if i := strings.IndexAny(file, "?#"); i >= 0 {
		file, query = file[:i], file[i:]
	}
	if len(file) > 1 {
		file = strings.TrimSuffix(file, "/")
	}
	if !strings.Contains(scheme, "+") {
		bare := host[strings.LastIndexByte(host, '@')+1:]
		if bare == "github.com" {
			scheme, file = "https", strings.ToLower(file)
		}
		file = strings.TrimSuffix(file, ".git")
	}
	return scheme + "://" + host + file + query
}

// lastSegment is what follows the last slash of a URL's path.
func lastSegment(u string) string {
	_, rest, _ := strings.Cut(u, "://")
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	slash := strings.LastIndexByte(rest, '/')
	if slash < 0 {
		return ""
	}
	return rest[slash+1:]
}

// hostOf is the host of a URL, without user and port.
func hostOf(normal string) string {
	u, err := url.Parse(normal)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
