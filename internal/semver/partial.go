package semver

import (
	"strconv"
	"strings"
)

// Partial is a version of one to three numbers, as `rust-version = "1.70"` and
// package id specs have it.
type Partial struct {
	Parts               uint8 // how many numbers are given: 1 to 3; 0 is no version at all
	Major, Minor, Patch uint64
	Pre, Build          string // only with three numbers
}

// ParsePartial reads one to three numbers, and after three a pre-release and
// build metadata. Spaces around it do no harm, as in Cargo, which reads it as a
// requirement then, that has no build metadata.
func ParsePartial(text string) (Partial, error) {
	s := scanner{text: text, rest: strings.Trim(text, " ")}
	spaced := s.rest != text
	p, err := s.partial()
	if spaced {
		p.Build = ""
	}
	if err == nil && s.rest != "" {
		err = s.errorf("unexpected %s after the version", quoteFirst(s.rest))
	}
	if err != nil {
		return Partial{}, err
	}
	return p, nil
}

func (s *scanner) partial() (p Partial, err error) {
	if p.Major, err = s.number("major"); err != nil {
		return p, err
	}
	p.Parts = 1
	if !s.eat(".") {
		return p, nil
	}
	if p.Minor, err = s.number("minor"); err != nil {
		return p, err
	}
	p.Parts = 2
	if !s.eat(".") {
		return p, nil
	}
	if p.Patch, err = s.number("patch"); err != nil {
		return p, err
	}
	p.Parts = 3
	p.Pre, p.Build, err = s.tail()
	return p, err
}

// PartialOf is v with all its parts.
func PartialOf(v Version) Partial {
	return Partial{Parts: 3, Major: v.Major, Minor: v.Minor, Patch: v.Patch, Pre: v.Pre, Build: v.Build}
}

// IsZero tells whether p is no version at all.
func (p Partial) IsZero() bool { return p.Parts == 0 }

// Version is p with zeros for what is not given.
func (p Partial) Version() Version {
	return Version{Major: p.Major, Minor: p.Minor, Patch: p.Patch, Pre: p.Pre, Build: p.Build}
}

// Compare is the order in which stock Cargo has partial versions: what is not given is below any number, 1.60 below 1.60.0.
func (p Partial) Compare(o Partial) int {
	if c := p.Version().Compare(o.Version()); c != 0 {
		return c
	}
	return int(p.Parts) - int(o.Parts)
}

// Matches tells whether v is p in all parts that p gives. Build metadata of p,
// where given, must agree too.
func (p Partial) Matches(v Version) bool {
	return p.Major == v.Major && (p.Parts < 2 || p.Minor == v.Minor) && (p.Parts < 3 || p.Patch == v.Patch && p.Pre == v.Pre) &&
		(p.Parts > 2 || v.Pre == "") && (p.Build == "" || p.Build == v.Build)
}

// CaretReq is the requirement `^p`.
func (p Partial) CaretReq() Req {
	return NewReq(Comparator{Op: Caret, Parts: p.Parts, Major: p.Major, Minor: p.Minor, Patch: p.Patch, Pre: p.Pre})
}

// String is p as it is written.
func (p Partial) String() string {
	if p.Parts == 0 {
		return ""
	}
	if p.Parts == 3 {
		return p.Version().String()
	}
	text := strconv.FormatUint(p.Major, 10)
	if p.Parts == 2 {
		text += "." + strconv.FormatUint(p.Minor, 10)
	}
	return text
}
