// Package dialect is where the releases of Cargo differ from each other.
//
// The toolchain in force decides how its user is answered. What is the same in all releases that are followed is
// nowhere in here; each difference is one method of Release, with the change of Cargo that made it, so that this file is
// the list of them, and a newer release is followed by adding to it.
// The edge: differences of wording in sentences for people, which are our own in every release.
package dialect

// Release is the minor number of a Cargo 1.x. The zero value is First.
type Release int

// The releases that are followed. The source of what is said of each is Cargo's changelog
// (https://doc.rust-lang.org/nightly/cargo/CHANGELOG.html) and the pull request named.
const (
	First Release = 95
	Last  Release = 100
)

// RustdocflagsByCfg: target.'cfg(…)'.rustdocflags counts (#16846).
func (r Release) RustdocflagsByCfg() bool { return r >= 96 }

// GitAndRegistry: a dependency may have git and registry both, git to build with and registry to publish for (#16810).
func (r Release) GitAndRegistry() bool { return r >= 96 }

// NestedHelp: help may be asked for a command of a command (#16432).
func (r Release) NestedHelp() bool { return r >= 96 }

// WarningsSetting: build.warnings says what becomes of lints' warnings (#16796).
func (r Release) WarningsSetting() bool { return r >= 97 }

// LockfilePath: resolver.lockfile-path says where Cargo.lock is (#16694).
func (r Release) LockfilePath() bool { return r >= 97 }

// ShortManifestPath: -m is --manifest-path (#16858).
func (r Release) ShortManifestPath() bool { return r >= 97 }

// PlainIncludes: the path of an included configuration file has no .. in it (#16964).
func (r Release) PlainIncludes() bool { return r >= 97 }

// CleansConfiguredTargets: clean -p looks where build.target has things built (#16988).
func (r Release) CleansConfiguredTargets() bool { return r >= 97 }

// CommentedChecksums: the .cargo-checksum.json of a vendored package says what it is not for (#16967).
func (r Release) CommentedChecksums() bool { return r >= 97 }

// PublishAge: resolver.incompatible-publish-age is a key, if an unstable one (#17012).
func (r Release) PublishAge() bool { return r >= 98 }

// MinPublishAge: registry.global-min-publish-age and registries.NAME.min-publish-age keep versions out that are too new
// (#17335).
func (r Release) MinPublishAge() bool { return r >= 100 }

// AnswersApart: a registry that does not answer is told of like a repository, with the source that was to be updated. An answer of
// the server is told as it is, and one that has no config.json as one that has no packages (#16745).
func (r Release) AnswersApart() bool { return r >= 96 }

// DocOutputFormat: doc has --output-format, an unstable flag (#17025).
func (r Release) DocOutputFormat() bool { return r >= 98 }

// DebugProfile: there is a profile debug, which inherits from dev, and --debug means it (#17214).
func (r Release) DebugProfile() bool { return r >= 99 }

// Debugging is the profile that --debug means.
func (r Release) Debugging() string {
	if r.DebugProfile() {
		return "debug"
	}
	return "dev"
}

// SumsUpManifests: what is odd about a manifest is told with its path in the workspace, and summed up for each package (#16994).
func (r Release) SumsUpManifests() bool { return r >= 98 }

// NoIncrementalInCI: where CI is set nothing is compiled incrementally unless somebody says so (#17220).
func (r Release) NoIncrementalInCI() bool { return r >= 99 }

// NoManifestNoPackage: a directory that a dependency names, and that has no manifest, is told of as one without the package (#16927).
func (r Release) NoManifestNoPackage() bool { return r >= 99 }

// InheritedDefaultsOff: from edition 2024 on a member may turn the default features of an inherited dependency off
// (#17126).
func (r Release) InheritedDefaultsOff() bool { return r >= 99 }

// LintsWithUnderscores: who writes the name of a lint with hyphens is warned (#17051).
func (r Release) LintsWithUnderscores() bool { return r >= 99 }

// NoLintsUnderCap: what is compiled with --cap-lints allow is not told of its lints (#17174).
func (r Release) NoLintsUnderCap() bool { return r >= 99 }

// CleansTargetsDocs: clean --doc --target removes the documentation of that target (#17322).
func (r Release) CleansTargetsDocs() bool { return r >= 99 }

// InstallsLocked: install takes the versions of the Cargo.lock that a package brings, without --locked too (#17388).
func (r Release) InstallsLocked() bool { return r >= 100 }

// UpdateBreaking: update has the unstable flag --breaking; it was given up (#17333).
func (r Release) UpdateBreaking() bool { return r < 100 }

// CleanedLinksOnce: of what clean would remove a file of several names counts once (#17485); when it is removed the last of its
// names counts anew.
func (r Release) CleanedLinksOnce() bool { return r >= 100 }

// QuotedTriples: a target with a dot in its name may have its key quoted, target."thumbv8m.main-none-eabihf", and who does not
// quote it is warned (#17490, #17536).
func (r Release) QuotedTriples() bool { return r >= 100 }

// DebugIsCompilation: the --debug of install stands among the options of compilation (#17199).
func (r Release) DebugIsCompilation() bool { return r >= 99 }

// UnusedExterns: rustc is asked which of the crates that it is given a source does not use (#17298).
func (r Release) UnusedExterns() bool { return r >= 100 }

// DirPerUnit: below build/ of a profile each unit has a directory of its own, build/NAME/HASH/out, in which programs need no
// hash in their names (#17354).
func (r Release) DirPerUnit() bool { return r >= 100 }

// TellsTrimmedPaths: build scripts learn which paths compilers are to leave out of what they make (#17491).
func (r Release) TellsTrimmedPaths() bool { return r >= 100 }

// SearchesBeyondExterns: of the crates that a unit is made from, the directories of those that are named by --extern are
// not looked into besides (#17410).
func (r Release) SearchesBeyondExterns() bool { return r >= 100 }

// Newest is the word for the version that is taken where there is a choice (#17317).
func (r Release) Newest() string {
	if r >= 99 {
		return "highest"
	}
	return "latest"
}

// OwnLints: what is odd about a manifest is a lint of Cargo's own, with a level in [lints.cargo] (#17298).
func (r Release) OwnLints() bool { return r >= 100 }

// FixReports: what went wrong with fixes is told as a report of errors, with causes and help, and no warning (#16711).
func (r Release) FixReports() bool { return r >= 100 }

// Target is the word for a target that a flag takes.
func (r Release) Target() string {
	if r >= 100 {
		return "TUPLE"
	}
	return "TRIPLE"
}
