package rustc

import (
	"context"
	"fmt"
	"strings"

	"berth/internal/semver"
)

// Version is what a program says of itself with -vV.
type Version struct {
	Program    string
	Verbose    string // all of it
	Line       string // the first line: rustc 1.95.0 (59807616e 2026-04-14)
	Release    semver.Version
	Host       string // the triple that it runs on
	CommitHash string
}

// Version asks a rustc or a cargo.
func (a *Asker) Version(ctx context.Context, program string) (*Version, error) {
	answer, err := a.Ask(ctx, program, "-vV")
	if err != nil {
		return nil, err
	}
	v, err := ParseVersion(answer.Stdout)
	if err != nil {
		return nil, fmt.Errorf("`%s -vV`: %w", program, err)
	}
	v.Program = program
	return v, nil
}

// ParseVersion reads what -vV prints.
func ParseVersion(text string) (*Version, error) {
	v := &Version{Verbose: text}
	v.Line, _, _ = strings.Cut(text, "\n")
	v.Line = strings.TrimRight(v.Line, "\r")
	release := ""
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		if !ok {
			continue
		}
		switch key {
		case "release":
			release = value
		case "host":
			v.Host = value
		case "commit-hash":
			v.CommitHash = value
		}
	}
	if release == "" {
		return nil, fmt.Errorf("there is no line \"release: …\" in what it printed; is it a compiler of Rust?")
	}
	var err error
	if v.Release, err = semver.Parse(release); err != nil {
		return nil, err
	}
	return v, nil
}
