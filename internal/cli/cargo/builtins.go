package cargo

// builtin is one of stock's own commands.
type builtin struct {
	name, about string
	ours        bool // berth does it itself
}

// builtins are all of them. Those that are not ours are done by the toolchain's
// cargo.
func builtins() []builtin {
	return []builtin{
		{"add", "Add dependencies to a Cargo.toml", true},
		{"bench", "Build and run benchmarks", true},
		{"build", "Build a package and what it depends on", true},
		{"check", "Look for errors without building all the way", true},
		{"clean", "Remove what builds have made", true},
		{"config", "Show the configuration", true},
		{"doc", "Make the documentation", true},
		{"fetch", "Get everything that a package depends on", true},
		{"fix", "Change the code as warnings suggest", true},
		{"generate-lockfile", "Make Cargo.lock anew", true},
		{"git-checkout", "REMOVED: there is no such command any more", false},
		{"help", "Show the help of a command", true},
		{"info", "Show what a registry knows of a package", true},
		{"init", "Make a new package in a directory that is there", true},
		{"install", "Build a program and put it in place", true},
		{"locate-project", "Print where Cargo.toml lies, as JSON", true},
		{"login", "Keep a registry's token", false},
		{"logout", "Forget a registry's token", false},
		{"metadata", "Print packages and their dependencies, for programs to read", true},
		{"new", "Make a new package in a new directory", true},
		{"owner", "Change who may publish a package", false},
		{"package", "Make the archive that would be published", true},
		{"pkgid", "Print the full name of a package", true},
		{"publish", "Publish a package", false},
		{"read-manifest", "DEPRECATED: Print a Cargo.toml as JSON.", true},
		{"remove", "Remove dependencies from a Cargo.toml", true},
		{"report", "Show reports of earlier builds", false},
		{"run", "Build a program and run it", true},
		{"rustc", "Build a package with more arguments for the compiler", true},
		{"rustdoc", "Make the documentation with more arguments for rustdoc", true},
		{"search", "Look for packages in the registry", true},
		{"test", "Build and run tests", true},
		{"tree", "Show what depends on what", true},
		{"uninstall", "Remove a program that `install` put in place", true},
		{"update", "Bring Cargo.lock up to date", true},
		{"vendor", "Copy everything that a project depends on into a directory", true},
		{"verify-project", "DEPRECATED: Say whether a Cargo.toml is right.", true},
		{"version", "Show the version", true},
		{"yank", "Take a version back, or undo that", false},
	}
}

func isBuiltin(name string) bool {
	for _, b := range builtins() {
		if b.name == name {
			return true
		}
	}
	return false
}

// shortNames are aliases that everybody has, and may change.
func shortNames() map[string]string {
	return map[string]string{"b": "build", "c": "check", "d": "doc", "r": "run", "t": "test", "rm": "remove"}
}
