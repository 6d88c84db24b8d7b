package dist

import "strings"

// Before manifests of version 2 a channel's manifest was a list of file names, and a single version had none at all: one
// asked for its installer. Such releases (up to 1.8) are told apart from ones that do not exist, by asking for that file
// where there is no manifest of version 2, and not installed.

// IsVersion says whether a channel is a version (D.N…), whose v1 installer is looked for in the place of a v1 manifest.
func IsVersion(channel string) bool {
	return channel != "" && channel[0] >= '0' && channel[0] <= '9'
}

// LooksV1 says whether the files below a toolchain's lib/rustlib, by name, are those of a version 1 install. Such a
// toolchain has no components to add or remove.
func LooksV1(present func(name string) bool) bool {
	return !present(ManifestFile) && present(FilesPrefix+"cargo") && present(FilesPrefix+"rustc") && present(FilesPrefix+"rust-docs")
}

// ObsoleteError says that a release exists and has a manifest of version 1 only.
type ObsoleteError struct{ Toolchain string }

func (e *ObsoleteError) Error() string {
	return "release '" + e.Toolchain + "' has only a version 1 manifest, which is not supported\n" +
		"help: the first release with a newer one is 1.9.0: `rustup toolchain install 1.9.0`"
}

// NoReleaseError says that the server has neither a manifest nor an installer.
type NoReleaseError struct {
	Channel string // "nightly-2026-01-02", or the whole toolchain name if Version
	Version bool
}

func (e *NoReleaseError) Error() string {
	if e.Version {
		return "could not download nonexistent rust version `" + e.Channel + "`\n" +
			"help: releases are listed at https://github.com/rust-lang/rust/releases"
	}
	help := "check the name of the channel, and RUSTUP_DIST_SERVER if that is set"
	if strings.HasPrefix(e.Channel, "nightly-") {
		help = "not every day has a nightly; try the day before or after"
	}
	return "no release found for '" + e.Channel + "'\nhelp: " + help
}
