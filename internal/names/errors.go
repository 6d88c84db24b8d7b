package names

// Reason says which rule a name broke.
type Reason uint8

const (
	InvalidName   Reason = iota // neither official nor custom
	NotOfficial                 // only official names are taken here
	InvalidCustom               // an official name, or one that cannot be a directory
	InvalidPath                 // a path is the last resort, and this has no separator
	RelativePath
	NoBinDirectory
	PlusPrefix
)

// Error is a name that was refused. Its text is the one that rustup prints, because
// it ends up inside messages that others read; Hint is the next step.
type Error struct {
	Reason Reason
	Name   string
}

func (e *Error) Error() string {
	switch e.Reason {
	case NotOfficial:
		return "invalid toolchain name: '" + e.Name + "'"
	case InvalidCustom:
		return "invalid custom toolchain name '" + e.Name + "'"
	case InvalidPath:
		return "invalid path toolchain '" + e.Name + "'"
	case RelativePath:
		return "relative path toolchain '" + e.Name + "'"
	case NoBinDirectory:
		return "invalid toolchain: the path '" + e.Name + "' has no bin/ directory"
	case PlusPrefix:
		return "invalid toolchain name '+" + e.Name + "'; valid toolchain names do not start with '+'"
	}
	return "invalid toolchain name '" + e.Name + "'"
}

// Hint says what to write instead.
func (e *Error) Hint() string {
	switch e.Reason {
	case NotOfficial:
		return "give a channel or a version, for example stable, nightly-2024-05-01 or 1.80.0"
	case InvalidCustom:
		return "choose a name that is not a channel or version and has no '/' or '\\'"
	case InvalidPath:
		return "give the absolute path of a toolchain's directory, the one that has bin/rustc in it"
	case RelativePath:
		return "give the absolute path, or link it: rustup toolchain link <name> " + e.Name
	case NoBinDirectory:
		return "give the directory that has bin/rustc in it"
	case PlusPrefix:
		return "write it without the '+'"
	}
	return "see the names that are installed: rustup toolchain list"
}

// HostError is a host triple that names cannot be resolved against.
type HostError struct{ Triple string }

func (e *HostError) Error() string {
	return "host triple '" + e.Triple + "' is not one of the known ones with an architecture and an operating system"
}

// Hint says where the triple may come from.
func (e *HostError) Hint() string {
	return "set it with: rustup set default-host <triple>, or unset RUSTUP_OVERRIDE_HOST_TRIPLE"
}
