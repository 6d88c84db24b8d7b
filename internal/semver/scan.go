package semver

import (
	"fmt"
	"strconv"
	"strings"
)

// scanner reads from the front of rest; text is kept for messages.
type scanner struct {
	text, rest string
}

func (s *scanner) errorf(format string, args ...any) error {
	return &ParseError{Text: s.text, Reason: fmt.Sprintf(format, args...)}
}

func (s *scanner) eat(prefix string) bool {
	rest, ok := strings.CutPrefix(s.rest, prefix)
	s.rest = rest
	return ok
}

func (s *scanner) spaces() { s.rest = strings.TrimLeft(s.rest, " ") }

// number reads a decimal number below 2^64 without leading zeros.
func (s *scanner) number(part string) (uint64, error) {
	n := 0
	for n < len(s.rest) && s.rest[n] >= '0' && s.rest[n] <= '9' {
		n++
	}
	digits := s.rest[:n]
	switch {
	case n == 0 && s.rest == "":
		return 0, s.errorf("it ends where the %s number is expected", part)
	case n == 0:
		return 0, s.errorf("unexpected %s where the %s number is expected", quoteFirst(s.rest), part)
	case n > 1 && digits[0] == '0':
		return 0, s.errorf("the %s number has a leading zero", part)
	}
	value, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, s.errorf("the %s number is too large", part)
	}
	s.rest = s.rest[n:]
	return value, nil
}

// tail reads a pre-release and build metadata, both optional.
func (s *scanner) tail() (pre, build string, err error) {
	if s.eat("-") {
		if pre, err = s.fields("pre-release", false); err != nil {
			return "", "", err
		}
	}
	if s.eat("+") {
		if build, err = s.fields("build metadata", true); err != nil {
			return "", "", err
		}
	}
	return pre, build, nil
}

// fields reads dot-separated identifiers, at least one, none of them empty.
func (s *scanner) fields(part string, zeros bool) (string, error) {
	end := strings.IndexFunc(s.rest, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '.')
	})
	if end < 0 {
		end = len(s.rest)
	}
	whole := s.rest[:end]
	for field := range strings.SplitSeq(whole, ".") {
		if field == "" {
			return "", s.errorf("a part of the %s is empty", part)
		}
		if !zeros && len(field) > 1 && field[0] == '0' && isNumber(field) {
			return "", s.errorf("a number in the %s has a leading zero", part)
		}
	}
	s.rest = s.rest[end:]
	return whole, nil
}

func quoteFirst(s string) string {
	for _, r := range s {
		return strconv.QuoteRune(r)
	}
	return "the end"
}
