// Package semver reads and compares versions and version requirements as Cargo
// does (the Rust crate semver 1.0; https://semver.org/ 2.0.0 with its two
// liberties: a total order that also looks at build metadata, and caret as the
// operator of a bare requirement).
//
// All values are immutable and comparable with ==; nothing here does I/O.
package semver

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a whole version: 1.2.3-pre+build.
type Version struct {
	Major, Minor, Patch uint64
	Pre, Build          string
}

// ParseError says where a version or a requirement is not one.
type ParseError struct {
	Text   string // the whole of what was read
	Reason string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("%s is not valid here: %s", strconv.Quote(e.Text), e.Reason)
}

// Parse reads a whole version: three numbers without leading zeros, then
// optionally a pre-release and build metadata.
func Parse(text string) (Version, error) {
	s := scanner{text: text, rest: text}
	v, err := s.version()
	if err == nil && s.rest != "" {
		err = s.errorf("unexpected %s after the version", quoteFirst(s.rest))
	}
	if err != nil {
		return Version{}, err
	}
	return v, nil
}

func (s *scanner) version() (v Version, err error) {
	if s.rest == "" {
		return v, s.errorf("it is empty, expected a version such as 1.2.3")
	}
	parts := [...]struct {
		name string
		into *uint64
	}{{"major", &v.Major}, {"minor", &v.Minor}, {"patch", &v.Patch}}
	for i, part := range parts {
		if i > 0 && !s.eat(".") {
			return v, s.errorf("expected a dot and the %s number", part.name)
		}
		if *part.into, err = s.number(part.name); err != nil {
			return v, err
		}
	}
	v.Pre, v.Build, err = s.tail()
	return v, err
}

// String is the version as it is written.
func (v Version) String() string {
	buf := make([]byte, 0, 16+len(v.Pre)+len(v.Build))
	buf = strconv.AppendUint(buf, v.Major, 10)
	buf = append(buf, '.')
	buf = strconv.AppendUint(buf, v.Minor, 10)
	buf = append(buf, '.')
	buf = strconv.AppendUint(buf, v.Patch, 10)
	if v.Pre != "" {
		buf = append(append(buf, '-'), v.Pre...)
	}
	if v.Build != "" {
		buf = append(append(buf, '+'), v.Build...)
	}
	return string(buf)
}

// Compare is a total order: by precedence, then by build metadata.
func (v Version) Compare(o Version) int {
	if c := v.ComparePrecedence(o); c != 0 {
		return c
	}
	return compareBuild(v.Build, o.Build)
}

// ComparePrecedence is the order of the specification, which does not look at
// build metadata.
func (v Version) ComparePrecedence(o Version) int {
	return cmp.Or(
		cmp.Compare(v.Major, o.Major),
		cmp.Compare(v.Minor, o.Minor),
		cmp.Compare(v.Patch, o.Patch),
		comparePre(v.Pre, o.Pre),
	)
}

// Less is Compare(o) < 0.
func (v Version) Less(o Version) bool { return v.Compare(o) < 0 }

// IsPrerelease tells whether v has a pre-release part.
func (v Version) IsPrerelease() bool { return v.Pre != "" }

// comparePre: none is above any; else field by field.
func comparePre(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return compareFields(a, b, func(x, y string) int {
		return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
	})
}

// compareBuild: none is below any; numbers may have leading zeros, and of two
// equal ones that with more zeros is the greater.
func compareBuild(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return -1
	case b == "":
		return 1
	}
	return compareFields(a, b, func(x, y string) int {
		tx, ty := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		return cmp.Or(cmp.Compare(len(tx), len(ty)), strings.Compare(tx, ty), cmp.Compare(len(x), len(y)))
	})
}

// compareFields compares dot by dot: a number is below a word, fewer fields are
// below more.
func compareFields(a, b string, numbers func(x, y string) int) int {
	for {
		x, restA, moreA := strings.Cut(a, ".")
		y, restB, moreB := strings.Cut(b, ".")
		nx, ny := isNumber(x), isNumber(y)
		var c int
		switch {
		case nx && ny:
			c = numbers(x, y)
		case nx:
			c = -1
		case ny:
			c = 1
		default:
			c = strings.Compare(x, y)
		}
		switch {
		case c != 0:
			return c
		case !moreA && !moreB:
			return 0
		case !moreA:
			return -1
		case !moreB:
			return 1
		}
		a, b = restA, restB
	}
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
