package dist

import (
	"fmt"
	"strings"
)

// The first line of each of these is what scripts look for in rustup's output and is kept; the advice is ours.

// UnavailableError says that components cannot be had from a release: it lacks them, or names them without a file.
type UnavailableError struct {
	Toolchain  string // channel and date
	Components []Component
	Manifest   *Manifest
}

func (e *UnavailableError) Error() string {
	message := e.first(e.names())
	if e.nightly() {
		message += "\nnote: a nightly lacks what failed to build on that day"
	}
	return message + "\nhelp: `rustup component list --toolchain " + e.Toolchain + "` lists what it has"
}

func (e *UnavailableError) first(names string) string {
	if len(e.Components) == 1 {
		return fmt.Sprintf("component %s is unavailable for download for channel '%s'", names, e.Toolchain)
	}
	return fmt.Sprintf("some components are unavailable for download for channel '%s': %s", e.Toolchain, names)
}

// names lists the components, without their target where it is the same for all.
func (e *UnavailableError) names() string {
	if len(e.Components) == 1 {
		return e.described()
	}
	var list []string
	for _, c := range e.Components {
		if c.Target != "" && c.Target != e.Components[0].Target {
			return e.described()
		}
		list = append(list, "'"+e.Manifest.ShortName(c)+"'")
	}
	return strings.Join(list, ", ")
}

func (e *UnavailableError) described() string {
	var list []string
	for _, c := range e.Components {
		list = append(list, e.Manifest.Describe(c))
	}
	return strings.Join(list, ", ")
}

func (e *UnavailableError) nightly() bool { return strings.HasPrefix(e.Toolchain, "nightly") }

// Release is the same error for a toolchain as a whole: an install or update, not a component that was asked for.
func (e *UnavailableError) Release() *MissingComponentsError { return &MissingComponentsError{*e} }

// MissingComponentsError says that a release lacks components that the toolchain has or that its install asked for. On
// an undated nightly it is the reason to look at an earlier day.
type MissingComponentsError struct{ UnavailableError }

func (e *MissingComponentsError) Error() string {
	message := e.first(e.described())
	switch t := e.Toolchain; {
	case e.nightly():
		return message +
			"\nnote: a nightly lacks what failed to build on that day" +
			"\nhelp: without them: `rustup toolchain install " + t + " --profile minimal`, or --force to skip what is missing" +
			"\nhelp: with them: a day that has them, `rustup toolchain install nightly-YYYY-MM-DD`"
	case strings.HasPrefix(t, "beta"), strings.HasPrefix(t, "stable"):
		return message +
			"\nnote: newer releases may have dropped them for good" +
			"\nhelp: to go on without them: `rustup component remove --toolchain " + t + " COMPONENT`, " +
			"`rustup target remove --toolchain " + t + " TARGET`, or --force to skip what is missing"
	}
	return message + "\nhelp: --force installs without them"
}

// Skipped names the components for the line that says that a nightly is passed over, by the names that the installed
// toolchain's manifest (nil if there is none) has for them.
func (e *MissingComponentsError) Skipped(installed *Manifest, host string) string {
	if installed == nil {
		installed = e.Manifest
	}
	var list []string
	for _, c := range e.Components {
		name := installed.DisplayName(c)
		if c.Target == host {
			name = installed.ShortName(c)
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// UnknownComponentError says that a toolchain has no such component.
type UnknownComponentError struct {
	Toolchain  string // whole name
	Channel    string
	Component  Component
	Described  string
	Suggestion string
}

func (e *UnknownComponentError) Error() string {
	message := fmt.Sprintf("toolchain '%s' does not contain component %s%s", e.Toolchain, e.Described, meant(e.Suggestion))
	if e.Component.Pkg == stdPackage {
		message += "\nnote: not every target has its standard library built in advance"
		if strings.HasPrefix(e.Channel, "nightly") {
			message += "\nhelp: build it yourself with `cargo build -Z build-std`"
		}
	}
	return message + "\nhelp: `rustup component list --toolchain " + e.Toolchain + "` lists what it has"
}

// UnavailableTargetError says that rustc knows a target and the release has no standard library for it.
type UnavailableTargetError struct{ Toolchain, Target string }

func (e *UnavailableTargetError) Error() string {
	return fmt.Sprintf("toolchain '%s' has no prebuilt artifacts available for target '%s'"+
		"\nnote: rustc knows this target, but releases bring no standard library for it"+
		"\nhelp: `rustup target list --toolchain %[1]s` lists the targets that have one", e.Toolchain, e.Target)
}

// UnknownTargetError says that rustc does not know a target.
type UnknownTargetError struct{ Toolchain, Target, Suggestion string }

func (e *UnknownTargetError) Error() string {
	return fmt.Sprintf("toolchain '%s' does not support target '%s'%s"+
		"\nhelp: `rustc --print target-list` prints all the targets that there are", e.Toolchain, e.Target, meant(e.Suggestion))
}

// TargetNotInstalledError says that nothing is installed for a target.
type TargetNotInstalledError struct{ Toolchain, Target, Suggestion string }

func (e *TargetNotInstalledError) Error() string {
	return fmt.Sprintf("toolchain '%s' does not have target '%s' installed%s"+
		"\nhelp: `rustup target list --installed --toolchain %[1]s` lists those that are", e.Toolchain, e.Target, meant(e.Suggestion))
}

// NoHostError says that a release does not run on a host.
type NoHostError struct{ Host string }

func (e *NoHostError) Error() string {
	return fmt.Sprintf("target '%s' not found in channel"+
		"\nhelp: choose a host that has toolchains, like stable-x86_64-unknown-linux-gnu", e.Host)
}

// NoProfileError says that a manifest has profiles, but not this one.
type NoProfileError struct{ Profile Profile }

func (e *NoProfileError) Error() string {
	return fmt.Sprintf("profile not found: '%s'\nhelp: choose another one with --profile", e.Profile)
}

func meant(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return "; did you mean '" + suggestion + "'?"
}
