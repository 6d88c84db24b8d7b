// Package install decides what `cargo install` does: which crates a line means, which version of a package is taken, what
// of it becomes a program, and whether that may take the place of what is installed (pure, but for the questions to
// registries).
//
// What holds: the choices are stock Cargo's. A program that is there is only replaced if it is known to be of a package
// of the same name, or where the user says so.
//
// Where it ends: nothing is compiled or written here.
package install

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/semver"
)

// Crate is one that a line asks for.
type Crate struct {
	Name string
	Req  *semver.Req // nil where no version is asked for
}

func (c Crate) same(o Crate) bool {
	return c.Name == o.Name && (c.Req == nil) == (o.Req == nil) && (c.Req == nil || c.Req.Equal(*o.Req))
}

// ParseCrate reads name or name@version.
func ParseCrate(text string) (Crate, error) {
	name, version, given := strings.Cut(text, "@")
	c := Crate{Name: name}
	switch {
	case given && name == "":
		return c, errors.New("missing crate name before '@'")
	case given:
		req, err := ParseVersion(version)
		if err != nil {
			return c, err
		}
		c.Req = &req
	case name == "":
		return c, errors.New("crate name is empty")
	}
	return c, nil
}

// ParseVersion reads what --version takes: a version means itself alone, all else is a requirement.
func ParseVersion(text string) (semver.Req, error) {
	if text == "" {
		return semver.Req{}, errors.New("no version provided for the `--version` flag")
	}
	if rest, ok := strings.CutPrefix(text, "v"); ok {
		return semver.Req{}, fmt.Errorf("the version provided, `%s` is not a valid SemVer requirement\n\nhelp: try changing the version to `%s`", text, rest)
	}
	if strings.ContainsRune("<>=^~", rune(text[0])) || strings.Contains(text, "*") {
		req, err := semver.ParseReq(text)
		if err != nil {
			err = fmt.Errorf("the `--version` provided, `%s`, is not a valid semver version requirement: %w", text, err)
		}
		return req, err
	}
	v, err := semver.Parse(strings.TrimSpace(text))
	if err == nil {
		return semver.ExactReq(v), nil
	}
	if _, isReq := semver.ParseReq(text); isReq == nil {
		err = fmt.Errorf("%w\n\n  tip: if you want to specify SemVer range, add an explicit qualifier, like '^%s'", err, text)
	}
	return semver.Req{}, err
}

// Crates checks the crates of a line, and gives those without a version the one that --version says.
func Crates(given []Crate, version *semver.Req) ([]Crate, error) {
	crates := slices.CompactFunc(slices.Clone(given), Crate.same)
	for i := range crates {
		switch c := &crates[i]; {
		case c.Req == nil:
			c.Req = version
		case version != nil:
			return nil, errors.New("cannot specify both `@<VERSION>` and `--version <VERSION>`")
		}
	}
	for _, c := range crates {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	return crates, nil
}

// check refuses what is no name, with what was probably meant.
func (c Crate) check() error {
	err := crate.CheckPackageName(c.Name)
	if err != nil {
		if tip := c.forgotten(); tip != "" {
			return fmt.Errorf("%w\n\nhelp: if this is meant to be a package name followed by a version, insert an `@` like `%s`", err, tip)
		}
	}
	if toolchain, ok := strings.CutPrefix(c.Name, "+"); ok {
		//lint:ignore ST1005 the sentence is as stock has it
		return fmt.Errorf("invalid character `+` in package name: `+%s`\n    Use `cargo +%s install` if you meant to use the `%s` toolchain.", toolchain, toolchain, toolchain)
	}
	if u, wrong := url.Parse(c.Name); wrong == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		normal, wrong := crate.ParseURL(c.Name)
		if wrong == nil {
			//lint:ignore ST1005 the sentence is as stock has it
			return fmt.Errorf("invalid package name: `%s`\n    Use `cargo install --git %s` if you meant to install from a git repository.", normal, normal)
		}
	}
	if c.Name == "." {
		return nil // said with more words later
	}
	return err
}

// forgotten is the name with an @ where one may be missing, "" where it is not that.
func (c Crate) forgotten() string {
	for i, r := range c.Name {
		if r == '-' || r == '_' || r != utf8.RuneError && crate.CheckPackageName("a"+string(r)) == nil {
			continue
		}
		fixed := c.Name[:i] + "@" + c.Name[i:]
		if parsed, err := ParseCrate(fixed); err == nil && parsed.Req != nil {
			return fixed
		}
	}
	return ""
}

// IsExact tells whether one version alone will do.
func (c Crate) IsExact() bool {
	if c.Req == nil {
		return false
	}
	all := c.Req.Comparators()
	return len(all) == 1 && all[0].Op == semver.Exact && all[0].Parts == 3
}
