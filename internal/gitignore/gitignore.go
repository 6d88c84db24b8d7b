// Package gitignore reads and applies patterns as .gitignore files hold them, in two dialects: git's, and that of
// package.include and package.exclude in Cargo.toml, which is the same with {a,b} and stricter about mistakes.
//
// What holds: the last pattern that matches decides. Matching does no I/O and takes time at most proportional to pattern
// times path for each `*`. Paths are relative, with slashes.
package gitignore

import (
	"fmt"
	"path"
	"strings"
)

// Verdict is what patterns say of a path.
type Verdict int

// The verdicts.
const (
	None     Verdict = iota // no pattern matches
	Ignored                 // the last that matches excludes it
	Included                // the last that matches begins with !
)

// Dialect is whose patterns they are.
type Dialect int

// The dialects.
const (
	Git   Dialect = iota
	Cargo         // package.include and package.exclude
)

// PatternError is a pattern that is none. Git passes over those.
type PatternError struct {
	Pattern, Reason string
}

func (e *PatternError) Error() string {
	return fmt.Sprintf("error parsing glob '%s': %s", e.Pattern, e.Reason)
}

// Set are the patterns of one file, or list.
type Set struct {
	dialect Dialect
	rules   []rule
}

type rule struct {
	globs   []glob // alternatives
	include bool   // begins with !
	dirs    bool   // ends with /
}

// New is an empty set.
func New(d Dialect) *Set { return &Set{dialect: d} }

// Parse reads a .gitignore file.
func Parse(data []byte) *Set {
	s := New(Git)
	text := strings.TrimPrefix(string(data), "\ufeff")
	for line := range strings.SplitSeq(text, "\n") {
		s.Add(strings.TrimSuffix(line, "\r")) // what is no pattern is none, as with git
	}
	return s
}

// Add adds a line. The error is a *PatternError.
func (s *Set) Add(line string) error {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	line = trimSpaces(line)
	if line == "" {
		return nil
	}
	var r rule
	anchored := false
	switch {
	case strings.HasPrefix(line, `\!`), strings.HasPrefix(line, `\#`):
		line = line[1:]
		anchored = strings.HasPrefix(line, "/")
	default:
		if strings.HasPrefix(line, "!") {
			r.include, line = true, line[1:]
		}
		if strings.HasPrefix(line, "/") {
			anchored, line = true, line[1:]
		}
	}
	if strings.HasSuffix(line, "/") {
		r.dirs, line = true, line[:len(line)-1]
		line = strings.TrimSuffix(line, `\`)
	}
	if line == "" {
		return nil
	}
	if !anchored && !strings.Contains(line, "/") && !strings.HasPrefix(line, "**/") {
		line = "**/" + line
	}
	if strings.HasSuffix(line, "/**") {
		line += "/*" // what is in the directory, and not the directory
	}
	globs, err := parseGlobs(line, s.dialect)
	if err != nil {
		return err
	}
	r.globs = globs
	s.rules = append(s.rules, r)
	return nil
}

// trimSpaces takes trailing spaces away, but for one that is escaped.
func trimSpaces(line string) string {
	if strings.HasSuffix(line, `\ `) {
		return line
	}
	return strings.TrimRight(line, " \t\r\n\v\f")
}

// Match is what the set says of one path, whatever it says of its parents.
func (s *Set) Match(name string, dir bool) Verdict {
	for i := len(s.rules) - 1; i >= 0; i-- {
		r := &s.rules[i]
		if r.dirs && !dir {
			continue
		}
		for _, g := range r.globs {
			if g.match(name) {
				if r.include {
					return Included
				}
				return Ignored
			}
		}
	}
	return None
}

// MatchWithParents is what the set says of the path, or else of the nearest parent that it says something of.
func (s *Set) MatchWithParents(name string, dir bool) Verdict {
	for {
		if v := s.Match(name, dir); v != None {
			return v
		}
		if name = path.Dir(name); name == "." || name == "/" {
			return None
		}
		dir = true
	}
}
