package dist

import (
	"fmt"
	"strings"
)

// Package names and targets become parts of file names (manifest-<pkg>-<target>) and come from a server, so they hold
// nothing that a file system takes for more than a name.
func checkName(what, name string) error {
	const most = 128
	if name == "" || len(name) > most || name[0] == '.' || !all(name, inName) {
		return fmt.Errorf("%s: expected a name of at most %d letters, digits, '-', '_', '+' and '.', got %s",
			what, most, quoteShort(name))
	}
	return nil
}

func inName(c byte) bool { return isBare(c) || c == '+' || c == '.' }

func checkTarget(name string) error {
	if name == anyTarget {
		return nil
	}
	return checkName("target", name)
}

// checkURL asks for no more than what keeps a broken manifest from being found only when a download fails: a scheme that
// can be fetched, a host, and no byte that an address cannot hold. A thousand addresses are checked in each manifest.
func checkURL(url string) error {
	const most = 2048
	if !fetchable(url) || len(url) > most || !all(url, inURL) {
		return fmt.Errorf("expected an address that begins https://, http:// or file:///, got %s", quoteShort(url))
	}
	return nil
}

func fetchable(url string) bool {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(url, "http://")
	}
	if ok {
		return rest != "" && rest[0] != '/'
	}
	return strings.HasPrefix(url, "file:///")
}

func inURL(c byte) bool {
	switch c {
	case '"', '<', '>', '\\', '^', '`', '{', '|', '}':
		return false
	}
	return ' ' < c && c < 0x7f
}

const hashSize = 64

func checkHash(hash string) error {
	if len(hash) != hashSize || !all(hash, inHash) {
		return fmt.Errorf("expected a SHA-256 as %d lower-case hexadecimal digits, got %s", hashSize, quoteShort(hash))
	}
	return nil
}

func inHash(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// all says whether ok holds for every byte of s.
func all(s string, ok func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
