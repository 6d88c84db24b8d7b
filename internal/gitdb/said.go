package gitdb

import (
	"bytes"
	"net/url"
	"strings"
	"sync"

	"berth/internal/redact"
)

// speech is what git says on its standard error: progress, which goes on, and the rest, of which the end is kept.
type speech struct {
	progress func(string)

	mu   sync.Mutex
	line []byte
	kept []string
}

const (
	longestLine = 4 << 10
	mostLines   = 40
)

func (s *speech) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for rest := p; len(rest) > 0; {
		end := bytes.IndexAny(rest, "\r\n")
		if end < 0 {
			s.line = append(s.line, rest[:min(len(rest), longestLine-min(longestLine, len(s.line)))]...)
			break
		}
		s.line = append(s.line, rest[:end]...)
		s.end()
		rest = rest[end+1:]
	}
	return len(p), nil
}

// end is the end of a line. What ends in a percentage and its like is progress.
func (s *speech) end() {
	line := strings.ToValidUTF8(strings.TrimSpace(string(s.line)), "?")
	s.line = s.line[:0]
	if line == "" {
		return
	}
	if isProgress(line) {
		if s.progress != nil {
			s.progress(strings.TrimPrefix(line, "remote: "))
		}
		return
	}
	if s.kept = append(s.kept, line); len(s.kept) > mostLines {
		s.kept = s.kept[1:]
	}
}

func isProgress(line string) bool {
	what, rest, ok := strings.Cut(strings.TrimPrefix(line, "remote: "), ":")
	if !ok {
		return strings.HasPrefix(what, "Total ")
	}
	switch what {
	case "Enumerating objects", "Counting objects", "Compressing objects", "Receiving objects", "Resolving deltas", "Updating files":
		return true
	default:
		return strings.Contains(rest, "% (")
	}
}

// text is what git said, without its prefixes and its advice, which is about other commands than ours.
func (s *speech) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
	var lines []string
	for _, line := range s.kept {
		line = strings.TrimPrefix(strings.TrimPrefix(line, "fatal: "), "error: ")
		if !strings.HasPrefix(line, "hint: ") && line != "Please make sure you have the correct access rights" && line != "and the repository exists." {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// kindOf sorts a failure by what git, curl and ssh say in English (LC_ALL=C). What could be a part of a repository's name
// (rustls) is looked for only where a word begins.
func kindOf(said string) FailureKind {
	text := " " + strings.ToLower(said)
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	switch {
	case has("no space left on device", "disk quota exceeded"):
		return NoDisk
	case has("could not read username", "could not read password", "authentication failed", "permission denied", "access denied",
		"authentication required", "authorization failed", "error: 401", "error: 403"):
		return Denied
	case has("couldn't find remote ref", "repository not found", "does not appear to be a git repository", "not our ref", "no such ref",
		"does not exist", "unadvertised object", "not found: did you run", "error: 404", "reference not found", "' not found", "access denied or repository not exported"):
		return Missing
	case has("could not resolve", "couldn't resolve", "connection refused", "connection reset", "connection timed out", "operation timed out",
		"timed out", "failed to connect", "couldn't connect", "unable to connect", "early eof", "unexpected disconnect", "hung up", "rpc failed", "empty reply",
		"transfer closed", "network is unreachable", "no route to host", "connection closed", "broken pipe", "error: 5", "error: 429",
		" ssl_", "ssl/tls", " tls", ":tls", " gnutls",
		"too slow", "temporary failure", "i/o timeout", "unexpected eof", "connection to ", "bytes of body are still expected", "bad band", "protocol error", "expected flush", "expected packfile"):
		return Network
	case has("corrupt", "bad object", "missing blob", "missing tree", "missing commit", "unable to read", "not a git repository", "loose object", "pack has",
		"packfile", "bad signature", "unresolved delta", "did not send all necessary objects", "unable to find", "object not found", "invalid index", "malformed"):
		return Damaged
	default:
		return Other
	}
}

// saysUnwritten tells whether git, or the system, could not write what it had read.
func saysUnwritten(said string) bool {
	text := strings.ToLower(said)
	for _, part := range []string{"no space left on device", "disk quota exceeded", "read-only file system", "file too large", "unable to write", "unable to create", "unable to append", "could not write"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// withoutSecrets takes credentials out of every URL in a text, and the password of address wherever else it stands.
func withoutSecrets(text, address string) string {
	text = redact.Strict(text)
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return text
	}
	password, _ := u.User.Password()
	for _, secret := range []string{password, url.QueryEscape(password), url.PathEscape(password)} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}
