package proxy

import (
	"slices"
	"strings"
)

// Tools are the names that berth answers to as a proxy, in the order of messages.
func Tools() []string {
	return []string{
		"rustc", "rustdoc", "cargo", "rust-lldb", "rust-gdb", "rust-gdbgui", "rls",
		"cargo-clippy", "clippy-driver", "cargo-miri", "rust-analyzer", "rustfmt", "cargo-fmt",
	}
}

// IsTool tells whether name is one of them.
func IsTool(name string) bool { return slices.Contains(Tools(), name) }

// UnknownNameError says that the program was called by a name that is nothing.
type UnknownNameError struct{ Name string }

func (e *UnknownNameError) Error() string {
	return "unknown proxy name: '" + e.Name + "'; valid proxy names are '" + strings.Join(Tools(), "', '") + "'"
}

// componentOf is the component that brings a tool; "" for what is no component's.
func componentOf(tool string) string {
	switch tool {
	case "rustc", "rustdoc", "rust-gdb", "rust-lldb", "rust-gdbgui":
		return "rustc"
	case "cargo", "rls":
		return tool
	case "cargo-clippy", "clippy-driver":
		return "clippy"
	case "cargo-miri":
		return "miri"
	case "rustfmt", "cargo-fmt":
		return "rustfmt"
	}
	return ""
}
