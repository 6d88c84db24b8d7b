package crate

import (
	"time"

	"berth/internal/semver"
)

// Summary is what the resolver needs to know of a package.
type Summary struct {
	ID          PackageID
	Deps        []*Dependency
	Features    Features
	Checksum    string // SHA-256 of the .crate in small hexadecimal digits; empty where there is none
	Links       string
	RustVersion semver.Partial // zero where the package states none
	Yanked      bool
	Published   time.Time // when the registry got it; zero where it does not say
}
