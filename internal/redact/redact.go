// Package redact takes credentials out of texts that people see: user names and passwords before the host of a URL, and
// what may be a token behind its path. What is doubtful is taken out too: a URL that cannot be parsed because its password
// has a slash in it is just the one that ends up in an error. `ssh://git@host` stays, a login name alone is part of such an
// address. Redacting twice changes nothing.
//
// Where it ends: a secret that stands outside of a URL is not known to be one.
package redact

import "strings"

// Text leaves of a query everything but the values of parameters that are known to hold tokens.
func Text(text string) string {
	if strings.Contains(text, "://") {
		text = redactUserinfo(text)
	}
	if strings.ContainsRune(text, '=') {
		text = redactParameters(text)
	}
	return text
}

// sentence is what stands behind a URL and does not belong to it.
const sentence = `'",.:;)]}`

// Strict leaves nothing of the queries and fragments of URLs: addresses that servers give are signed more often than not.
func Strict(text string) string {
	text = redactUserinfo(text)
	var b strings.Builder
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		i += len("://")
		url := text[i:]
		if end := strings.IndexFunc(url, endsURL); end >= 0 {
			url = url[:end]
		}
		b.WriteString(text[:i])
		text = text[i+len(url):]
		if query := strings.IndexAny(url, "?#"); query >= 0 {
			url = url[:query] + url[max(query+1, len(strings.TrimRight(url, sentence))):]
		}
		b.WriteString(url)
	}
}

func redactUserinfo(text string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		scheme, rest := text[:i], text[i+len("://"):]
		b.WriteString(text[:i+len("://")])
		for {
			n := userinfo(rest)
			if n == 0 || strings.HasSuffix(scheme, "ssh") && !strings.Contains(rest[:n], ":") {
				break
			}
			rest = rest[n:]
		}
		text = rest
	}
}

// userinfo is the length of what stands before the host, `@` included; url begins behind `://`.
func userinfo(url string) int {
	if i := strings.IndexFunc(url, endsURL); i >= 0 {
		url = url[:i]
	}
	authority := url
	if i := strings.IndexAny(url, `/?#\`); i >= 0 {
		authority = url[:i]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		return at + 1
	}
	if badPort(authority, len(authority) < len(url)) {
		return strings.LastIndexByte(url, '@') + 1
	}
	return 0
}

// badPort says that what follows the host's colon is no port, so that the colon may be the one before a password.
func badPort(authority string, more bool) bool {
	host := authority
	if i := strings.LastIndexByte(host, ']'); i >= 0 && strings.HasPrefix(host, "[") {
		host = host[i:]
	}
	_, port, found := strings.Cut(host, ":")
	if !found {
		return false
	}
	port = strings.TrimRight(port, sentence)
	return port == "" && more || strings.Trim(port, "0123456789") != ""
}

func endsURL(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("\"`<>", r) }

func redactParameters(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(text, "?&#;")
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i+1])
		text = text[i+1:]
		key := strings.IndexFunc(text, endsKey)
		if key < 0 || text[key] != '=' || !secret(text[:key]) {
			continue
		}
		value := text[key+1:]
		end := strings.IndexFunc(value, endsValue)
		if end < 0 {
			end = len(value)
		}
		b.WriteString(text[:key+1])
		if end > 0 {
			b.WriteString("***")
		}
		text = value[end:]
	}
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
