package dist

import (
	"fmt"
	"strings"
)

// Package names and targets become parts of file names (manifest-<pkg>-<target>) and come from a server, so they hold
// nothing that a file system takes for more than a name.
func checkName(what, name string) error {
	const most = 128
	if name == "" || len(name) > most || name[0] == '.' || strings.IndexFunc(name, notInName) >= 0 {
		return fmt.Errorf("%s: expected a name of at most %d letters, digits, '-', '_', '+' and '.', got %s",
			what, most, quoteShort(name))
	}
	return nil
}

func notInName(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_+.", r)
}

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
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(url, "http://")
	}
	if ok {
		ok = rest != "" && rest[0] != '/'
	} else {
		ok = strings.HasPrefix(url, "file:///")
	}
	if !ok || len(url) > most || strings.IndexFunc(url, notInURL) >= 0 {
		return fmt.Errorf("expected an address that begins https://, http:// or file:///, got %s", quoteShort(url))
	}
	return nil
}

func notInURL(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) }

const hashSize = 64

func checkHash(hash string) error {
	if len(hash) != hashSize || strings.IndexFunc(hash, notInHash) >= 0 {
		return fmt.Errorf("expected a SHA-256 as %d lower-case hexadecimal digits, got %s", hashSize, quoteShort(hash))
	}
	return nil
}

func notInHash(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') }
