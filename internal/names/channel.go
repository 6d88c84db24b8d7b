package names

import (
	"cmp"
	"strconv"
	"strings"
)

// Channel is stable, beta, nightly or a version, which may lack its patch number
// (the newest of that minor version) or be a beta. Channels compare with ==.
type Channel struct {
	kind  channelKind
	major uint8
	minor uint16
	// patch and beta count from one, so that zero means absent. For beta, one is
	// "beta" and n+2 is "beta.n".
	patch, beta uint8
}

type channelKind uint8

const (
	kindStable channelKind = iota + 1
	kindBeta
	kindNightly
	kindVersion
)

// The three moving channels.
func Stable() Channel  { return Channel{kind: kindStable} }
func Beta() Channel    { return Channel{kind: kindBeta} }
func Nightly() Channel { return Channel{kind: kindNightly} }

// moves tells whether the channel can point at something else tomorrow.
func (c Channel) moves() bool {
	return c.kind != kindVersion || c.patch == 0 || c.beta == 1
}

func (c Channel) String() string { return string(c.append(nil)) }

func (c Channel) append(b []byte) []byte {
	switch c.kind {
	case kindStable:
		return append(b, "stable"...)
	case kindBeta:
		return append(b, "beta"...)
	case kindNightly:
		return append(b, "nightly"...)
	case kindVersion:
		return c.appendVersion(b)
	}
	return b
}

func (c Channel) appendVersion(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(c.major), 10)
	b = strconv.AppendUint(append(b, '.'), uint64(c.minor), 10)
	if c.patch > 0 {
		b = strconv.AppendUint(append(b, '.'), uint64(c.patch-1), 10)
	}
	if c.beta > 0 {
		b = append(b, "-beta"...)
	}
	if c.beta > 1 {
		b = strconv.AppendUint(append(b, '.'), uint64(c.beta-2), 10)
	}
	return b
}

// compareChannels orders stable, beta, nightly, then versions by number. Without a
// patch comes before patch 0, and a beta before its release.
func compareChannels(a, b Channel) int {
	return cmp.Or(
		cmp.Compare(a.kind, b.kind),
		cmp.Compare(a.major, b.major),
		cmp.Compare(a.minor, b.minor),
		cmp.Compare(a.patch, b.patch),
		// Zero, a release, wraps round to the end.
		cmp.Compare(a.beta-1, b.beta-1),
	)
}

// cutChannel reads a channel up to the end of s or a "-", which stays in rest.
//
// "-beta" belongs to a version only if what follows can still be a date or a host:
// in "1.80.0-beta-" the trailing "-" is neither, so the whole of it is the host.
// "1.80.0-beta.01" has a leading zero that a version must not have, and there is no
// second reading of it: it is no channel at all.
func cutChannel(s string) (c Channel, rest string, ok bool) {
	word, rest := cutWord(s)
	switch word {
	case "stable":
		return Stable(), rest, true
	case "beta":
		return Beta(), rest, true
	case "nightly":
		return Nightly(), rest, true
	}
	if c, ok = parseVersion(word); !ok {
		return Channel{}, "", false
	}
	if strings.HasPrefix(rest, "-beta") {
		pre, after := cutWord(rest[1:])
		if number, isBeta := strings.CutPrefix(pre, "beta"); isBeta && after != "-" && betaShape(number) {
			if len(number) == 3 && number[1] == '0' {
				return Channel{}, "", false
			}
			c.beta, rest = betaField(number), after
		}
	}
	return c.completed(), rest, true
}

// completed turns 1.0 to 1.8 into 1.0.0 to 1.8.0: these releases are known to the
// server under three numbers only.
func (c Channel) completed() Channel {
	if c.major == 1 && c.minor <= 8 && c.patch == 0 && c.beta == 0 {
		c.patch = 1
	}
	return c
}

// parseVersion reads D.N or D.N.P: one digit, up to three and up to two, none with
// a leading zero.
func parseVersion(s string) (Channel, bool) {
	if len(s) < 3 || !digit(s[0]) || s[1] != '.' {
		return Channel{}, false
	}
	c := Channel{kind: kindVersion, major: s[0] - '0'}
	minor, patch, hasPatch := strings.Cut(s[2:], ".")
	n, ok := number(minor, 3)
	if !ok {
		return Channel{}, false
	}
	c.minor = uint16(n)
	if hasPatch {
		if n, ok = number(patch, 2); !ok {
			return Channel{}, false
		}
		c.patch = uint8(n) + 1
	}
	return c, true
}

func betaShape(s string) bool {
	if s == "" {
		return true
	}
	return len(s) >= 2 && len(s) <= 3 && s[0] == '.' && digit(s[1]) && digit(s[len(s)-1])
}

func betaField(s string) uint8 {
	if s == "" {
		return 1
	}
	n, _ := number(s[1:], 2)
	return uint8(n) + 2
}

// number reads a decimal number of at most width digits without a leading zero.
func number(s string, width int) (n int, ok bool) {
	if s == "" || len(s) > width || (len(s) > 1 && s[0] == '0') {
		return 0, false
	}
	for i := range len(s) {
		if !digit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// cutWord splits s before its first "-".
func cutWord(s string) (word, rest string) {
	if i := strings.IndexByte(s, '-'); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}
