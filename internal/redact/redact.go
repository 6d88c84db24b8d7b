// Package redact takes credentials out of texts that people see: user names and passwords before the host of a URL, and
// what may be a token behind its path. What is doubtful is taken out too: a URL that cannot be parsed because its password
// has a slash in it is just the one that ends up in an error. `ssh://git@host` stays, a login name alone is part of such an
// address. Redacting twice changes nothing.
//
// Where it ends: a secret that stands outside of a URL is not known to be one, and what looks like a port with a query, a
// fragment or a scope behind it (`host:8080/#name@1`, `host:8080/@scope`) is taken for that, though it could be a password;
// what follows the `@` is no scope if it looks like a host.
package redact

import (
	"net/netip"
	"strconv"
	"strings"
)

// Text leaves of a query everything but the values of parameters that are known to hold tokens.
func Text(text string) string {
	if strings.Contains(text, scheme) {
		text = redactUserinfo(text)
	}
	if strings.ContainsRune(text, '=') {
		text = redactParameters(text)
	}
	return text
}

// scheme ends the scheme of a URL.
const scheme = "://"

// sentence is what stands behind a URL and does not belong to it.
const sentence = `'",.:;)]}`

// Strict leaves nothing of the queries and fragments of URLs: addresses that servers give are signed more often than not.
func Strict(text string) string {
	return rewrite(redactUserinfo(text), behindScheme, func(_, url string) (string, int) {
		url = untilEnd(url)
		query := strings.IndexAny(url, "?#")
		if query < 0 {
			return url, len(url)
		}
		return url[:query] + url[max(query+1, len(strings.TrimRight(url, sentence))):], len(url)
	})
}

// rewrite goes through a text from mark to mark. After says where the text behind the next mark begins, 0 if there is none,
// and change what stands there instead of its first n bytes; the search goes on behind those.
func rewrite(text string, after func(text string) int, change func(before, behind string) (instead string, n int)) string {
	var b strings.Builder
	for {
		i := after(text)
		if i == 0 {
			b.WriteString(text)
			return b.String()
		}
		instead, n := change(text[:i], text[i:])
		b.WriteString(text[:i])
		b.WriteString(instead)
		text = text[i+n:]
	}
}

func behindScheme(text string) int {
	if i := strings.Index(text, scheme); i >= 0 {
		return i + len(scheme)
	}
	return 0
}

// untilEnd is the URL that a text begins with.
func untilEnd(text string) string {
	if i := strings.IndexFunc(text, endsURL); i >= 0 {
		return text[:i]
	}
	return text
}

func redactUserinfo(text string) string {
	return rewrite(text, behindScheme, func(before, url string) (string, int) {
		for n := 0; ; {
			more := userinfo(url[n:])
			if more == 0 || strings.HasSuffix(before, "ssh"+scheme) && !strings.Contains(url[n:n+more], ":") {
				return "", n
			}
			n += more
		}
	})
}

// userinfo is the length of what stands before the host, `@` included; text begins behind `://`.
func userinfo(text string) int {
	url := untilEnd(text)
	authority, path := url, ""
	if i := strings.IndexAny(url, `/?#\`); i >= 0 {
		authority, path = url[:i], url[i:]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		return at + 1
	}
	host, port, found := cutPort(authority)
	switch {
	case !found:
		return 0
	case !isPort(strings.TrimRight(port, sentence), path != ""):
		return strings.LastIndexByte(url, '@') + 1
	case isAddress(host):
		return 0
	}
	if at := atInSegment(path); at >= 0 {
		return len(authority) + at + 1
	}
	return 0
}

// cutPort separates what the colon of an authority separates: a host and its port, or a user and a password's beginning.
func cutPort(authority string) (host, port string, found bool) {
	if i := strings.LastIndexByte(authority, ']'); i >= 0 && strings.HasPrefix(authority, "[") {
		_, port, found = strings.Cut(authority[i:], ":")
		return authority[:i+1], port, found
	}
	return strings.Cut(authority, ":")
}

// isPort: a colon with nothing behind it may end the sentence; where a path follows it is the one before a password.
func isPort(text string, path bool) bool {
	if text == "" {
		return !path
	}
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

// isAddress: nobody is called like that, so a number behind it is a port.
func isAddress(host string) bool {
	if strings.HasPrefix(host, "[") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// atInSegment finds the last `@` of a path that may end a password that begins like a port and has a slash in it: one that
// does not begin a segment, as that of a scope does, or stands before a host.
func atInSegment(path string) int {
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	for end := len(path); ; {
		at := strings.LastIndexByte(path[:end], '@')
		if at <= 0 || path[at-1] != '/' || isHost(path[at+1:]) {
			return at
		}
		end = at
	}
}

// isHost tells whether a text begins with what can hardly be a scope: names of scopes have neither dots nor ports.
func isHost(text string) bool {
	text, _, _ = strings.Cut(text, "/")
	host := strings.TrimRight(text, sentence)
	return strings.ContainsAny(host, ".:[") || strings.EqualFold(host, "localhost")
}

func endsURL(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("\"`<>", r) }

func redactParameters(text string) string {
	separator := func(text string) int { return strings.IndexAny(text, "?&#;") + 1 }
	return rewrite(text, separator, func(_, behind string) (string, int) {
		key := strings.IndexFunc(behind, endsKey)
		if key < 0 || behind[key] != '=' || !secret(behind[:key]) {
			return "", 0
		}
		value := behind[key+1:]
		end := strings.IndexFunc(value, endsValue)
		if end < 0 {
			end = len(value)
		}
		if end == 0 {
			return behind[:key+1], key + 1
		}
		return behind[:key+1] + "***", key + 1 + end
	})
}

func endsKey(r rune) bool {
	return r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
}

func endsValue(r rune) bool { return endsURL(r) || r == '&' || r == '#' || r == '\'' }

// secret knows the parameters of the usual registries, mirrors and object stores.
func secret(key string) bool {
	switch strings.ToLower(key) {
	case "token", "access_token", "access-token", "accesstoken", "auth_token", "id_token", "refresh_token", "private_token",
		"job_token", "api_key", "api-key", "apikey", "key", "auth", "authorization", "jwt", "bearer", "password", "passwd",
		"pass", "pwd", "secret", "client_secret", "credential", "credentials", "sig", "signature", "awsaccesskeyid",
		"x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential",
		"googleaccessid", "x-oss-signature", "x-oss-credential", "x-oss-security-token", "ossaccesskeyid", "security-token":
		return true
	}
	return false
}
