package settings

import "berth/internal/names"

// Source is what chose a toolchain.
type Source uint8

// The sources, from the weakest to the strongest but for the two of directories,
// of which the one nearer to the working directory wins.
const (
	FromDefault Source = iota
	FromFile
	FromDirectory
	FromEnvironment
	FromCommandLine
)

// Word is the value of RUSTUP_TOOLCHAIN_SOURCE.
func (s Source) Word() string {
	switch s {
	case FromFile:
		return "toolchain-file"
	case FromDirectory:
		return "path-override"
	case FromEnvironment:
		return "env"
	case FromCommandLine:
		return "cli"
	}
	return "default"
}

// Override is the toolchain in force and why.
type Override struct {
	Toolchain names.Toolchain
	Source    Source
	Place     string // the directory or file of FromDirectory and FromFile

	// What a toolchain file asks for beside the toolchain, if that is official.
	// An empty profile means that of the settings.
	Components, Targets []string
	Profile             Profile

	// Warnings are for the user; the toolchain stands all the same.
	Warnings []string
}

// Reason is the sentence that show and its kin print.
func (o *Override) Reason() string {
	switch o.Source {
	case FromFile:
		return "overridden by '" + lossy(o.Place) + "'"
	case FromDirectory:
		return "directory override for '" + lossy(o.Place) + "'"
	case FromEnvironment:
		return "overridden by environment variable RUSTUP_TOOLCHAIN"
	case FromCommandLine:
		return "overridden by +toolchain on the command line"
	}
	return "it's the default toolchain"
}

// NotInstalled is the sentence for a toolchain that was chosen and is not there.
func (o *Override) NotInstalled() string {
	s := "override toolchain '" + o.Toolchain.String() + "' is not installed: "
	switch o.Source {
	case FromFile:
		return s + "the toolchain file at '" + lossy(o.Place) + "' specifies an uninstalled toolchain"
	case FromDirectory:
		return s + "the directory override for '" + lossy(o.Place) + "' specifies an uninstalled toolchain"
	case FromEnvironment:
		return s + "the RUSTUP_TOOLCHAIN environment variable specifies an uninstalled toolchain"
	case FromCommandLine:
		return s + "the +toolchain on the command line specifies an uninstalled toolchain"
	}
	return s + "the default toolchain does not describe an installed toolchain"
}
