// Package names turns what people, files and directory entries call a toolchain
// into values, and back.
//
// Guarantee: a name that parses is displayed so that it parses to the same value
// again, and a value of type [Official] or [Custom] is one path element that stays
// below toolchains/ when it is joined to it. The edge: parsing looks at the text
// alone. Whether a toolchain of that name exists, whether a server has it and
// whether a path holds one are questions for the caller; host detection (host*.go)
// is the only thing here that asks the system.
//
// The same text means different things in different places, so there is a function
// for each place:
//
//	place                                        function
//	install, update, --toolchain of most verbs   ParseOfficial
//	default                                      ParseDefault
//	uninstall, override set, which, rustup +X    ParseNamed
//	run, +X of a proxy, RUSTUP_TOOLCHAIN         ParseLocal
//	toolchain link                               ParseCustom
//	an entry of toolchains/                      ParseDirectory
//
// The first six yield a [Ref], which may be partial and becomes a [Toolchain] by
// Resolve; the last yields a [Toolchain] at once. Every call of rustc runs through
// here, so the parsers are written by hand and nothing is prepared at start-up.
package names

import (
	"path/filepath"
	"strings"
)

// Ref is a toolchain as someone wrote it: a [Partial], a [Custom] or a [Path].
type Ref interface {
	// String is the text that parses to this value again.
	String() string
	// Resolve fills what was left out from the host's triple. It fails only for a
	// Partial, and only when the host's triple is not one of the known ones.
	Resolve(host string) (Toolchain, error)
}

// Toolchain is a resolved toolchain: an [Official], a [Custom] or a [Path].
// The first two lie below toolchains/ under the name that String gives.
type Toolchain interface {
	String() string
	rank() int
}

// Custom is the name of a toolchain that the user linked. It is never the name of
// an official toolchain, never "none", and has no separator.
type Custom string

func (c Custom) String() string                    { return string(c) }
func (c Custom) Resolve(string) (Toolchain, error) { return c, nil }
func (c Custom) rank() int                         { return rankCustom }

// Path is the absolute path of a toolchain that lies anywhere. Relative ones are
// refused everywhere: a checkout could bring its own compiler.
type Path string

func (p Path) String() string                    { return string(p) }
func (p Path) Resolve(string) (Toolchain, error) { return p, nil }
func (p Path) rank() int                         { return rankPath }

// None is the word that stands for "no toolchain" where a default is chosen.
const None = "none"

// ParseOfficial reads a name where only official toolchains make sense. It is
// stricter than the others: no trailing slash is forgiven.
func ParseOfficial(s string) (Partial, error) {
	p, ok := parsePartial(s)
	if !ok {
		return Partial{}, &Error{NotOfficial, s}
	}
	return p, nil
}

// ParseDefault reads an official or custom name, or "none": then set is false.
func ParseDefault(s string) (ref Ref, set bool, err error) {
	name, err := trim(s)
	if err != nil || name == None {
		return nil, false, err
	}
	ref, err = ParseNamed(name)
	return ref, err == nil, err
}

// ParseNamed reads an official or custom name.
func ParseNamed(s string) (Ref, error) {
	name, err := trim(s)
	if err != nil {
		return nil, err
	}
	if p, ok := parsePartial(name); ok {
		return p, nil
	}
	if !customAllowed(name) {
		return nil, &Error{InvalidName, name}
	}
	return Custom(name), nil
}

// ParseLocal reads an official or custom name or an absolute path. That a path has
// a bin/ directory is left to the caller, who then reports [NoBinDirectory].
func ParseLocal(s string) (Ref, error) {
	name, err := trim(s)
	if err != nil {
		return nil, err
	}
	if p, ok := parsePartial(name); ok {
		return p, nil
	}
	if customAllowed(name) {
		return Custom(name), nil
	}
	return ParsePath(name)
}

// ParsePath reads the absolute path of a toolchain.
func ParsePath(s string) (Path, error) {
	switch _, official := parsePartial(s); {
	case official || !strings.ContainsAny(s, `/\`):
		return "", &Error{InvalidPath, s}
	case !filepath.IsAbs(s):
		return "", &Error{RelativePath, s}
	}
	return Path(s), nil
}

// ParseCustom reads a name that must not be official.
func ParseCustom(s string) (Custom, error) {
	name, err := trim(s)
	if err != nil {
		return "", err
	}
	if _, official := parsePartial(name); official || !customAllowed(name) {
		return "", &Error{InvalidCustom, name}
	}
	return Custom(name), nil
}

// ParseDirectory reads the name of an entry of toolchains/. Here the host is
// whatever stands behind channel and date, known or not; without it an official
// name is no toolchain at all (nobody makes a directory "stable").
func ParseDirectory(s string) (Toolchain, error) {
	name, err := trim(s)
	if err != nil {
		return nil, err
	}
	if o, ok := parseOfficial(name); ok {
		return o, nil
	}
	if _, partial := parsePartial(name); partial || !customAllowed(name) {
		return nil, &Error{InvalidName, name}
	}
	return Custom(name), nil
}

// trim applies the rules that all names but the strictly official ones share.
func trim(s string) (string, error) {
	if rest, plus := strings.CutPrefix(s, "+"); plus {
		return "", &Error{PlusPrefix, rest}
	}
	name := strings.TrimRight(s, "/")
	if name == "" {
		return "", &Error{InvalidName, s}
	}
	return name, nil
}

// customAllowed tells whether a name that is not official may be a custom one.
// Stock allows "." and ".." too, and then uninstalls the directory above.
func customAllowed(name string) bool {
	switch name {
	case None, ".", "..":
		return false
	}
	return !strings.ContainsAny(name, `/\`)
}
